import type {PGlite} from '@electric-sql/pglite';
import {beforeAll, expect, test} from 'vitest';
import {formatTypeName} from '../../types/format-type.ts';
import {oidOf} from '../../types/oids.ts';
import {plan, startPostgres} from '../testing/planner-fixture.ts';
import {SqlError} from '../../common/sql-error.ts';

let db: PGlite;
beforeAll(async () => {
  db = await startPostgres();
});

/** Expressions over the columns of t, u and w. */
const EXPRESSIONS = `
1 | 2147483648 | 9223372036854775808 | 1.5 | 1e3 | -2147483648 | -9223372036854775808 | 'x' | NULL | true | $$y$$
t.id + 1 | t.id + t.a | t.a + 1.5 | t.id * u.f | t.n * 2 | t.n / 3 | t.id / 2 | t.id % 2 | -t.a | +t.n | t.a - t.id | w.k + t.id | w.k + w.k
t.id + '1' | '1' + t.a | '1.5' * t.n | 'x' || 'y' | t.b || t.id | t.id || t.b | t.b || 'x' | w.l || w.l | 1 || 'x' | w.arr || 4 | w.arr || w.arr | 4 || w.arr
t.id = 1 | t.id = t.a | t.a = 1.5 | t.id = u.f | t.b = 'x' | w.l = t.b | w.d = w.ts | w.ts = w.tz | w.d < '2024-01-01' | t.id <> '5' | w.flag = 't'
t.id IN (1, 2) | t.a IN (1, 2.5) | t.b IN ('a', NULL) | t.id NOT IN (1) | t.id BETWEEN 1 AND 2.5 | t.id = ANY (w.arr) | t.id = ANY ('{1,2}')
CASE WHEN true THEN 1 END | CASE WHEN true THEN 1 ELSE 2.5 END | CASE t.id WHEN 1 THEN 'a' ELSE 'b' END | CASE WHEN true THEN NULL END
CASE WHEN true THEN w.l ELSE t.b END | CASE WHEN true THEN w.d ELSE w.ts END | CASE WHEN true THEN w.k ELSE t.a END | CASE WHEN true THEN NULL ELSE t.id END
COALESCE(t.id, t.a) | COALESCE(t.b, 'x') | COALESCE(NULL, 1) | COALESCE(w.l, 'x') | COALESCE(w.l, w.l) | NULLIF(t.id, 1) | NULLIF(t.id, 1.5) | NULLIF(t.a, t.id)
NULLIF(w.l, 'x') | GREATEST(1, 2.5) | LEAST(t.id, t.a) | GREATEST(t.b, 'x') | GREATEST(w.d, w.ts)
ARRAY[1, 2] | ARRAY[1, 2.5] | ARRAY['a', t.b] | ARRAY[w.l] | ARRAY[]::int[] | ARRAY[t.a, t.id] | w.arr[1] | w.arr[1:2] | ARRAY[1, NULL]
ROW(1, 'x') | (1, 2) | (1, 'a') = (2, 'b') | (t).a | (t).b
t.id::text | t.a::int | t.n::int | '5'::int | '5'::int8 | CAST('1.5' AS numeric(10,2)) | t.b::varchar(3) | 'x'::char(3) | '{1,2}'::int[] | t.id::float8 | u.f::numeric
date '2024-01-01' | timestamp '2024-01-01' | interval '1 day' | timestamptz '2024-01-01Z' | w.d::timestamp | w.ts::date | '1 day'::interval
w.d + 1 | w.d - w.d | w.ts - w.ts | w.ts + interval '1 day' | w.d + interval '1 day' | w.tz - interval '1 hour' | w.ts - w.d | interval '1 day' * 2 | w.d + '1 day'
t.b LIKE 'x%' | t.b NOT LIKE 'x' | w.l ILIKE 'X' | t.b ~ 'x' | t.b IS NULL | w.flag IS TRUE | t.id IS DISTINCT FROM 1.5 | NOT w.flag | w.flag AND true
w.j -> 'a' | w.j ->> 'a' | w.j -> 0 | w.j #> '{a,0}' | w.j @> '{"a":1}' | w.j -> 'a' ->> 0 | w.j::text
(SELECT 1) | (SELECT t2.n FROM t t2 LIMIT 1) | ARRAY(SELECT u2.y FROM u u2) | EXISTS (SELECT 1) | t.id IN (SELECT u2.x FROM u u2) | (SELECT 'x')
lower(t.b) | length(t.b) | substring(t.b, 1, 2) | upper(w.l) | abs(t.id) | abs(t.n) | round(t.n) | round(t.n, 2) | round(u.f) | floor(t.n) | ceil(u.f) | mod(t.id, 2) | mod(t.a, t.id)
concat(t.b, 1, NULL) | replace(t.b, 'x', 'y') | trim(t.b) | position('x' in t.b) | left(t.b, 1) | repeat('x', 3) | split_part(t.b, ',', 1) | coalesce(sqrt(t.n), 1) | power(2, 3) | power(t.n, 2)
array_length(w.arr, 1) | array_to_string(w.arr, ',') | cardinality(w.arr) | array_append(w.arr, 1) | md5('x') | sign(t.n) | pi() | greatest(t.n, u.f)
pg_typeof(1) | t.id & 1 | t.id << 2 | t.id # 3 | ~t.id | @ t.id | t.a ^ 2 | 2 ^ 3 | |/ 4.0
`;
const AGGREGATES = `
count(*) | count(t.b) | sum(t.id) | sum(t.a) | sum(t.n) | sum(u.f) | sum(w.k) | avg(t.id) | avg(u.f) | avg(t.n) | min(t.b) | max(w.l) | max(w.d) | min(t.id) | bool_and(w.flag)
array_agg(t.id) | string_agg(t.b, ',') | max(w.ts) | sum(t.id) + 1 | sum(t.id) / count(*) | count(DISTINCT t.a) | max(t.n) FILTER (WHERE true) | min(w.arr) | stddev(t.n) | variance(u.f)
`;
const LATER = `
extract(year FROM w.d) | date_trunc('month', w.ts) | date_trunc('day', w.tz) | date_part('year', w.ts) | to_char(w.ts, 'YYYY') | now() | current_date | w.ts AT TIME ZONE 'UTC' | w.tz AT TIME ZONE 'UTC' | age(w.ts, w.ts)
current_user | current_timestamp | make_date(2024, 1, 1) | to_timestamp(0) | localtimestamp | date_bin('1 hour', w.ts, w.ts) | current_schema | jsonb_build_object('a', 1) | to_jsonb(t.id) | jsonb_typeof(w.j)
`;

