import {afterEach, expect, test} from 'vitest';
import {InlineEngine} from '../../testing/inline-engine.ts';
import {ScriptedTopic} from '../../testing/scripted-topic.ts';

const running: InlineEngine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
});

async function start(topic: ScriptedTopic): Promise<InlineEngine> {
  const engine = await InlineEngine.start({connectors: {generator: topic.open}});
  running.push(engine);
  await engine.session().all("SET millrace.clock = '2026-01-01 12:00:00'");
  return engine;
}

const TOPIC = `WITH (connector = 'generator', generator = 'sequence', rate = 0, partitions = 1)`;

test('a record whose columns cannot be computed is listed with the column that fails, the first of several', async () => {
  const topic = new ScriptedTopic(1, Date.UTC(2026, 0, 1, 12));
  const session = (await start(topic)).session();
  await session.all(
    `CREATE STREAM s (x text, y int, z int, a int AS (x::int), at text, ts timestamp AS (at::timestamp), b int AS (10 / y), c int AS (100 / z),
       WATERMARK FOR ts AS ts) ${TOPIC}`,
  );
  await session.all('CREATE MATERIALIZED VIEW seen AS SELECT a, b, c FROM s');
  const record = (fields: object) => ({x: '1', y: 1, z: 1, at: '2026-01-01T12:00:00', ...fields});
  topic.append(
    0,
    record({}),
    record({y: 0}),
    record({at: 'noon'}),
    record({x: 'one'}),
    record({z: 0}),
    record({z: 0, y: 0}),
    record({y: 2}),
  );
  await expect
    .poll(() => session.rows('SELECT * FROM seen ORDER BY b'))
    .toEqual([
      ['1', '5', '100'],
      ['1', '10', '100'],
    ]);
  expect(await session.rows('SELECT _offset, "column", reason FROM "s$errors" ORDER BY _offset')).toEqual([
    ['1', 'b', 'division by zero'],
    ['2', 'ts', 'invalid input syntax for type timestamp: "noon"'],
    ['3', 'a', 'invalid input syntax for type integer: "one"'],
    ['4', 'c', 'division by zero'],
    ['5', 'b', 'division by zero'],
  ]);
});

test.each([-1, Date.UTC(2026, 0, 1, 12, 20)])(
  'a record that the clock refused when it came (time stamp %i) stays refused, whoever reads it later',
  async stamp => {
    const topic = new ScriptedTopic(1, stamp);
    let engine = await start(topic);
    let session = engine.session();
    await session.all(`CREATE STREAM bids (ts timestamp, v int, WATERMARK FOR ts AS ts) ${TOPIC}`);
    await session.all('CREATE MATERIALIZED VIEW first AS SELECT v FROM bids');
    const seen = async (view: string) => (await session.rows(`SELECT v FROM ${view} ORDER BY v`)).flat();
    topic.append(0, {ts: '2026-01-01T12:03:00', v: 1}, {ts: '2026-01-01T13:10:00', v: 2}, {ts: '2026-01-01T12:59:00', v: 3});
    await expect.poll(() => seen('first')).toEqual(['1', '3']);
    await session.all("SET millrace.clock = '2026-01-01 12:30:00'");
    for (const [round, end] of ['a checkpoint', 'a crash', 'a loss of power'].entries()) {
      await session.all(`CREATE MATERIALIZED VIEW later${round} AS SELECT v FROM bids`);
      await expect.poll(() => seen(`later${round}`).catch(() => [])).toEqual(['1', '3']);
      expect(await seen('bids')).toEqual(['1', '3']);
      expect(await session.rows('SELECT _offset FROM "bids$errors"')).toEqual([['1']]);
      if (end === 'a checkpoint') await engine.services.checkpoint();
      engine = end === 'a checkpoint' ? await engine.restart() : await engine.crash({power: end === 'a loss of power'});
      running.splice(0, 1, engine);
      session = engine.session();
    }
    topic.append(0, {ts: '2026-01-01T13:10:00', v: 4});
    for (const view of ['first', 'later0', 'later1', 'later2']) await expect.poll(() => seen(view)).toEqual(['1', '3', '4']);
  },
);
