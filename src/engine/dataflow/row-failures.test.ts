import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';

test('a row whose expression fails is left out of its view and reported; other views and rows go on', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all('CREATE TABLE t (id int PRIMARY KEY, n int)');
  await session.all('CREATE MATERIALIZED VIEW inverse AS SELECT id, 10 / n AS x FROM t');
  await session.all('CREATE MATERIALIZED VIEW total AS SELECT count(*) AS c FROM t');
  await session.all('INSERT INTO t VALUES (1, 5), (2, 0), (3, 2)');
  expect(await session.rows('SELECT * FROM inverse ORDER BY id')).toEqual([
    ['1', '2'],
    ['3', '5'],
  ]);
  expect(await session.rows('SELECT c FROM total')).toEqual([['3']]);
  const status = await session.rows('SHOW STATUS');
  expect(status.find(row => row[1] === 'inverse')?.[7]).toBe('1 rows left out: division by zero');
});
