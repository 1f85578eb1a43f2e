import type {PGlite} from '@electric-sql/pglite';
import {freshPostgres} from '../../common/testing/fresh-postgres.ts';
import {seededIntegers} from '../../common/testing/seeded-random.ts';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {answerOf, oracleAnswer, type Answer} from '../testing/dml-oracle.ts';
import {InlineEngine} from '../testing/inline-engine.ts';
import type {InlineSession} from '../testing/inline-session.ts';

/** Spellings by type: many of them of the same value. */
const POOLS: Readonly<Record<string, readonly string[]>> = {
  interval: ['1 day', '24:00:00', '1 mon', '30 days', '720:00:00', '-1 day', '-24:00:00', '0', '1 mon -30 days', '1 day 00:00:00.000001'],
  jsonb: ['1', '1.0', '1.00', '{"a": 1.0, "b": [2]}', '{"b": [2.0], "a": 1}', '[1, 2]', '[1.0, 2]', '"1"', 'null', '{"a": 0}', '-0.0', '0'],
  bpchar: ['a', 'a ', 'a   ', 'b', 'b ', '', ' ', ' a', 'ab'],
  'char(3)': ['a', 'a ', 'ab', 'abc', '', ' a'],
  numeric: [
    '1',
    '1.0',
    '1.00',
    '0',
    '-0.0',
    '0.000',
    'NaN',
    'Infinity',
    '100',
    '1e2',
    '100.00',
    '12345678901234567890.10',
    '12345678901234567890.1',
  ],
  'numeric(8,2)': ['1', '1.0', '1.004', '0', 'NaN', '100', '99.999'],
  float8: ['0', '-0', 'NaN', '1', '1.0', '-Infinity', 'Infinity', '1e300', '0.1'],
  float4: ['0', '-0', 'NaN', '1', '0.1'],
  timestamptz: ['2024-01-01 00:00+00', '2024-01-01 02:00+02', '2023-12-31 19:00-05', 'infinity', '1999-01-01 00:00+00'],
  'numeric[]': ['{1,2}', '{1.0,2.00}', '{}', '{NULL}', '{1,2,3}', '{NaN}'],
  'interval[]': ['{1 day}', '{24:00:00}', '{}', '{NULL,1 mon}', '{NULL,30 days}'],
  'float8[]': ['{0}', '{-0}', '{NaN,1}'],
  uuid: ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '00000000-0000-0000-0000-000000000000'],
  time: ['00:00', '24:00', '00:00:00.0', '12:30'],
  date: ['2024-01-01', '20240101', 'infinity', '0044-03-15 BC'],
  text: ['a', 'a ', 'é', 'e\u0301', ''],
};
const TYPES = Object.keys(POOLS);
const RUNS = Number(process.env['MILLRACE_PROPERTY_RUNS'] ?? 16);
const SEED = Number(process.env['MILLRACE_SEED'] ?? 1);

let pg: PGlite;
beforeAll(async () => {
  pg = await freshPostgres();
  await pg.exec(`SET timezone = 'UTC'`);
});
afterAll(() => pg.close());

/** A query whose rows are asked for, and those that print alike whichever spelling of a value a group shows. */
type Question = {readonly select: string; readonly spelt: boolean};

const QUESTIONS: readonly Question[] = [
  {select: 'SELECT k, count(*) AS n, sum(v) AS s FROM l GROUP BY k', spelt: true},
  {select: 'SELECT DISTINCT k FROM l', spelt: true},
  {select: 'SELECT k, v FROM l UNION SELECT k, v FROM r', spelt: true},
  {select: 'SELECT l.k, r.k AS rk, l.v FROM l JOIN r ON l.k = r.k', spelt: false},
  {select: 'SELECT k, v FROM l', spelt: false},
  {select: 'SELECT count(DISTINCT k) AS n FROM l', spelt: false},
  {select: 'SELECT v, count(DISTINCT k) AS n FROM l GROUP BY v', spelt: false},
  {select: 'SELECT k, v, k IS NULL AS b, count(*) AS n FROM r GROUP BY k, v', spelt: true},
];
/** Only ad-hoc as yet. */
const AD_HOC: readonly Question[] = [
  {select: 'SELECT l.k, r.k AS rk FROM l LEFT JOIN r ON l.k = r.k', spelt: false},
  {select: 'SELECT l.k, r.k AS rk FROM l FULL JOIN r ON l.k = r.k AND l.v = r.v', spelt: false},
  {select: 'SELECT k FROM l INTERSECT SELECT k FROM r', spelt: true},
  {select: 'SELECT k FROM l EXCEPT SELECT k FROM r', spelt: true},
  {select: 'SELECT v FROM l WHERE k IN (SELECT k FROM r)', spelt: false},
  {select: 'SELECT v FROM l WHERE NOT EXISTS (SELECT FROM r WHERE r.k = l.k)', spelt: false},
  {select: 'SELECT v FROM l WHERE k IN (SELECT r.k FROM r WHERE r.v = l.v)', spelt: false},
  {select: 'SELECT DISTINCT ON (k) k, v FROM l ORDER BY k, v', spelt: true},
];

