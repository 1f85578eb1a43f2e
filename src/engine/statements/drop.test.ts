import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';

test('DROP … CASCADE takes what depends on the table, and the engine goes on', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all(`CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 10)`);
  await session.all(`CREATE MATERIALIZED VIEW v AS SELECT n, count(*) FROM t GROUP BY n`);
  await session.all(`CREATE MATERIALIZED VIEW w AS SELECT n FROM v`);
  expect(await session.code('DROP TABLE t')).toBe('2BP01');
  expect(await session.rows('SELECT * FROM w')).toEqual([['10']]);
  await session.all('DROP TABLE t CASCADE');
  expect(await session.code('SELECT * FROM v')).toBe('42P01');
  await session.all(`CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (5)`);
  expect(await session.rows('SELECT * FROM t')).toEqual([['5']]);
});

test('an embedded stream and the views over it can be dropped and made anew', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  for (let round = 0; round < 2; round++) {
    await session.all('CREATE STREAM s (id int)');
    await session.all('INSERT INTO s VALUES (1), (2)');
    await session.all('CREATE MATERIALIZED VIEW v AS SELECT count(*) AS n FROM s');
    expect(await session.rows('SELECT n FROM v')).toEqual([['2']]);
    await session.all('DROP MATERIALIZED VIEW v');
    await session.all('DROP STREAM s');
  }
  expect(await session.code('SELECT * FROM s')).toBe('42P01');
});
