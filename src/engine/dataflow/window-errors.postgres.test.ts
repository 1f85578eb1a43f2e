import type {PGlite} from '@electric-sql/pglite';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {freshPostgres} from '../../common/testing/fresh-postgres.ts';
import {seededIntegers} from '../../common/testing/seeded-random.ts';
import {answerOf, oracleAnswer} from '../testing/dml-oracle.ts';
import {InlineEngine} from '../testing/inline-engine.ts';
import type {InlineSession} from '../testing/inline-session.ts';

const SEED = Number(process.env['MILLRACE_SEED'] ?? Date.now() % 2 ** 31);
const TABLE = 'CREATE TABLE t (id int PRIMARY KEY, k int, n int, f float8)';

type Rows = readonly (readonly (string | null)[])[];
/** A view with calls that have no value for some rows: what it has for the others, and for which ones it has none. */
type Case = {
  readonly name: string;
  readonly query: string;
  readonly error: readonly [expression: string, sqlstate: string, reason: string];
  readonly expected: () => Promise<{readonly rows: Rows; readonly failed: ReadonlySet<string | null>}>;
};
const NTILE = ['22014', 'argument of ntile must be greater than zero'] as const;
const NTH = ['22016', 'argument of nth_value must be greater than zero'] as const;
const OVERFLOW = ['22003', 'value out of range: overflow'] as const;
const OVER = 'PARTITION BY k ORDER BY id';
const ALL = `${OVER} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING`;
const NEAR = `${OVER} ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING`;

/** PostgreSQL computes the query with `n` replaced by NULL where it is not above 0, and says which rows fail. */
const guarded = (name: string, query: string, failing: string, error: Case['error']): Case => ({
  name,
  query,
  error,
  expected: async () => {
    const failed = new Set((await rowsOf(failing)).map(([id]) => id!));
    const rows = await rowsOf(query.replaceAll(/\bn\)/g, 'CASE WHEN n > 0 THEN n END)'));
    return {rows: rows.filter(([id]) => !failed.has(id!)), failed};
  },
});

/** Sums of rows `before` before each up to itself, from the first one that is in range no more on without a value. */
const summed = (name: string, query: string, before: number): Case => ({
  name,
  query,
  error: ['sum(f)', ...OVERFLOW],
  expected: async () => {
    const stored = await rowsOf('SELECT id, k, f FROM t ORDER BY k, id');
    const failed = new Set<string | null>();
    const rows: (string | null)[][] = [];
    for (const [i, [id, k]] of stored.entries()) {
      const peers = stored
        .slice(0, i + 1)
        .filter(row => row[1] === k)
        .slice(-1 - before);
      const values = peers.flatMap(([, , f]) => (f === null ? [] : [Number(f)]));
      const sums = values.map((_, n) => values.slice(0, n + 1).reduce((a, b) => a + b, 0));
      if (sums.some(s => !Number.isFinite(s))) failed.add(id!);
      else rows.push([id!, sums.length === 0 ? null : String(sums.at(-1))]);
    }
    return {rows, failed};
  },
});

const CASES: readonly Case[] = [
  guarded(
    'v_ntile',
    `SELECT id, ntile(n) OVER (${OVER}) AS x FROM t`,
    `SELECT id FROM (SELECT id, (array_agg(n) FILTER (WHERE n IS NOT NULL) OVER (${OVER}))[1] AS first FROM t) q WHERE first <= 0`,
    ['ntile(n)', ...NTILE],
  ),
  guarded(
    'v_nth',
    `SELECT id, nth_value(id, n) OVER (${ALL}) AS x, row_number() OVER (${OVER}) AS r FROM t`,
    'SELECT id FROM t WHERE n <= 0',
    ['nth_value(id, n)', ...NTH],
  ),
  guarded('v_nth_near', `SELECT id, nth_value(id, n) OVER (${NEAR}) AS x FROM t`, 'SELECT id FROM t WHERE n <= 0', [
    'nth_value(id, n)',
    ...NTH,
  ]),
  summed('v_running', `SELECT id, sum(f) OVER (${OVER}) AS x FROM t`, Infinity),
  summed('v_moving', `SELECT id, sum(f) OVER (${OVER} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS x FROM t`, 1),
];

let pg: PGlite;
beforeAll(async () => {
  pg = await freshPostgres();
  await pg.exec(TABLE);
});
afterAll(() => pg.close());

const rowsOf = async (sql: string): Promise<Rows> => {
  const answer = await oracleAnswer(pg, sql);
  if ('error' in answer) throw new Error(`${answer.error}: ${sql}`);
  return answer.results.at(-1)!.rows;
};
const sorted = (rows: readonly unknown[]): string[] => rows.map(row => JSON.stringify(row)).sort();

async function check(session: InlineSession, {name, query, error, expected}: Case): Promise<void> {
  const {rows, failed} = await expected();
  expect(sorted(await session.rows(`SELECT * FROM ${name}`)), name).toEqual(sorted(rows));
  expect(await session.rows(`SELECT count(*) FROM above_${name}`)).toEqual([[String(rows.length)]]);
  for (const relation of [`${name}$errors`, `above_${name}$errors`]) {
    const listed = await session.rows(`SELECT "row"->>'id', operator, expression, sqlstate, reason, count FROM "${relation}"`);
    expect(sorted(listed), relation).toEqual(sorted([...failed].map(id => [id, 'analytic', ...error, '1'])));
  }
  // At once, PostgreSQL's error or its rows.
  const [ours, theirs] = [await answerOf(session, query), await oracleAnswer(pg, query)];
  if ('error' in ours || 'error' in theirs) expect(ours, query).toEqual(theirs);
}

test(
  `seed ${SEED}: rows that a window function has no value for are the errors of the view, until that changes`,
  {timeout: 60_000},
  async () => {
    const random = seededIntegers(SEED);
    let engine = await InlineEngine.start();
    let session = engine.session();
    await session.all(TABLE);
    const pick = (list: readonly string[]): string => list[random(list.length)]!;
    const change = async (): Promise<void> => {
      const id = random(12);
      const row = `(${id}, ${pick(['1', '2'])}, ${pick(['0', '-1', '1', '2', '3', 'NULL'])}, ${pick(['1', '1e308', '-1e308', '2.5', 'NULL', '1.5e308'])})`;
      const put = `INSERT INTO t VALUES ${row} ON CONFLICT (id) DO UPDATE SET k = excluded.k, n = excluded.n, f = excluded.f`;
      const sql = random(3) === 0 ? `DELETE FROM t WHERE id = ${id}` : put;
      await Promise.all([session.all(sql), pg.exec(sql)]);
    };
    for (let i = 0; i < 8; i++) await change();
    for (const {name, query} of CASES) {
      await session.all(`CREATE MATERIALIZED VIEW ${name} AS ${query}`);
      await session.all(`CREATE MATERIALIZED VIEW above_${name} AS SELECT * FROM ${name}`);
    }
    for (let round = 0; round < 8; round++) {
      for (const of of CASES) await check(session, of);
      if (round % 4 === 3) {
        if (round === 3) await session.all('CHECKPOINT');
        engine = await engine.restart();
        session = engine.session();
      }
      for (let i = 0; i <= random(3); i++) await change();
    }
    await Promise.all([session.all('DELETE FROM t'), pg.exec('DELETE FROM t')]);
    for (const of of CASES) await check(session, of);
  },
);
