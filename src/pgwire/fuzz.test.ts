import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {serialize} from 'pg-protocol';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {fuzzBudget} from '../common/testing/fuzz-budget.ts';
import {serveFake, type FakeServer} from './testing/serve-fake.ts';
import {int32, startUp, WireClient} from './testing/wire-client.ts';

let server: FakeServer;
let witness: WireClient;

beforeAll(async () => {
  server = await serveFake({maxMessageBytes: 50_000, startUpTimeoutMs: 10_000});
  witness = await WireClient.open(server.port);
});
afterAll(() => server.close());

/** Whatever one client does, another is served and nothing was taken for a defect. */
async function othersAreServed(): Promise<void> {
  witness.send(serialize.query('select 1'));
  expect((await witness.until('Z')).map(reply => reply.type).join('')).toBe('TDCZ');
  expect(server.logger.errors).toEqual([]);
}

/** Sends, closes the sending side, and waits for the server to close the other. */
async function exchange(client: WireClient, bytes: Uint8Array): Promise<string> {
  client.send(bytes);
  client.socket.end();
  let replies = '';
  for (let reply = await client.next(); reply !== undefined; reply = await client.next()) replies += reply.type;
  await client.closed;
  return replies;
}

const garbage = fc.uint8Array({minLength: 1, maxLength: 400});

test('random bytes instead of a start-up: closed, others are served', async () => {
  await fc.assert(
    fc.asyncProperty(garbage, async bytes => {
      await exchange(await WireClient.connect(server.port), bytes);
    }),
    fuzzBudget(150),
  );
  await othersAreServed();
});

test('random bytes in a start-up packet of the right length: closed or answered', async () => {
  await fc.assert(
    fc.asyncProperty(garbage, async bytes => {
      const packet = Buffer.concat([int32(bytes.length + 8), int32(196_608), bytes]);
      expect(await exchange(await WireClient.connect(server.port), packet)).toMatch(/^(v?RS*KZ)?E?$/);
    }),
    fuzzBudget(150),
  );
  await othersAreServed();
});

test('random bytes in a session: an error and the end, others are served', async () => {
  await fc.assert(
    fc.asyncProperty(garbage, async bytes => {
      await exchange(await WireClient.open(server.port), bytes);
    }),
    fuzzBudget(150),
  );
  await othersAreServed();
});

test('messages of known types with random bodies are each answered or skipped, never fatal', async () => {
  const message = fc.record({
    type: fc.constantFrom('B', 'C', 'D', 'E', 'H', 'P', 'Q', 'S', 'c', 'd', 'f'),
    body: fc.uint8Array({maxLength: 60}),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(message, {maxLength: 20}), async messages => {
      const client = await WireClient.open(server.port);
      for (const {type, body} of messages) client.send(Buffer.from(type), int32(body.length + 4), body);
      client.send(serialize.sync(), serialize.query('select 7'));
      const replies = await exchange(client, serialize.end());
      expect(replies).toMatch(/ZTDCZ$/);
    }),
    fuzzBudget(200),
  );
  await othersAreServed();
});

const name = fc.constantFrom('', 'a', 'b');
const sql = fc.constantFrom('select 1', 'select $1::text', 'select generate_series(1, 5)', 'select 1/0', 'begin', 'commit', 'selec', '');
const valid = fc.oneof(
  fc.tuple(name, sql).map(([statement, text]) => serialize.parse({name: statement, text})),
  fc
    .tuple(name, name, fc.array(fc.option(fc.string()), {maxLength: 2}))
    .map(([portal, statement, values]) => serialize.bind({portal, statement, values})),
  fc.tuple(name, fc.nat(3)).map(([portal, rows]) => serialize.execute({portal, rows})),
  fc.tuple(fc.constantFrom('S' as const, 'P' as const), name).map(([type, target]) => serialize.describe({type, name: target})),
  fc.tuple(fc.constantFrom('S' as const, 'P' as const), name).map(([type, target]) => serialize.close({type, name: target})),
  fc.constant(serialize.flush()),
  fc.constant(serialize.sync()),
  sql.map(text => serialize.query(text)),
);

test('random sequences of valid messages: the answers keep the protocol, and do not depend on how the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(valid, {maxLength: 25}), fc.array(fc.nat(1000), {maxLength: 5}), async (messages, cuts) => {
      const bytes = Buffer.concat([...messages, serialize.sync(), serialize.end()]);
      const whole = await exchange(await WireClient.open(server.port), bytes);
      const client = await WireClient.open(server.port);
      let at = 0;
      for (const cut of cuts.toSorted((a, b) => a - b)) {
        if (cut <= at || cut >= bytes.length) continue;
        client.send(bytes.subarray(at, cut));
        at = cut;
        await new Promise(resolve => setImmediate(resolve));
      }
      expect(await exchange(client, bytes.subarray(at))).toBe(whole);
      // Between two ReadyForQuery there is at most one error, and nothing after it.
      expect(whole).toMatch(/^([^EZ]*E?Z)*$/);
    }),
    fuzzBudget(150),
  );
  await othersAreServed();
});

test('every prefix of a conversation, then silence: the session ends, others are served', async () => {
  const bytes = Buffer.concat([
    startUp({user: 'app'}),
    serialize.parse({name: 'a', text: 'select $1::text'}),
    serialize.bind({statement: 'a', values: ['x']}),
    serialize.execute({}),
    serialize.sync(),
  ]);
  const clients = Array.from({length: bytes.length}, async (_, length) => {
    await exchange(await WireClient.connect(server.port), bytes.subarray(0, length));
  });
  await Promise.all(clients);
  await othersAreServed();
});
