import {expect, test} from 'vitest';
import type {DataflowStatus} from './status.ts';
import {InlineEngine} from '../testing/inline-engine.ts';

test('equal parts of one view are worked once, and a join of a part with itself meets every pair', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  const counts = 'SELECT k, count(*) AS n FROM t GROUP BY k';
  await session.all('CREATE TABLE t (id int PRIMARY KEY, k int)');
  await session.all(
    `CREATE MATERIALIZED VIEW pairs AS SELECT a.k AS left_k, b.k AS right_k, a.n FROM (${counts}) a JOIN (${counts}) b USING (n)`,
  );
  await session.all('INSERT INTO t VALUES (1, 1), (2, 1), (3, 2), (4, 2), (5, 3)');
  await session.all('DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (6, 4)');
  expect(await session.rows('SELECT * FROM pairs ORDER BY 1, 2')).toEqual([
    ['1', '1', '1'],
    ['1', '3', '1'],
    ['1', '4', '1'],
    ['2', '2', '2'],
    ['3', '1', '1'],
    ['3', '3', '1'],
    ['3', '4', '1'],
    ['4', '1', '1'],
    ['4', '3', '1'],
    ['4', '4', '1'],
  ]);
  const status = (await engine.services.dataflow.send({kind: 'status', session: 0})).data as DataflowStatus;
  expect(status.operators.filter(operator => operator.label === 'aggregate')).toHaveLength(1);
  await session.all('DROP MATERIALIZED VIEW pairs');
});
