import {Buffer} from 'node:buffer';
import {serialize} from 'pg-protocol';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {sqlError} from '../common/sql-error.ts';
import {eventually, serveFake, type FakeServer} from './testing/serve-fake.ts';
import {errorFields, int32, WireClient, type Reply} from './testing/wire-client.ts';

let server: FakeServer;

beforeAll(async () => {
  server = await serveFake({maxMessageBytes: 100_000});
});
afterAll(() => server.close());

const types = (replies: readonly Reply[]): string => replies.map(reply => reply.type).join('');

async function select(client: WireClient, sql = 'select 1'): Promise<string> {
  client.send(serialize.query(sql));
  return types(await client.until('Z'));
}

test('a cancel request ends the running statement with 57014 and has no answer itself', async () => {
  const client = await WireClient.open(server.port);
  const session = server.engine.sessions.at(-1);
  client.send(serialize.query('select pg_sleep(30)'));
  await new Promise(resolve => setTimeout(resolve, 20));
  const wrongKey = await WireClient.connect(server.port);
  wrongKey.send(serialize.cancel(session?.processId ?? 0, 4711));
  expect(await wrongKey.next()).toBeUndefined();
  const canceller = await WireClient.connect(server.port);
  canceller.send(serialize.cancel(session?.processId ?? 0, session?.secretKey ?? 0));
  expect(await canceller.next()).toBeUndefined();
  const replies = await client.until('Z');
  expect(errorFields(replies.find(reply => reply.type === 'E'))).toMatchObject({S: 'ERROR', C: '57014'});
  expect(await select(client)).toBe('TDCZ');
  client.close();
});

test('Flush brings out what is there without ReadyForQuery', async () => {
  const client = await WireClient.open(server.port);
  client.send(serialize.parse({text: 'select $1::text'}), serialize.describe({type: 'S', name: ''}), serialize.flush());
  expect(types(await client.until('T'))).toBe('1tT');
  client.send(serialize.bind({values: ['x']}), serialize.execute({}), serialize.flush());
  expect(types(await client.until('C'))).toBe('2DC');
  client.send(serialize.sync());
  expect(types(await client.until('Z'))).toBe('Z');
  client.close();
});

test('a finished pipeline is answered while a later one still runs', async () => {
  const client = await WireClient.open(server.port);
  client.send(serialize.query('select 1'), serialize.query('select pg_sleep(0.3)'));
  const start = performance.now();
  await client.until('Z');
  expect(performance.now() - start).toBeLessThan(250);
  await client.until('Z');
  client.close();
});

test('notices and changed settings arrive in order', async () => {
  const client = await WireClient.open(server.port);
  client.send(serialize.query("notice hello; set application_name to 'me'"));
  const replies = await client.until('Z');
  expect(types(replies)).toBe('NCSCZ');
  expect(errorFields(replies[0])).toMatchObject({S: 'NOTICE', M: 'hello', H: 'none'});
  expect(replies[2]?.body.toString()).toBe('application_name\0me\0');
  client.close();
});

test('the function call message is refused and the connection goes on', async () => {
  const client = await WireClient.open(server.port);
  client.send(Buffer.concat([Buffer.from('F'), int32(8), int32(1)]));
  const replies = await client.until('Z');
  expect(errorFields(replies[0])).toMatchObject({S: 'ERROR', C: '0A000'});
  expect(await select(client)).toBe('TDCZ');
  client.close();
});

test('an unknown message type ends the connection', async () => {
  const client = await WireClient.open(server.port);
  client.send(Buffer.from('select 1;\n'));
  expect(errorFields((await client.until('E')).at(-1))).toMatchObject({S: 'FATAL', C: '08P01', M: 'invalid frontend message type 115'});
  await client.closed;
});

test('a message over the limit is an error, the connection goes on', async () => {
  const client = await WireClient.open(server.port);
  client.send(serialize.query('-'.repeat(300_000)));
  expect(errorFields((await client.until('Z'))[0])).toMatchObject({S: 'ERROR', C: '54000'});
  expect(await select(client)).toBe('TDCZ');
  client.send(serialize.parse({text: '-'.repeat(300_000)}), serialize.bind({}), serialize.execute({}), serialize.sync());
  expect(types(await client.until('Z'))).toBe('EZ');
  expect(await select(client)).toBe('TDCZ');
  client.close();
});

test('a defect in the engine is XX000 for the client, logged, and no end of the connection', async () => {
  const client = await WireClient.open(server.port);
  client.send(serialize.query('crash'));
  expect(errorFields((await client.until('Z'))[0])).toMatchObject({S: 'ERROR', C: 'XX000', M: 'a defect'});
  expect(server.logger.errors.at(-1)).toMatchObject({err: expect.any(TypeError) as TypeError, sql: 'crash'});
  expect(await select(client)).toBe('TDCZ');
  client.close();
});

