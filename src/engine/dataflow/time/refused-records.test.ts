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
