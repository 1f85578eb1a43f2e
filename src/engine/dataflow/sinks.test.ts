import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import type {InlineSession} from '../testing/inline-session.ts';

const inserted = async (session: InlineSession): Promise<string | null | undefined> =>
  (await session.rows('SHOW STATUS')).find(row => row[0] === 'sink')?.[3];

test('a sink gets the rows that its tables and views hold when it is created, and what changes from then on', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all('CREATE TABLE names (id int PRIMARY KEY, name text); CREATE STREAM events (id int)');
  await session.all(`INSERT INTO names VALUES (1, 'one'), (2, 'two')`);
  await session.all('CREATE MATERIALIZED VIEW short AS SELECT * FROM names WHERE id < 2');
  await session.all(
    `CREATE SINK named AS SELECT events.id, names.name FROM events JOIN names USING (id) JOIN short USING (id) WITH (connector = 'blackhole')`,
  );
  await session.all('INSERT INTO events VALUES (1), (2), (1)');
  expect(await inserted(session)).toBe('2');
  const again = (await engine.restart()).session();
  await again.all('INSERT INTO events VALUES (1)');
  expect(Number(await inserted(again))).toBeGreaterThan(0);
});

test('a view over a stream from outside and a view that is rebuilt comes back after a restart', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all(`CREATE STREAM n WITH (connector = 'generator', generator = 'sequence', rate = 0, limit = 10)`);
  await session.all('CREATE TABLE t (n bigint PRIMARY KEY)');
  await session.all('INSERT INTO t VALUES (1), (2), (30)');
  await session.all('CREATE MATERIALIZED VIEW small AS SELECT n FROM t WHERE n < 20');
  await session.all('CREATE MATERIALIZED VIEW met AS SELECT n.n FROM n JOIN small USING (n)');
  await expect.poll(() => session.rows('SELECT count(*) FROM met')).toEqual([['2']]);
  const again = (await engine.restart()).session();
  await expect.poll(() => again.rows('SELECT count(*) FROM met')).toEqual([['2']]);
});
