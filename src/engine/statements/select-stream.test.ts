import {afterEach, expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import {ScriptedTopic} from '../testing/scripted-topic.ts';

const running: InlineEngine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
});

async function start(topic?: ScriptedTopic): Promise<InlineEngine> {
  const engine = await InlineEngine.start(topic && {connectors: {generator: topic.open}});
  running.push(engine);
  return engine;
}

const sequence = (options: string): string => `WITH (connector = 'generator', generator = 'sequence', ${options})`;
const numbers = (from: number, count: number): {v: number}[] => Array.from({length: count}, (_, i) => ({v: from + i}));

test('a generator that no view reads is read from its first to its last record, whatever its rate', async () => {
  const session = (await start()).session();
  await session.all(`CREATE STREAM s ${sequence('rate = 1, limit = 20000, partitions = 2')}`);
  const [described] = await session.all('SELECT * FROM s LIMIT 0');
  const first = described!.fields[0]!.name;
  expect(await session.rows(`SELECT count(*), count(DISTINCT ${first}) FROM s`)).toEqual([['20000', '20000']]);
  expect(await session.rows('SELECT _partition, min(_offset), max(_offset), count(_timestamp) FROM s GROUP BY 1 ORDER BY 1')).toEqual([
    ['0', '0', '9999', '10000'],
    ['1', '0', '9999', '10000'],
  ]);
  expect(await session.rows('SELECT _key, _headers FROM s LIMIT 1')).toEqual([[null, null]]);
});

test('LIMIT ends the reading of a generator without end; without one the statement is refused', async () => {
  const session = (await start()).session();
  await session.all(`CREATE STREAM s ${sequence('rate = 0')}`);
  expect(await session.rows('SELECT _offset FROM s LIMIT 3')).toEqual([['0'], ['1'], ['2']]);
  expect(await session.rows('SELECT sum(o) FROM (SELECT _offset AS o FROM s WHERE _offset % 1000 = 999 LIMIT 3) q')).toEqual([['5997']]);
  expect(await session.code('SELECT count(*) FROM s')).toBe('55000');
  expect(await session.code('SELECT * FROM s ORDER BY 1 LIMIT 3')).toBe('55000');
});

test('a stream that views read is read up to where they are, joined with tables and views and with itself', async () => {
  const topic = new ScriptedTopic(1);
  const session = (await start(topic)).session();
  await session.all(`CREATE STREAM s (v int) ${sequence('rate = 0')}`);
  await session.all('CREATE TABLE t (v int PRIMARY KEY, name text); INSERT INTO t VALUES (1, $$one$$), (3, $$three$$)');
  topic.append(0, ...numbers(0, 10));
  await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM s');
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['10']]);
  topic.allow(0, 0);
  topic.append(0, ...numbers(10, 10));
  expect(await session.rows('SELECT count(*), max(_offset), (SELECT n FROM n) FROM s')).toEqual([['10', '9', '10']]);
  expect(await session.rows('SELECT s.v, t.name FROM s JOIN t ON s.v = t.v ORDER BY 1')).toEqual([
    ['1', 'one'],
    ['3', 'three'],
  ]);
  expect(await session.rows('SELECT count(*) FROM s a JOIN s b ON a.v = b.v + 1')).toEqual([['9']]);
  expect(await session.rows('SELECT name FROM t WHERE v IN (SELECT v FROM s WHERE v > 1)')).toEqual([['three']]);
  expect(await session.rows('SELECT v FROM s EXCEPT SELECT v FROM t ORDER BY 1 LIMIT 2')).toEqual([['0'], ['2']]);
  // The view has all of it, so has the stream.
  topic.allow(0, Infinity);
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['20']]);
  expect(await session.rows('SELECT count(*) FROM s')).toEqual([['20']]);
});

test('in a block a stream stays where it was when the block began', async () => {
  const topic = new ScriptedTopic(1);
  const engine = await start(topic);
  const session = engine.session();
  await session.all(`CREATE STREAM s (v int) ${sequence('rate = 0')}`);
  topic.append(0, ...numbers(0, 5));
  await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM s');
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['5']]);
  const block = engine.session();
  await block.all('BEGIN');
  expect(await block.rows('SELECT n FROM n')).toEqual([['5']]);
  topic.append(0, ...numbers(5, 5));
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['10']]);
  expect(await block.rows('SELECT count(*), (SELECT n FROM n) FROM s')).toEqual([['5', '5']]);
  await block.all('COMMIT');
  expect(await block.rows('SELECT count(*) FROM s')).toEqual([['10']]);
});

test('the reader of a query is closed at its LIMIT, at its end, and when it is cancelled, by a timeout within a second', async () => {
  const topic = new ScriptedTopic(1);
  const engine = await start(topic);
  const session = engine.session();
  await session.all(`CREATE STREAM s (v int) ${sequence('rate = 0, limit = 100')}`);
  topic.append(0, ...numbers(0, 50));
  expect(await session.rows('SELECT v FROM s LIMIT 2')).toEqual([['0'], ['1']]);
  await expect.poll(() => topic.isOpen(0)).toBe(false);
  // 50 of its 100 records are still to come.
  await session.all('SET statement_timeout = 50');
  const started = performance.now();
  expect(await session.code('SELECT count(*) FROM s')).toBe('57014');
  expect(performance.now() - started).toBeLessThan(1000);
  await expect.poll(() => topic.isOpen(1)).toBe(false);
  await session.all('SET statement_timeout = 0');
  const cancelled = engine.session();
  const code = cancelled.code('SELECT count(*) FROM s');
  await expect.poll(() => topic.isOpen(2)).toBe(true);
  (cancelled.session as unknown as {cancel(): void}).cancel();
  expect(await code).toBe('57014');
  await expect.poll(() => topic.isOpen(2)).toBe(false);
  // The last records arrive while the query waits for them.
  const counted = session.rows('SELECT count(*) FROM s');
  await expect.poll(() => topic.isOpen(3)).toBe(true);
  topic.append(0, ...numbers(50, 50));
  expect(await counted).toEqual([['100']]);
  await expect.poll(() => topic.isOpen(3)).toBe(false);
});

test('a cursor takes a stream in portions, and a source that stops fails the query with its reason', async () => {
  const topic = new ScriptedTopic(1);
  const engine = await start(topic);
  const session = engine.session();
  await session.all(`CREATE STREAM s (v int) ${sequence('rate = 0, limit = 20000')}`);
  topic.append(0, ...numbers(0, 20_000));
  await session.all('BEGIN; DECLARE c CURSOR FOR SELECT v FROM s');
  expect(await session.rows('FETCH 2 FROM c')).toEqual([['0'], ['1']]);
  expect(await session.rows('FETCH 1 FROM c')).toEqual([['2']]);
  await session.all('CLOSE c; COMMIT');
  await expect.poll(() => topic.isOpen(0)).toBe(false);
  topic.allow(1, 0);
  const failing = session.all('SELECT count(*) FROM s');
  await expect.poll(() => topic.isOpen(1)).toBe(true);
  topic.tell(1, {kind: 'stopped', reason: 'topic_missing', message: 'the topic is gone'});
  await expect(failing).rejects.toThrow('stream "s" cannot be read: the topic is gone');
  await session.all('CREATE TABLE t (v int)');
  expect(await session.code('INSERT INTO t SELECT v FROM s')).toBe('0A000');
});
