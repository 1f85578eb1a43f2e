import {expect, test} from 'vitest';
import {parseStatements} from '../../parser/parse-statements.ts';
import {formatType} from '../../types/format-type.ts';
import {catalog, failureOf, plan} from '../testing/planner-fixture.ts';
import {bindColumns, bindViewColumns} from './bind-columns.ts';
import {statementContext} from './bind-query.ts';

function columnsOf(list: string) {
  const sql = `CREATE TABLE n (${list})`;
  const statement = parseStatements(sql)[0]?.statement;
  if (statement?.kind !== 'create-table') throw new Error('no CREATE TABLE');
  const {columns, constraints} = statement;
  return bindColumns(statementContext({catalog, searchPath: ['public']}), {
    table: 'n',
    columns,
    constraints,
    textAt: span => sql.slice(span.start, span.end),
  });
}

test('columns, defaults and keys as declared', () => {
  const {columns, primaryKey, unique} = columnsOf(
    "a int PRIMARY KEY, b varchar(3) NOT NULL DEFAULT 'x' || 'y', c numeric(5, 2)[] UNIQUE, UNIQUE (a, b)",
  );
  expect(columns.map(c => `${c.name} ${formatType(c.type)} ${c.notNull} ${c.default ?? ''}`)).toEqual([
    'a integer true ',
    "b character varying(3) true 'x' || 'y'",
    'c numeric(5,2)[] false ',
  ]);
  expect(primaryKey).toEqual({name: 'n_pkey', columns: [0]});
  expect(unique).toEqual([
    {name: 'n_c_key', columns: [2]},
    {name: 'n_a_b_key', columns: [0, 1]},
  ]);
});

const ERRORS: readonly [string, string, string][] = [
  ['a int, a text', '42701', 'column "a" specified more than once'],
  ['a nope', '42704', 'type "nope" does not exist'],
  ['a int PRIMARY KEY, b int PRIMARY KEY', '42P16', 'multiple primary keys for table "n" are not allowed'],
  ['a int, PRIMARY KEY (b)', '42703', 'column "b" named in key does not exist'],
  ['a int DEFAULT true', '42804', 'column "a" is of type integer but default expression is of type boolean'],
  ['a int DEFAULT b', '0A000', 'cannot use column reference in DEFAULT expression'],
  ['a record', '42P16', 'column "a" has pseudo-type record'],
  ['a int CHECK (a > 1)', '0A000', 'CHECK constraints are not supported'],
  ['a json PRIMARY KEY', '42883', 'could not identify an equality operator for type json'],
  ['a int REFERENCES t (id)', '0A000', 'foreign keys are not supported'],
  ['a int PRIMARY KEY NOT ENFORCED', '0A000', 'keys of tables are always enforced'],
  ['a int, UNIQUE (a) NOT ENFORCED', '0A000', 'keys of tables are always enforced'],
  ['a int, UNIQUE (a, a)', '42701', 'column "a" appears twice in unique constraint'],
  ['a int, UNIQUE (a + 1)', '42601', 'a UNIQUE constraint of a table names columns'],
];
test.each(ERRORS)('(%s) fails with %s', (list, code, message) => {
  expect(failureOf(() => columnsOf(list))).toMatchObject({code, message});
});

test('a view takes its names from the list, then from the query', () => {
  const name = (n: string) => ({kind: 'identifier', name: n, quoted: false, span: {start: 0, end: 0}}) as const;
  const {columns} = plan('SELECT id, b, 1 AS c FROM t');
  expect(bindViewColumns(columns, [name('x')]).map(c => c.name)).toEqual(['x', 'b', 'c']);
  expect(failureOf(() => bindViewColumns(columns, ['a', 'b', 'c', 'd'].map(name))).code).toBe('42601');
  expect(failureOf(() => bindViewColumns(plan('SELECT id, id FROM t').columns, [])).code).toBe('42701');
});
