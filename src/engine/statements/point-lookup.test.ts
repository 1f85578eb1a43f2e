import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';

async function withTable(): Promise<InlineEngine> {
  const engine = await InlineEngine.start();
  await engine.session().all(`CREATE TABLE t (id int PRIMARY KEY, n int, name text); INSERT INTO t VALUES (1, 10, 'one'), (2, 20, NULL)`);
  return engine;
}

test('a prepared lookup knows the time at which it is run, not that of its preparation', async () => {
  const session = (await withTable()).session();
  await session.all('PREPARE p(int) AS SELECT now() FROM t WHERE id = $1');
  const [first] = await session.rows('EXECUTE p(1)');
  const at = Date.now();
  while (Date.now() < at + 2);
  const [second] = await session.rows('EXECUTE p(1)');
  expect(second).not.toEqual(first);
});

test('a prepared lookup answers with columns as they are, in any order, and with expressions over them and its parameters', async () => {
  const session = (await withTable()).session();
  expect((await session.extended('SELECT name, n, name FROM t WHERE id = $1', ['1'])).rows).toEqual([['one', '10', 'one']]);
  expect((await session.extended('SELECT name FROM t WHERE id = $1', ['2'])).rows).toEqual([[null]]);
  expect((await session.extended('SELECT n + $2, name FROM t WHERE id = $1', ['1', '5'])).rows).toEqual([['15', 'one']]);
  expect((await session.extended('SELECT name FROM t WHERE id = $1 AND n > 100', ['1'])).rows).toEqual([]);
  expect((await session.extended('SELECT name FROM t WHERE id = $1', [null])).rows).toEqual([]);
  expect((await session.extended('SELECT name FROM t WHERE id = $1', ['7'])).rows).toEqual([]);
});