const listed = (text: string) =>
  text
    .trim()
    .split('\n')
    .flatMap(line => line.split(/ \| (?!\/)/))
    .map(e => e.trim());

const FROM = ' FROM t, u, w';

function ourType(expression: string): string {
  try {
    const type = plan(`SELECT ${expression} AS c${FROM}`).columns[0]?.type;
    if (type === undefined) return 'none';
    return formatTypeName(type);
  } catch (error) {
    if (error instanceof SqlError) return `${error.code} ${error.message}`;
    throw error;
  }
}

async function theirTypes(expressions: readonly string[]): Promise<string[]> {
  return Promise.all(
    expressions.map(async e => {
      try {
        const {fields} = await db.query(`SELECT ${e} AS c${FROM} LIMIT 0`);
        const {rows} = await db.query<{t: string}>(`SELECT format_type(${fields[0]?.dataTypeID ?? 0}, NULL) AS t`);
        return rows[0]?.t ?? '';
      } catch (error) {
        const {code, message} = error as {code: string; message: string};
        return `${code} ${message}`;
      }
    }),
  );
}

test.each([
  ['scalar expressions', EXPRESSIONS],
  ['aggregates', AGGREGATES],
  ['functions of time and session', LATER],
])('%s have the types that PostgreSQL gives them', async (_, text) => {
  const expressions = listed(text);
  const expected = await theirTypes(expressions);
  const both = (types: readonly string[]) => expressions.map((e, i) => `${e} : ${types[i]}`);
  expect(both(expressions.map(ourType))).toEqual(both(expected));
});

