import {Buffer} from 'node:buffer';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {serveFake, type FakeServer} from './testing/serve-fake.ts';
import {errorFields, int32, startUp, WireClient, type Reply} from './testing/wire-client.ts';

const SSL_REQUEST = Buffer.concat([int32(8), int32(80_877_103)]);
const GSSENC_REQUEST = Buffer.concat([int32(8), int32(80_877_104)]);
let server: FakeServer;

beforeAll(async () => {
  server = await serveFake({maxConnections: 20});
});
afterAll(() => server.close());

async function answer(...messages: Uint8Array[]): Promise<Reply[]> {
  const client = await WireClient.connect(server.port);
  client.send(...messages);
  const replies = await client.until('Z');
  client.close();
  return replies;
}

async function refusal(...messages: Uint8Array[]): Promise<Record<string, string>> {
  const client = await WireClient.connect(server.port);
  client.send(...messages);
  const replies = await client.until('E');
  await client.closed;
  return errorFields(replies.at(-1));
}

test('a start-up is answered with AuthenticationOk, the settings of the session, its key, ReadyForQuery', async () => {
  const replies = await answer(startUp({user: 'app', database: 'd', application_name: 'me'}));
  expect(replies.map(reply => reply.type).join('')).toBe(`R${'S'.repeat(13)}KZ`);
  const settings = replies.filter(reply => reply.type === 'S').map(reply => reply.body.toString().split('\0').slice(0, 2).join('='));
  expect(settings).toContain('server_version=15.8');
  expect(settings).toContain('application_name=me');
});

test('encryption requests are refused with N, in either order, and the start-up goes on', async () => {
  for (const requests of [[SSL_REQUEST], [GSSENC_REQUEST], [SSL_REQUEST, GSSENC_REQUEST], [GSSENC_REQUEST, SSL_REQUEST]]) {
    const client = await WireClient.connect(server.port);
    for (const request of requests) {
      client.send(request);
      expect((await client.raw(1)).toString()).toBe('N');
    }
    client.send(startUp({user: 'app'}));
    expect((await client.until('Z')).at(-1)?.body.toString()).toBe('I');
    client.close();
  }
});

test('an encryption request that is repeated is refused as an unknown version', async () => {
  const client = await WireClient.connect(server.port);
  client.send(SSL_REQUEST, SSL_REQUEST);
  expect((await client.raw(1)).toString()).toBe('N');
  expect(errorFields((await client.until('E')).at(-1))).toMatchObject({S: 'FATAL', C: '0A000'});
});

test('a newer minor version and unknown protocol options are negotiated down before authentication', async () => {
  const newer = await answer(startUp({user: 'app'}, 196_610));
  expect(newer.slice(0, 2).map(reply => reply.type)).toEqual(['v', 'R']);
  expect(newer[0]?.body.toString('hex')).toBe('0003000000000000');
  const extended = await answer(startUp({user: 'app', '_pq_.one': '1', '_pq_.two': '2'}));
  expect(extended[0]?.body.toString('latin1')).toBe('\0\x03\0\0\0\0\0\x02_pq_.one\0_pq_.two\0');
});

test('other major versions are refused', async () => {
  expect(await refusal(startUp({user: 'app'}, 262_144))).toMatchObject({
    S: 'FATAL',
    C: '0A000',
    M: 'unsupported frontend protocol 4.0: server supports 3.0 to 3.0',
  });
  expect(await refusal(startUp({user: 'app'}, 131_072))).toMatchObject({C: '0A000'});
});

test('a start-up without a user is refused with 28000', async () => {
  expect(await refusal(startUp({database: 'd'}))).toMatchObject({C: '28000', M: 'no PostgreSQL user name specified in startup packet'});
});

test('replication connections are refused', async () => {
  expect(await refusal(startUp({user: 'app', replication: 'database'}))).toMatchObject({C: '0A000'});
  expect((await answer(startUp({user: 'app', replication: 'off'}))).at(-1)?.type).toBe('Z');
});

test('what the engine refuses comes after AuthenticationOk, as PostgreSQL does it', async () => {
  const client = await WireClient.connect(server.port);
  client.send(startUp({user: 'app', database: 'nosuchdb'}));
  const replies = await client.until('E');
  expect(replies.map(reply => reply.type)).toEqual(['R', 'E']);
  expect(errorFields(replies[1])).toMatchObject({S: 'FATAL', C: '3D000', M: 'database "nosuchdb" does not exist'});
  await client.closed;
});

test('lengths that cannot be are refused; TLS hello gets a hint', async () => {
  for (const bytes of [int32(7), int32(10_001), Buffer.from('GET / HTTP/1.1\r\n\r\n')]) {
    expect(await refusal(bytes)).toMatchObject({S: 'FATAL', C: '08P01', M: 'invalid length of startup packet'});
  }
  expect(await refusal(Buffer.from('160301', 'hex'))).toMatchObject({H: expect.stringContaining('sslmode=disable') as string});
});

test('a missing or doubled terminator is tolerated, a cut pair is not', async () => {
  const pairs = Buffer.from('user\0app\0');
  const packet = (body: Buffer): Buffer => Buffer.concat([int32(body.length + 8), int32(196_608), body]);
  expect((await answer(packet(pairs))).at(-1)?.type).toBe('Z');
  expect((await answer(packet(Buffer.concat([pairs, Buffer.alloc(2)])))).at(-1)?.type).toBe('Z');
  expect(await refusal(packet(Buffer.from('user\0app\0database\0str')))).toMatchObject({C: '08P01'});
});

test('a start-up in pieces of one byte works', async () => {
  const client = await WireClient.connect(server.port);
  for (const byte of startUp({user: 'app'})) {
    client.send(Uint8Array.of(byte));
    await new Promise(resolve => setImmediate(resolve));
  }
  expect((await client.until('Z')).at(-1)?.type).toBe('Z');
  client.close();
});

test('one client too many gets 53300; the place of one that left is free again', async () => {
  const small = await serveFake({maxConnections: 1});
  const first = await WireClient.open(small.port);
  const second = await WireClient.connect(small.port);
  second.send(startUp({user: 'app'}));
  expect(errorFields((await second.until('E')).at(-1))).toMatchObject({S: 'FATAL', C: '53300', M: 'sorry, too many clients already'});
  first.close();
  await first.closed;
  await new Promise(resolve => setTimeout(resolve, 50));
  (await WireClient.open(small.port)).close();
  await small.close();
});

test('a client that never finishes its start-up is cut off', async () => {
  const hasty = await serveFake({startUpTimeoutMs: 50});
  const client = await WireClient.connect(hasty.port);
  client.send(Buffer.from([0, 0]));
  await client.closed;
  await hasty.close();
});
