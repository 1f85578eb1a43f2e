import {expect, test} from 'vitest';
import type {CreateStream} from '../../parser/ast/ddl.ts';
import {parseStatements} from '../../parser/parse-statements.ts';
import {catalog, failureOf} from '../testing/planner-fixture.ts';
import {bindStreamColumns} from './bind-stream-columns.ts';
import {bindStreamKeys} from './bind-stream-keys.ts';
import {statementContext} from './bind-query.ts';

function keysOf(list: string) {
  const sql = `CREATE STREAM n (${list})`;
  const {columns, constraints, watermarks} = parseStatements(sql)[0]!.statement as CreateStream;
  const statement = statementContext({catalog, searchPath: ['public']});
  const source = {table: 'n', columns, constraints, textAt: (span: {start: number; end: number}) => sql.slice(span.start, span.end)};
  return bindStreamKeys(statement, source, bindStreamColumns(statement, source, watermarks).columns);
}

test('keys are kept as they were written, whatever way they are declared', () => {
  const list = `a int PRIMARY KEY NOT ENFORCED, "B c" int UNIQUE NOT ENFORCED NOT NULL, d STRUCT<e int, f text>, g int AS (a + 1),
    UNIQUE ((d).e, lower((d).f)) NOT ENFORCED, UNIQUE (g, "B c") NOT ENFORCED, UNIQUE (_key) NOT ENFORCED`;
  expect(keysOf(list)).toEqual([['a'], ['"B c"'], ['(d).e', 'lower((d).f)'], ['g', '"B c"'], ['_key']]);
  expect(keysOf('a int, b int, PRIMARY KEY (b, a) NOT ENFORCED')).toEqual([['b', 'a']]);
  expect(keysOf('a int, b int KEY')).toEqual([]);
});

const ERRORS: readonly [string, string, string, string][] = [
  ['a int PRIMARY KEY', '0A000', 'PRIMARY KEY of a stream cannot be enforced', 'PRIMARY KEY'],
  ['a int UNIQUE NOT NULL', '0A000', 'UNIQUE of a stream cannot be enforced', 'UNIQUE'],
  ['a int, CONSTRAINT k UNIQUE (a)', '0A000', 'UNIQUE of a stream cannot be enforced', 'CONSTRAINT'],
  ['a int, PRIMARY KEY (a)', '0A000', 'PRIMARY KEY of a stream cannot be enforced', 'PRIMARY KEY'],
  ['a int, PRIMARY KEY (b) NOT ENFORCED', '42703', 'column "b" named in key does not exist', 'b)'],
  ['a int, UNIQUE (b) NOT ENFORCED', '42703', 'column "b" does not exist', 'b)'],
  ['a int, UNIQUE (a, a) NOT ENFORCED', '42701', 'column "a" appears twice in unique constraint', 'a) NOT'],
  ['a int, UNIQUE (a + 1, a + 1) NOT ENFORCED', '42701', 'an expression appears twice in unique constraint', 'a + 1) NOT'],
  [
    'a int PRIMARY KEY NOT ENFORCED, PRIMARY KEY (a) NOT ENFORCED',
    '42P16',
    'multiple primary keys for stream "n" are not allowed',
    'PRIMARY KEY (a)',
  ],
  ['a json UNIQUE NOT ENFORCED', '42883', 'could not identify an equality operator for type json', 'a json'],
  ['a int, UNIQUE (a + random()) NOT ENFORCED', '42P17', 'functions in a key expression must be immutable', 'a + random'],
  ['a int, UNIQUE (sum(a)) NOT ENFORCED', '42803', 'aggregate functions are not allowed in key expressions', 'sum'],
  ['a int, UNIQUE ((SELECT 1)) NOT ENFORCED', '0A000', 'cannot use subquery in key expression', '(SELECT'],
  ['a int, FOREIGN KEY (a) REFERENCES t (id)', '0A000', 'foreign keys are not supported', 'FOREIGN'],
];
test.each(ERRORS)('(%s) fails with %s', (list, code, message, at) => {
  const position = `CREATE STREAM n (${list})`.indexOf(at) + 1;
  expect(failureOf(() => keysOf(list))).toMatchObject({code, message, position});
});