const NAMED = [
  "SELECT 1, 'x', NULL, true, 1.5, -1",
  'SELECT id, t.b, a AS z, (t).n FROM t',
  'SELECT * FROM t NATURAL JOIN u',
  'SELECT u.*, t.id FROM t JOIN u USING (id)',
  "SELECT a::text, '5'::int, CAST(1 AS float8), date '2024-01-01', '{1}'::int[], a::text::int FROM t",
  "SELECT count(*), sum(a), lower('X'), coalesce(a, 1), nullif(a, 1), greatest(1, 2) FROM t GROUP BY a",
  'SELECT CASE WHEN true THEN 1 END, CASE WHEN true THEN 1 ELSE a END, CASE WHEN a = 1 THEN 2 ELSE 3 END FROM t',
  'SELECT (SELECT max(a) FROM t), (SELECT a AS q FROM t LIMIT 1), EXISTS (SELECT 1), ARRAY(SELECT 1), (SELECT 1)',
  'SELECT ARRAY[1], ROW(1, 2), (1, 2), arr[1], arr[1:2] FROM w',
  "SELECT a IS NULL, a + 1, a = 1, NOT true, a IN (1), b LIKE 'x' FROM t",
  "VALUES (1, 'x')",
  'SELECT id FROM t UNION SELECT x FROM u',
  'SELECT * FROM (SELECT 1 AS one, 2) q(a)',
  'SELECT * FROM unnest(ARRAY[1, 2]) AS e',
  'SELECT * FROM generate_series(1, 2)',
  'SELECT * FROM unnest(ARRAY[1]) WITH ORDINALITY AS q(v)',
  'SELECT * FROM v',
  'WITH q(x) AS (SELECT 1, 2) SELECT * FROM q',
  "SELECT trim(' x'), substring('abc' from 2), position('a' in 'b')",
  'TABLE u',
];

test.each(NAMED)('names and types of the columns of %s', async sql => {
  const {fields} = await db.query(sql);
  expect(plan(sql).columns.map(c => `${c.name} ${oidOf(c.type)}`)).toEqual(fields.map(f => `${f.name} ${f.dataTypeID}`));
});

const PARAMETERS: readonly [string, readonly string[]][] = [
  ['SELECT $1 + 1', ['integer']],
  ['SELECT id FROM t WHERE a = $1 AND b LIKE $2', ['bigint', 'text']],
  ['SELECT $1', ['text']],
  ['SELECT $1::int, $2::timestamp', ['integer', 'timestamp without time zone']],
  ['SELECT id FROM t WHERE id IN ($1, $2)', ['integer', 'integer']],
  ['SELECT id FROM t WHERE id = ANY ($1)', ['integer[]']],
  ['SELECT coalesce($1, a) FROM t', ['bigint']],
  ['SELECT id FROM t LIMIT $1 OFFSET $2', ['bigint', 'bigint']],
  ['SELECT CASE WHEN $1 THEN 1 END', ['boolean']],
  ['SELECT upper($1) || $2', ['text', 'text']],
  ['SELECT id FROM t WHERE id BETWEEN $1 AND $2', ['integer', 'integer']],
  ['SELECT $1::varchar(3)', ['character varying']],
];
test.each(PARAMETERS)('the parameters of %s are deduced', (sql, types) => {
  expect(plan(sql).parameterTypes.map(formatTypeName)).toEqual(types);
});