/** Of a group or distinct row PostgreSQL may show any spelling: keys are compared by rank among all values, rows by what prints. */
const ranked = ({select, spelt}: Question, columns: string, type: string): string =>
  spelt ? `SELECT ${columns.replace(/\bk\b/, rankOf(type))} FROM (${select}) q` : select;

/** How many values of the pool are below the key: equal for equal values, and only for those. */
const rankOf = (type: string): string =>
  `(SELECT count(*) FROM (VALUES ${POOLS[type]!.map(s => `(${literal(s, type)})`).join(', ')}) p (x) WHERE p.x < q.k), q.k IS NULL`;

const literal = (spelling: string, type: string): string => `CAST('${spelling}' AS ${type})`;

const COLUMNS = ['k, n, s', 'k', 'k, v', '', '', '', '', 'k, v, b, n'];
const AD_HOC_COLUMNS = ['', '', 'k', 'k', '', '', '', 'k, v'];

async function both(session: InlineSession, sql: string, note: string, own = sql): Promise<void> {
  const [actual, expected] = [await answerOf(session, own), await oracleAnswer(pg, sql)];
  if ('error' in expected) throw new Error(`${note}: ${sql}: ${expected.error}`);
  expect(sorted(actual), `${note}: ${own}`).toEqual(sorted(expected));
}

function sorted(answer: Answer): unknown {
  if ('error' in answer) return answer;
  return answer.results.map(({rows}) => rows.map(row => JSON.stringify(row)).sort());
}

/** Every spelling that a group shows is one that is there. */
async function spellingsExist(session: InlineSession, view: string, source: string, note: string): Promise<void> {
  const shown = await session.rows(`SELECT k FROM ${view}`);
  const there = new Set((await session.rows(source)).map(([k]) => k ?? null));
  for (const [k] of shown) expect(there.has(k ?? null), `${note}: ${view} shows ${k}, which is not there`).toBe(true);
}

test.each(Array.from({length: RUNS}, (_, i) => SEED * 1000 + i))(
  'keys of every type are equal by value as in PostgreSQL, in views and in queries, seed %i',
  {timeout: 120_000},
  async seed => {
    const random = seededIntegers(seed);
    const type = TYPES[seed % TYPES.length]!;
    const note = `seed ${seed}, type ${type}`;
    const pool = POOLS[type]!;
    const key = (): string => (random(8) === 0 ? 'NULL' : literal(pool[random(pool.length)]!, type));
    const engine = await InlineEngine.start();
    const session = engine.session();
    const run = async (sql: string): Promise<void> => {
      await pg.exec(sql);
      await session.all(sql);
    };
    await pg.exec('DROP TABLE IF EXISTS l, r');
    await run(`CREATE TABLE l (k ${type}, v int)`);
    await run(`CREATE TABLE r (k ${type}, v int)`);
    for (const [i, {select}] of QUESTIONS.entries()) await session.all(`CREATE MATERIALIZED VIEW mv${i} AS ${select}`);
    for (let step = 0; step < 7; step++) {
      const table = random(3) === 0 ? 'r' : 'l';
      const rows = Array.from({length: 1 + random(4)}, () => `(${key()}, ${random(3)})`).join(', ');
      const changes = [
        `INSERT INTO ${table} VALUES ${rows}`,
        `DELETE FROM ${table} WHERE k = ${key()}`,
        `DELETE FROM ${table} WHERE CAST(k AS text) = CAST(${key()} AS text) AND v = ${random(3)}`,
        `UPDATE ${table} SET k = ${key()} WHERE v = ${random(3)}`,
      ];
      await run(step < 3 ? changes[0]! : changes[random(changes.length)]!);
      for (const [i, question] of QUESTIONS.entries()) {
        const asked = ranked(question, COLUMNS[i]!, type);
        const view = question.spelt ? asked.replace(question.select, `SELECT * FROM mv${i}`) : `SELECT * FROM mv${i}`;
        await both(session, asked, `${note}, step ${step}, view`, view);
        if (question.spelt)
          await spellingsExist(session, `mv${i}`, i === 7 ? 'SELECT k FROM r' : 'SELECT k FROM l UNION ALL SELECT k FROM r', note);
      }
    }
    for (const [i, question] of QUESTIONS.entries()) await both(session, ranked(question, COLUMNS[i]!, type), note);
    for (const [i, question] of AD_HOC.entries()) await both(session, ranked(question, AD_HOC_COLUMNS[i]!, type), note);
    // What a view is looked up by is compared by value too.
    for (let i = 0; i < 4; i++) {
      const wanted = key();
      await both(
        session,
        `SELECT count(*), sum(n) FROM (${QUESTIONS[0]!.select}) q WHERE k = ${wanted}`,
        note,
        `SELECT count(*), sum(n) FROM mv0 WHERE k = ${wanted}`,
      );
    }
  },
);
