import type {PGlite} from '@electric-sql/pglite';
import {beforeAll, expect, test} from 'vitest';
import {failureOf, plan, startPostgres} from '../testing/planner-fixture.ts';

let db: PGlite;
beforeAll(async () => {
  db = await startPostgres();
});

type PostgresError = {readonly code: string; readonly message: string; readonly position?: string; readonly hint?: string};

/** Every one of these fails in PostgreSQL; code, message and position have to agree. */
const QUERIES = [
  'SELECT nope FROM t',
  'SELECT t.nope FROM t',
  'SELECT q.a FROM t',
  'SELECT t.id FROM t z',
  'SELECT id FROM t, u',
  'SELECT * FROM nope',
  'SELECT * FROM s1.nope',
  'SELECT *',
  'SELECT nope.* FROM t',
  'SELECT 1 FROM t, t',
  'SELECT 1 FROM t a JOIN u a ON true',
  'SELECT nosuch(a) FROM t',
  'SELECT nosuch.f(1)',
  'SELECT lower(1, 2)',
  'SELECT a = b FROM t',
  'SELECT a + b FROM t',
  'SELECT - b FROM t',
  'SELECT a FROM t WHERE a',
  'SELECT a FROM t WHERE a AND true',
  'SELECT NOT a FROM t',
  'SELECT CASE WHEN a THEN 1 END FROM t',
  'SELECT CASE WHEN true THEN a ELSE b END FROM t',
  'SELECT COALESCE(a, b) FROM t',
  'SELECT ARRAY[a, b] FROM t',
  'SELECT ARRAY[]',
  "SELECT coalesce(a, 'x') FROM t",
  "SELECT 'abc'::int",
  'SELECT a::date FROM t',
  'SELECT 1::nope',
  "SELECT date '2024-13-01'",
  'SELECT b FROM t GROUP BY a',
  'SELECT a, count(*) FROM t',
  'SELECT count(*) FROM t ORDER BY a',
  'SELECT count(*) FROM t WHERE count(*) > 1',
  'SELECT sum(count(*)) FROM t',
  'SELECT a FROM t GROUP BY count(*)',
  'SELECT count(*) FROM t GROUP BY 1',
  'SELECT a FROM t GROUP BY 2',
  'SELECT a FROM t ORDER BY 2',
  "SELECT a FROM t ORDER BY 'x'",
  'SELECT a AS x, b AS x FROM t ORDER BY x',
  'SELECT a FROM t HAVING a > 1',
  'SELECT DISTINCT a FROM t ORDER BY b',
  'SELECT DISTINCT ON (a) a FROM t ORDER BY b',
  'SELECT lower(DISTINCT b) FROM t',
  'SELECT lower(b) FILTER (WHERE true) FROM t',
  'SELECT count() FROM t',
  'SELECT count(*) FILTER (WHERE a) FROM t',
  "SELECT string_agg(DISTINCT b, ',' ORDER BY a) FROM t",
  'SELECT id FROM t UNION SELECT b FROM t',
  'SELECT 1, 2 UNION SELECT 1',
  'SELECT 1 UNION SELECT 2 ORDER BY 1 + 1',
  'SELECT a FROM t UNION SELECT a FROM t ORDER BY b',
  'VALUES (1), (1, 2)',
  "VALUES (1), ('x')",
  'VALUES (1), (true)',
  'SELECT (SELECT a, b FROM t)',
  'SELECT a IN (SELECT a, b FROM t) FROM t',
  'SELECT (a, b) IN (SELECT a FROM t) FROM t',
  'SELECT a IN (SELECT b FROM t) FROM t',
  'SELECT a FROM t LIMIT a',
  'SELECT a FROM t LIMIT true',
  'SELECT 1 FROM t JOIN u USING (nope)',
  'SELECT 1 FROM t JOIN u USING (a)',
  'SELECT * FROM t JOIN u ON t.id',
  'SELECT * FROM t, (SELECT t.a) q',
  'SELECT * FROM t AS x(a, b, c, d, e)',
  'WITH q AS (SELECT 1), q AS (SELECT 2) SELECT 1',
  'WITH q(a, b) AS (SELECT 1) SELECT 1',
  'SELECT $0',
  'SELECT b[1] FROM t',
  "SELECT arr['x'] FROM w",
  'SELECT (b).x FROM t',
  'SELECT (t).nope FROM t',
  'SELECT a = ANY (b) FROM t',
  'SELECT (1, 2) = (1, 2, 3)',
  'SELECT b COLLATE "nope" FROM t',
  'SELECT j FROM w ORDER BY j::json',
  'SELECT DISTINCT j::json FROM w',
  'SELECT j::json FROM w GROUP BY j::json',
  'SELECT a FROM t WHERE unnest(ARRAY[1]) = 1',
  'SELECT id FROM t WHERE EXISTS (SELECT nope FROM u)',
  'SELECT id, (SELECT t.a) FROM t GROUP BY id % 2',
  "SELECT interval 'x'",
  "SELECT a FROM t WHERE id = 'x'",
  "SELECT a FROM t WHERE a IN (1, 'x')",
  'SELECT a FROM t WHERE b IN (1, 2)',
  'SELECT t.id.x FROM t',
  'SELECT 1 + + ',
  'SELECT row_to_json(nope) FROM t',
];

test.each(QUERIES)('%s fails as in PostgreSQL', async sql => {
  let expected: PostgresError | undefined;
  try {
    await db.query(sql);
  } catch (error) {
    expected = error as PostgresError;
  }
  const {code, message, position: given} = failureOf(() => plan(sql));
  // A position where PostgreSQL has none does no harm.
  const position = expected?.position === undefined ? undefined : given;
  if (code === '42601' && expected?.message.startsWith('syntax error')) return;
  expect({code, message, position}).toEqual({
    code: expected?.code,
    message: expected?.message,
    position: expected?.position === undefined ? undefined : Number(expected.position),
  });
});

const hintOf = (sql: string): string | undefined => failureOf(() => plan(sql)).hint;

test('a near miss is hinted at, and what fields a row has', () => {
  expect(hintOf('SELECT idd FROM t')).toBe('Perhaps you meant to reference the column "t.id".');
  expect(hintOf('SELECT ((SELECT x FROM (SELECT id, b AS "B" FROM t LIMIT 1) x)).nope FROM t')).toBe('Its fields are id, "B".');
});