test('Terminate closes the session after what was sent before it', async () => {
  const client = await WireClient.open(server.port);
  const session = server.engine.sessions.at(-1);
  client.send(serialize.query('select 1'), serialize.query('select pg_sleep(0.1)'), serialize.end());
  client.socket.end();
  expect(types(await client.until('Z', 2))).toBe('TDCZTDCZ');
  await client.closed;
  await eventually(() => session?.closed === true);
});

test('a client that goes away ends its statement and its session at once', async () => {
  for (const leave of [(client: WireClient) => client.close(), (client: WireClient) => client.socket.end()]) {
    const client = await WireClient.open(server.port);
    const session = server.engine.sessions.at(-1);
    client.send(serialize.query('select pg_sleep(30)'));
    await new Promise(resolve => setTimeout(resolve, 20));
    leave(client);
    await eventually(() => session?.closed === true);
  }
});

test('a client that goes away in the middle of rows ends its session', async () => {
  const client = await WireClient.open(server.port);
  const session = server.engine.sessions.at(-1);
  client.socket.pause();
  client.send(serialize.query('select flood(100000)'));
  await new Promise(resolve => setTimeout(resolve, 50));
  client.close();
  await eventually(() => session?.closed === true);
});

test('a slow reader holds the engine back, memory stays bounded, and nothing is lost', async () => {
  const chunks = 3000; // of 64 rows of 1 kB: 200 MB
  const client = await WireClient.open(server.port);
  client.socket.pause();
  const before = process.memoryUsage();
  client.send(serialize.query(`select flood(${chunks})`));
  await new Promise(resolve => setTimeout(resolve, 300));
  const after = process.memoryUsage();
  expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(64 << 20);
  let bytes = 0;
  let tail = Buffer.alloc(0);
  client.socket.removeAllListeners('data');
  const done = new Promise<void>(resolve => {
    client.socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      tail = Buffer.concat([tail, chunk]).subarray(-6);
      if (tail.toString('latin1') === 'Z\0\0\0\x05I') resolve();
    });
  });
  client.socket.resume();
  await done;
  expect(bytes).toBeGreaterThan(chunks * 64 * 1024);
  client.close();
});

test('input that piles up behind a running statement stays in the kernel', async () => {
  const client = await WireClient.open(server.port);
  client.send(serialize.query('select pg_sleep(0.5)'));
  const query = serialize.query(`select 1 -- ${'x'.repeat(1000)}`);
  const count = 40_000; // 40 MB
  client.send(...Array.from({length: count}, () => query));
  await new Promise(resolve => setTimeout(resolve, 250));
  expect(client.socket.writableLength).toBeGreaterThan(20 << 20);
  let ready = 0;
  for (;;) {
    const reply = await client.next();
    if (reply?.type === 'Z' && ++ready === count + 1) break;
  }
  client.close();
});

test('close ends idle clients with 57P01, cancels running statements, and refuses new clients', async () => {
  const own = await serveFake();
  const idle = await WireClient.open(own.port);
  const inBlock = await WireClient.open(own.port);
  await select(inBlock, 'begin');
  const busy = await WireClient.open(own.port);
  busy.send(serialize.query('select pg_sleep(30)'));
  await new Promise(resolve => setTimeout(resolve, 20));
  const closing = own.close();
  for (const client of [idle, inBlock, busy]) {
    const replies = await client.until('E');
    expect(types(replies)).toBe(client === busy ? 'TE' : 'E');
    expect(errorFields(replies.at(-1))).toMatchObject({S: 'FATAL', C: '57P01', M: 'terminating connection due to administrator command'});
    await client.closed;
  }
  await closing;
  expect(own.engine.sessions.every(session => session.closed)).toBe(true);
  await expect(WireClient.connect(own.port)).rejects.toThrow();
});

test('what a cancelled statement still says is not heard', async () => {
  const own = await serveFake();
  const client = await WireClient.open(own.port);
  const session = own.engine.sessions[0];
  if (session === undefined) throw new Error('no session');
  let late: unknown;
  session.simpleQuery = async (_sql, out) => {
    setTimeout(() => {
      try {
        out.complete('SELECT 1');
      } catch (error) {
        late = error;
      }
    }, 20);
    throw sqlError('query_canceled', 'canceling statement due to user request');
  };
  client.send(serialize.query('select 1'));
  expect(types(await client.until('Z'))).toBe('EZ');
  await eventually(() => late !== undefined);
  client.send(serialize.parse({text: 'select 1'}), serialize.sync());
  expect(types(await client.until('Z'))).toBe('1Z');
  client.close();
  await own.close();
});
