import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import {ScriptedTopic} from '../testing/scripted-topic.ts';

const CREATE = `CREATE STREAM s (v int) WITH (connector = 'generator', generator = 'sequence', partitions = 2)`;
const numbers = (from: number, count: number): {v: number}[] => Array.from({length: count}, (_, i) => ({v: from + i}));

async function engineOver(topic: ScriptedTopic): Promise<InlineEngine> {
  return InlineEngine.start({connectors: {generator: topic.open}});
}

test('a hydrating view loses no record that its own reader has before the shared one', async () => {
  const topic = new ScriptedTopic(2);
  const engine = await engineOver(topic);
  const session = engine.session();
  await session.all(CREATE);
  topic.append(0, ...numbers(0, 50_000));
  await session.all('CREATE MATERIALIZED VIEW a AS SELECT count(*) AS n, sum(v) AS total FROM s');
  await expect.poll(() => session.rows('SELECT n FROM a')).toEqual([['50000']]);
  // The shared reader waits; the new view's own is ahead of it in partition 1, and far behind in partition 0.
  topic.allow(0, 0);
  topic.append(1, ...numbers(0, 10));
  topic.allow(1, 2);
  await session.all('CREATE MATERIALIZED VIEW b AS SELECT count(*) AS n, sum(v) AS total FROM s');
  await expect.poll(() => topic.left(1)).toBe(0);
  topic.append(1, ...numbers(10, 10));
  topic.allow(0, Infinity);
  await expect.poll(() => session.rows('SELECT n FROM a')).toEqual([['50020']]);
  topic.allow(1, Infinity);
  expect(await session.rows('SELECT * FROM b')).toEqual(await session.rows('SELECT * FROM a'));
  await engine.stop();
});

test('a hydrating view whose reader has to stop holds up nothing, and says why', async () => {
  const topic = new ScriptedTopic(1);
  const engine = await InlineEngine.start({connectors: {generator: topic.open}});
  const session = engine.session();
  await session.all(CREATE.replace(', partitions = 2', ''));
  topic.append(0, ...numbers(0, 5));
  await session.all('CREATE MATERIALIZED VIEW a AS SELECT count(*) AS n FROM s');
  await expect.poll(() => session.rows('SELECT n FROM a')).toEqual([['5']]);
  topic.allow(1, 0);
  await session.all('CREATE MATERIALIZED VIEW b AS SELECT count(*) AS n FROM s');
  await expect.poll(() => topic.opened).toBe(2);
  topic.tell(1, {kind: 'stopped', reason: 'failed', message: 'no such luck'});
  topic.append(0, ...numbers(5, 5));
  await expect.poll(() => session.rows('SELECT n FROM a')).toEqual([['10']]);
  const status = await session.rows('SHOW STATUS');
  expect(status.find(row => row[1] === 'b')).toEqual([
    'materialized view',
    'b',
    'hydrating',
    expect.anything(),
    null,
    null,
    expect.any(String),
    'no such luck',
  ]);
  await engine.stop();
});

test('writes to a table wait while a view that joins it with a stream is given its rows, and reach the view afterwards', async () => {
  const topic = new ScriptedTopic(1);
  const engine = await engineOver(topic);
  const session = engine.session();
  await session.all(CREATE.replace(', partitions = 2', ''));
  await session.all('CREATE TABLE t (id int PRIMARY KEY, k int); INSERT INTO t SELECT n, n % 10 FROM generate_series(1, 30000) n');
  topic.append(0, ...numbers(0, 10));
  await session.all('CREATE MATERIALIZED VIEW a AS SELECT count(*) AS n FROM s');
  await expect.poll(() => session.rows('SELECT n FROM a')).toEqual([['10']]);
  await session.all('CREATE MATERIALIZED VIEW b AS SELECT t.id, max(t.k) AS k, max(s.v) AS v FROM s JOIN t ON s.v = t.k GROUP BY t.id');
  const writers = Array.from({length: 8}, () => engine.session());
  await Promise.all(writers.map((writer, i) => writer.all(`INSERT INTO t VALUES (${-1 - i}, ${i}); DELETE FROM t WHERE id = ${1 + i}`)));
  await expect.poll(() => session.rows('SELECT count(*) FROM b')).toEqual([['30000']]);
  expect(await session.rows('SELECT count(*) FROM b WHERE k = v')).toEqual([['30000']]);
  expect(await session.rows('SELECT min(id), count(*) FROM b WHERE id < 9')).toEqual([['-8', '8']]);
  await engine.stop();
});
