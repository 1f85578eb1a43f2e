import {afterAll, beforeAll, expect, test} from 'vitest';
import {toSqlError} from '../common/sql-error.ts';
import {formatTypeName} from '../types/format-type.ts';
import {T, arrayOf, type SqlType} from '../types/sql-type.ts';
import {startOracle, type Answer, type PostgresOracle} from '../types/testing/postgres-oracle.ts';
import {COMPARISON_SYMBOLS} from './comparison-operators.ts';
import {AGGREGATES, FUNCTIONS} from './registry.ts';
import {resolveFunction, resolveOperator} from './resolve-overload.ts';

const TYPES: readonly SqlType[] = [
  T.unknown,
  T.bool,
  T.int2,
  T.int4,
  T.int8,
  T.float4,
  T.float8,
  T.numeric,
  T.text,
  T.varchar,
  T.bpchar,
  T.name,
  T.bytea,
  T.date,
  T.time,
  T.timestamp,
  T.timestamptz,
  T.interval,
  T.uuid,
  T.jsonb,
  T.json,
  T.oid,
  arrayOf(T.int4),
  arrayOf(T.text),
];
/** Families whose functions stand in for types that we do not have, or that PostgreSQL 15 does not have. */
const SKIPPED = new Set(['aggregate parts', 'catalog', 'privileges', 'session']);

/** One case of so many is tried; 1 = all. */
const SAMPLE = Number(process.env['MILLRACE_RESOLVE_SAMPLE'] ?? 5);

let oracle: PostgresOracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

const sqlOf = (type: SqlType) => (type.kind === 'unknown' ? 'NULL' : `NULL::${formatTypeName(type)}`);

/** The result's type, or why there is none. */
function outcome(resolve: () => SqlType): Answer {
  try {
    return {text: formatTypeName(resolve())};
  } catch (error) {
    const {code, message} = toSqlError(error);
    return {code, message};
  }
}

async function compare(all: readonly {readonly sql: string; readonly mine: Answer}[]): Promise<string[]> {
  const cases = all.filter((_, i) => i % SAMPLE === 0);
  const wrong: string[] = [];
  for (let at = 0; at < cases.length; at += 1000) {
    const slice = cases.slice(at, at + 1000);
    const answers = await oracle.ask(slice.map(({sql}) => `pg_typeof(${sql})`));
    for (const [i, {sql, mine}] of slice.entries()) {
      const theirs = answers[i]!;
      const same =
        'code' in mine || 'code' in theirs ? 'code' in mine && 'code' in theirs && mine.code === theirs.code : mine.text === theirs.text;
      // Data errors come after resolution.
      const evaluated = 'code' in theirs && theirs.code.startsWith('22');
      if (!same && !evaluated && !newer(sql)) wrong.push(`${sql}: here ${show(mine)}, PostgreSQL ${show(theirs)}`);
    }
  }
  return wrong;
}

/** Overloads over types that we do not have, or of PostgreSQL 16 and later. */
function newer(sql: string): boolean {
  const unknownOperators = /^NULL (@>|\?\||&&) |<@ NULL$/;
  const overloads = /"(random|age|timezone|trunc|get_bit|length|[lr]trim|reverse|like_escape|jsonb?_strip_nulls)"\(/;
  const noNestedArrays = /"array_prepend"\(NULL::\w+\[\],|"array_agg"\(NULL\)|"(max|min)"\(NULL::bytea\)/;
  return unknownOperators.test(sql) || overloads.test(sql) || noNestedArrays.test(sql);
}

const show = (answer: Answer) => ('code' in answer ? `${answer.code} ${answer.message}` : answer.text);

test('operators resolve to the result type that PostgreSQL finds, or fail as it does', async () => {
  const symbols = [
    ...new Set(FUNCTIONS.flatMap(f => (f.operator !== undefined && f.args.length === 2 ? [f.operator] : []))),
    ...COMPARISON_SYMBOLS,
  ];
  const cases = symbols.flatMap(symbol =>
    TYPES.flatMap(left =>
      TYPES.map(right => ({
        sql: `${sqlOf(left)} ${symbol} ${sqlOf(right)}`,
        mine: outcome(() => {
          const resolved = resolveOperator(symbol, left, right);
          return resolved.kind === 'compare' ? T.bool : resolved.returns;
        }),
      })),
    ),
  );
  expect(await compare(cases)).toEqual([]);
});

test('functions of one and two arguments resolve as in PostgreSQL', async () => {
  const definitions = [...FUNCTIONS.filter(f => !SKIPPED.has(f.family) && f.oid < 12000), ...AGGREGATES.filter(a => a.oid < 12000)];
  const names = [...new Set(definitions.filter(f => f.args.length <= 2).map(f => f.name))];
  const lists = [...TYPES.map(type => [type]), ...TYPES.flatMap(a => [T.unknown, T.int4, T.text, T.float8, T.timestamp].map(b => [a, b]))];
  const cases = names.flatMap(name =>
    lists.map(args => ({
      sql: `pg_catalog."${name}"(${args.map(sqlOf).join(', ')})`,
      mine: outcome(() => {
        const resolved = resolveFunction(name, args);
        return resolved.kind === 'cast' ? resolved.type : resolved.returns;
      }),
    })),
  );
  expect(await compare(cases)).toEqual([]);
});
