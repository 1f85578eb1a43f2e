import {afterEach, expect, test} from 'vitest';
import {InlineEngine} from '../../testing/inline-engine.ts';
import type {InlineSession} from '../../testing/inline-session.ts';
import {ScriptedTopic} from '../../testing/scripted-topic.ts';

const running: InlineEngine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
});

const START = Date.UTC(2026, 0, 1, 12);
const COUNT = "SELECT window_start, count(*) AS n FROM TUMBLE($, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end";
const over = (view: string) => COUNT.replace('$', view);
const WATERMARK = "WATERMARK FOR ts AS ts - INTERVAL '5 seconds'";

async function start(topic?: ScriptedTopic): Promise<InlineEngine> {
  const engine = await InlineEngine.start({now: () => START * 1000, ...(topic && {connectors: {generator: topic.open}})});
  running.push(engine);
  return engine;
}

const lateOf = (session: InlineSession, view: string) =>
  session.rows(`SELECT _partition, _offset, extract(second FROM event_time)::int FROM "${view}$late" ORDER BY event_time, _offset`);
const ts = (second: number) => `2026-01-01 12:00:${String(second).padStart(2, '0')}`;

test('the late rows of a view over a view are listed with the place of their record, over chains of views and restarts', async () => {
  let engine = await start();
  let session = engine.session();
  await session.all(`CREATE STREAM s (ts timestamp, v int, ${WATERMARK})`);
  await session.all("INSERT INTO s VALUES ('2026-01-01 12:00:01', 1)");
  await session.all('CREATE MATERIALIZED VIEW kept AS SELECT ts, v * 10 AS v FROM s WHERE v % 2 = 1');
  await session.all('CREATE MATERIALIZED VIEW again AS SELECT v + 1 AS v, ts FROM kept WHERE v > 0');
  await session.all("CREATE MATERIALIZED VIEW windowed AS SELECT v, ts, window_end AS ends FROM TUMBLE(s, ts, INTERVAL '10 seconds')");
  await session.all("CREATE MATERIALIZED VIEW hopping AS SELECT v, ts FROM HOP(s, ts, INTERVAL '5 seconds', INTERVAL '10 seconds')");
  await session.all('CREATE MATERIALIZED VIEW mixed AS SELECT ts, v FROM s UNION ALL SELECT ts, v + 1000 FROM s');
  for (const view of ['kept', 'again', 'windowed', 'hopping', 'mixed'])
    await session.all(`CREATE MATERIALIZED VIEW n_${view} AS ${over(view)}`);
  const put = (second: number, v: number) => session.all(`INSERT INTO s VALUES ('${ts(second)}', ${v})`);
  await put(2, 2);
  await put(30, 3);
  // Late, one of them dropped by the views.
  await put(3, 5);
  await put(4, 6);
  engine = await engine.restart();
  running.splice(0, 1, engine);
  session = engine.session();
  await put(5, 7);
  await session.all('CHECKPOINT');
  engine = await engine.crash({power: true});
  running.splice(0, 1, engine);
  session = engine.session();
  await put(6, 9);
  const odd = [
    ['0', '3', '3'],
    ['0', '5', '5'],
    ['0', '6', '6'],
  ];
  const all = [odd[0]!, ['0', '4', '4'], odd[1]!, odd[2]!];
  expect(await lateOf(session, 'n_kept')).toEqual(odd);
  expect(await lateOf(session, 'n_again')).toEqual(odd);
  expect(await lateOf(session, 'n_windowed')).toEqual(all);
  // A record is in two windows of the view, so that it comes twice; it is told of once.
  expect(await lateOf(session, 'n_hopping')).toEqual(all);
  // Which of its streams a row comes from is not known.
  expect((await lateOf(session, 'n_mixed')).map(([partition, offset]) => [partition, offset])).toEqual(
    Array.from({length: 8}, () => [null, null]),
  );
  expect(await session.rows('SELECT n FROM n_kept ORDER BY window_start')).toEqual([['1'], ['1']]);
});

test('the same of a topic whose views were there before, and errors are told of by the view that they are in alone', async () => {
  const topic = new ScriptedTopic(2, START);
  const session = (await start(topic)).session();
  await session.all(
    `CREATE STREAM s (ts timestamp, v int, d int, ${WATERMARK}) WITH (connector = 'generator', generator = 'sequence', rate = 0, partitions = 2)`,
  );
  await session.all('CREATE MATERIALIZED VIEW kept AS SELECT ts, 10 / d AS v FROM s');
  const record = (second: number, d: number) => ({ts: ts(second).replace(' ', 'T'), v: 0, d});
  topic.append(0, record(1, 1));
  topic.append(1, record(2, 2));
  await expect.poll(() => session.rows('SELECT count(*) FROM kept')).toEqual([['2']]);
  await session.all(`CREATE MATERIALIZED VIEW n AS ${over('kept')}`);
  topic.append(0, record(30, 1));
  topic.append(1, record(30, 0), record(31, 1));
  await expect.poll(() => session.rows('SELECT count(*) FROM kept')).toEqual([['4']]);
  topic.append(1, record(3, 5), record(40, 1));
  await expect.poll(() => lateOf(session, 'n')).toEqual([['1', '3', '3']]);
  expect(await session.rows('SELECT view, count FROM "n$errors"')).toEqual([['kept', '1']]);
  expect(await session.rows('SELECT n FROM n ORDER BY window_start')).toEqual([['2'], ['2'], ['1']]);
});
