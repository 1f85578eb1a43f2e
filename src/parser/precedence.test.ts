import type {PGlite} from '@electric-sql/pglite';
import {freshPostgres} from '../common/testing/fresh-postgres.ts';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {SqlError} from '../common/sql-error.ts';
import {parseExpression} from './parse-expression.ts';
import {printExpression} from './print-sql.ts';

/** Shapes, loosest operators first, after the table in PostgreSQL's manual (4.1.6). */
const SHAPES: readonly (readonly [string, string])[] = [
  ['a or b and c', 'a OR (b AND c)'],
  ['a and b or c and d', '(a AND b) OR (c AND d)'],
  ['not a and b', '(NOT a) AND b'],
  ['not a = b', 'NOT (a = b)'],
  ['not a is null', 'NOT (a IS NULL)'],
  ['a = b is null', '(a = b) IS NULL'],
  ['a is null = b', '(a IS NULL) = b'],
  ['a is null is null', '(a IS NULL) IS NULL'],
  ['a < b is distinct from c', '(a < b) IS DISTINCT FROM c'],
  ['a = b like c', 'a = (b LIKE c)'],
  ['a like b || c', 'a LIKE (b || c)'],
  ['a in (1) = b', '(a IN (1)) = b'],
  ['a between b and c and d', '(a BETWEEN b AND c) AND d'],
  ['a between b + 1 and c + 2 or d', '(a BETWEEN (b + 1) AND (c + 2)) OR d'],
  ['not a between b and c', 'NOT (a BETWEEN b AND c)'],
  ['a between b and c is null', '(a BETWEEN b AND c) IS NULL'],
  ['a || b = c || d', '(a || b) = (c || d)'],
  ['a || b + c', 'a || (b + c)'],
  ['a -> b || c', '(a -> b) || c'],
  ['a + b - c', '(a + b) - c'],
  ['a + b * c', 'a + (b * c)'],
  ['a * b / c % d', '((a * b) / c) % d'],
  ['a * b ^ c', 'a * (b ^ c)'],
  ['a ^ b ^ c', '(a ^ b) ^ c'],
  ['- a ^ b', '(- a) ^ b'],
  ['- a * b', '(- a) * b'],
  ['a - - b', 'a - (- b)'],
  ['~ a + b', '~ (a + b)'],
  ['~ a || b', '(~ a) || b'],
  ['a * ~ b + c', 'a * (~ (b + c))'],
  ['- a :: int', '- (a::integer)'],
  ['- a [1]', '- a[1]'],
  ['a :: int + b', '(a::integer) + b'],
  ['a collate "C" || b', '(a COLLATE "C") || b'],
  ["a ^ b at time zone 'x'", "a ^ (b AT TIME ZONE 'x')"],
  ['- a at time zone b', '(- a) AT TIME ZONE b'],
  ['a at time zone b at time zone c', '(a AT TIME ZONE b) AT TIME ZONE c'],
  ['a at time zone b collate "C"', 'a AT TIME ZONE (b COLLATE "C")'],
  ['a operator(pg_catalog.*) b + c', 'a OPERATOR(pg_catalog.*) (b + c)'],
  ['a + b operator(pg_catalog.*) c', '(a + b) OPERATOR(pg_catalog.*) c'],
  ['a + b = any (c) is null', '((a + b) = ANY (c)) IS NULL'],
  ['a = b or c = d and e', '(a = b) OR ((c = d) AND e)'],
  ['a + not b = c', 'a + (NOT (b = c))'],
];

test.each(SHAPES)('%s', (sql, shape) => {
  expect(printExpression(parseExpression(sql))).toBe(shape);
});

test.each([
  'a < b < c',
  'a = b <> c',
  'a like b like c',
  'a between b and c between d and e',
  'a is distinct from b is null',
  'x + a = b = c',
])('%s does not associate', sql => {
  expect(() => parseExpression(sql)).toThrow(/syntax error/);
});

/** Random expressions whose operators are not in parentheses. */
const expressions: fc.Arbitrary<string> = fc.letrec<{e: string}>(tie => {
  const e = tie('e');
  const two = (glue: string) => fc.tuple(e, e).map(([a, b]) => `${a} ${glue} ${b}`);
  const after = (suffix: string) => e.map(a => `${a} ${suffix}`);
  const atoms = ['a', '1', "'x'", 'f(a)', '(SELECT 1)', '$1', 'ARRAY[1]', 't.c', 'NULL', 'ROW(1, 2)', "date 'x'", 'time', 'current_date'];
  return {
    e: fc.oneof(
      {maxDepth: 4, depthSize: 'medium'},
      fc.constantFrom(...atoms),
      fc.constantFrom('+', '*', '<', '=', '||', '^', 'AND', 'OR', 'IS DISTINCT FROM', 'LIKE', 'OPERATOR(pg_catalog.+)').chain(two),
      fc.constantFrom('IS NULL', 'ISNULL', 'IN (1, 2)', '::int', 'COLLATE "C"', "AT TIME ZONE 'x'", '= ANY (a)').chain(after),
      fc.constantFrom('NOT', '-', '~').chain(prefix => e.map(a => `${prefix} ${a}`)),
      e.map(a => `(${a})`),
      fc.tuple(e, fc.constantFrom('a', '1 + b', 'c * 2'), e).map(([a, b, c]) => `${a} BETWEEN ${b} AND ${c}`),
    ),
  };
}).e;

describe('PostgreSQL as oracle', () => {
  let postgres: PGlite;
  beforeAll(async () => {
    postgres = await freshPostgres();
  });
  afterAll(() => postgres.close());

  /** Offset of its syntax error in `sql`; undefined if it parses, whatever it says of types. */
  async function postgresError(sql: string): Promise<number | undefined> {
    const prefix = 'PREPARE p AS ';
    try {
      await postgres.exec(prefix + sql);
      await postgres.exec('DEALLOCATE p');
      return undefined;
    } catch (error) {
      const {code, message, position} = error as {code: string; message: string; position?: string};
      return code === '42601' && message.startsWith('syntax error') ? Number(position) - 1 - prefix.length : undefined;
    }
  }

  test('it accepts the expressions that we accept, and finds their errors where we do', async () => {
    await fc.assert(
      fc.asyncProperty(expressions, async expression => {
        const sql = `SELECT ${expression}`;
        let ours: number | undefined;
        try {
          parseExpression(`       ${expression}`);
        } catch (error) {
          if (!(error instanceof SqlError)) throw error;
          ours = error.fields.position;
        }
        expect(ours).toBe(await postgresError(sql));
      }),
      {numRuns: 300, seed: 1},
    );
  });
});
