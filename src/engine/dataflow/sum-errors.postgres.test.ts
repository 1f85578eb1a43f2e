import type {PGlite} from '@electric-sql/pglite';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {freshPostgres} from '../../common/testing/fresh-postgres.ts';
import {answerOf, oracleAnswer} from '../testing/dml-oracle.ts';
import {InlineEngine} from '../testing/inline-engine.ts';

const HUGE = `('9' || repeat('0', 131071))::numeric`;
const ROWS: readonly string[] = [
  `(1, 'a', 3e38, 1.5e308, ${HUGE})`,
  "(2, 'a', 1, 1, 1)",
  `(3, 'a', 3e38, 1.5e308, ${HUGE})`,
  "(4, 'b', 0.1, 0.1, 0.10)",
  "(5, 'b', 0.2, 0.2, 2e50)",
  "(6, 'c', -3e38, -1.5e308, 1)",
  "(7, 'c', 3e38, 1.5e308, -1)",
];
/** What is summed, and how errors name it. */
const CALLS: readonly (readonly [call: string, listed: string])[] = [
  ['sum(f)', 'float4(sum)'],
  ['sum(d)', 'sum(d)'],
  ['sum(n)', 'sum(n)'],
];

let pg: PGlite;
beforeAll(async () => {
  pg = await freshPostgres();
  await pg.exec(`CREATE TABLE r (id int, g text, f real, d float8, n numeric); INSERT INTO r VALUES ${ROWS.join(', ')}`);
});
afterAll(() => pg.close());

const ask = async (sql: string): Promise<{readonly value: string | null} | {readonly error: string}> => {
  const answer = await oracleAnswer(pg, sql);
  return 'error' in answer ? answer : {value: answer.results[0]!.rows[0]![0]!};
};

test('a sum out of range is an error of its group or row alone, at once it is the error of PostgreSQL', {timeout: 60_000}, async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all('CREATE TABLE r (id int PRIMARY KEY, g text, f real, d float8, n numeric)');
  for (const [i, [call]] of CALLS.entries()) {
    await session.all(`CREATE MATERIALIZED VIEW groups_${i} AS SELECT g, ${call} AS x FROM r GROUP BY g`);
    await session.all(`CREATE MATERIALIZED VIEW running_${i} AS SELECT id, ${call} OVER (PARTITION BY g ORDER BY id) AS x FROM r`);
  }
  // None of these fails, whatever views there are.
  for (const row of ROWS) await session.all(`INSERT INTO r VALUES ${row}`);
  for (const [i, [call, listed]] of CALLS.entries()) {
    for (const query of [`SELECT ${call} FROM r WHERE g <> 'c'`, `SELECT ${call} OVER (PARTITION BY g ORDER BY id) FROM r WHERE id <= 3`])
      expect(await answerOf(session, query), query).toEqual(await oracleAnswer(pg, query));
    const errors = await session.rows(`SELECT expression, sqlstate, reason, "row"->>'g' FROM "groups_${i}$errors" ORDER BY 4`);
    const found = new Map(await session.rows(`SELECT g, x FROM groups_${i}`).then(rows => rows.map(([g, x]) => [g, x])));
    for (const g of ['a', 'b', 'c']) {
      const expected = await ask(`SELECT ${call} FROM r WHERE g = '${g}'`);
      if ('value' in expected) expect([call, g, found.get(g)]).toEqual([call, g, expected.value]);
      else expect(errors, call).toContainEqual([listed, '22003', expected.error.slice(6, -3), g]);
    }
    expect(found.size + errors.length).toBe(3);
    const running = await session.rows(
      `SELECT id FROM running_${i} UNION ALL SELECT ("row"->>'id')::int FROM "running_${i}$errors" ORDER BY 1`,
    );
    expect(running).toEqual(ROWS.map((_, id) => [String(id + 1)]));
    const failed = await session.rows(`SELECT "row"->>'id' FROM "running_${i}$errors" ORDER BY 1`);
    expect(failed, call).toEqual('error' in (await ask(`SELECT ${call} FROM r WHERE g = 'a'`)) ? [['3']] : []);
  }
  await session.all(`DELETE FROM r WHERE g = 'a'`);
  for (const i of CALLS.keys())
    expect(await session.rows(`SELECT count(*) FROM "groups_${i}$errors" UNION ALL SELECT count(*) FROM "running_${i}$errors"`)).toEqual([
      ['0'],
      ['0'],
    ]);
  await engine.stop();
});

test('variances of floats overflow as in PostgreSQL', async () => {
  const session = (await InlineEngine.start()).session();
  for (const values of [
    '(1.5e308), (1.5e308), (1)',
    "('inf'), (1)",
    "(1), ('-inf'), (2)",
    '(1e200), (2e200)',
    '(1e150), (2e150), (4e150)',
    "('nan'), (1)",
  ])
    for (const call of ['var_pop', 'var_samp', 'stddev_pop', 'stddev_samp']) {
      const query = `SELECT ${call}(x) FROM (VALUES ${values}) v(y), LATERAL (SELECT y::float8 AS x) w`;
      expect(await answerOf(session, query), query).toEqual(await oracleAnswer(pg, query));
    }
});
