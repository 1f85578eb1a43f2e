import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import {ScriptedTopic} from '../testing/scripted-topic.ts';

const numbers = (from: number, count: number): {v: number}[] => Array.from({length: count}, (_, i) => ({v: from + i}));

test('frontier and step of one statement stand for the rows that it reads; in a block they stay', async () => {
  const topic = new ScriptedTopic(1);
  const engine = await InlineEngine.start({connectors: {generator: topic.open}});
  const session = engine.session();
  await session.all(`CREATE STREAM s (v int) WITH (connector = 'generator', generator = 'sequence', rate = 0)`);
  await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM s');
  const both = 'SELECT f.next_offset, n.n, millrace_step() FROM millrace.frontier f, n WHERE f.stream = $$s$$';
  topic.append(0, ...numbers(0, 5));
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['5']]);
  const [first] = await session.rows(both);
  expect(first!.slice(0, 2)).toEqual(['5', '5']);
  const block = engine.session();
  await block.all('BEGIN');
  expect(await block.rows(both)).toEqual([first]);
  topic.append(0, ...numbers(5, 5));
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['10']]);
  expect(await block.rows(both)).toEqual([first]);
  expect(await block.rows('SELECT stream, next_offset FROM millrace.frontier')).toEqual([['s', '5']]);
  expect(await block.rows('SELECT millrace_step()')).toEqual([[first![2]!]]);
  await block.all('COMMIT');
  const [later] = await session.rows(both);
  expect(later!.slice(0, 2)).toEqual(['10', '10']);
  expect(Number(later![2])).toBeGreaterThan(Number(first![2]));
  // While records arrive, the three never disagree.
  for (let i = 0; i < 20; i++) {
    topic.append(0, ...numbers(0, 7));
    const [row] = await session.rows(both);
    expect(row![0]).toBe(row![1]);
  }
  expect(await session.code('CREATE MATERIALIZED VIEW m AS SELECT millrace_step() AS step FROM s')).toBe('0A000');
  await engine.stop();
});

test('the step moves with every write, also in what a write reads, and by key', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  const step = async (): Promise<number> => Number((await session.rows('SELECT millrace_step()'))[0]![0]);
  await session.all('CREATE TABLE t (k int PRIMARY KEY, step bigint)');
  const before = await step();
  await session.all('INSERT INTO t VALUES (1, millrace_step())');
  expect(await session.rows('SELECT step, millrace_step() FROM t WHERE k = 1')).toEqual([[String(before), String(before + 1)]]);
  expect(await step()).toBe(before + 1);
  expect(await session.rows("SELECT c.relname, t.k FROM pg_class c, t WHERE c.relname = 't'")).toEqual([['t', '1']]);
  await engine.stop();
});
