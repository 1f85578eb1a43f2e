import {expect, test} from 'vitest';
import {splitStatements} from './split-statements.ts';

const split = (script: string): string[] => splitStatements(script).map(statement => statement.sql);

test('statements end at semicolons and keep them', () => {
  expect(split('select 1; select 2;\nselect 3')).toEqual(['select 1;', 'select 2;', 'select 3']);
});

test('blanks, comments and empty statements between are dropped', () => {
  expect(split(' -- a; b\n/* c; /* d; */ e */ ;; select 1 ; \n--end')).toEqual(['select 1 ;']);
});

test.for([
  "select 'a;b''c;d'",
  'select ";"',
  String.raw`select E'a\';b'`,
  String.raw`select e'a'';\\'`,
  'select $$a;b$$',
  'select $x$a;$$;b$x$',
  'select a$b$ from t',
  'select 1 -- a;b\n+ 2',
  'select 1 /* ; /* ; */ ; */ + 2',
  'create rule r as on insert to t do also (select 1; select 2)',
  'select a-b, c/d',
])('%s is one statement', sql => {
  expect(split(`${sql};select 0`)).toEqual([`${sql};`, 'select 0']);
});

test('a backslash is an ordinary character in a plain string', () => {
  expect(split(String.raw`select 'a\';select 1`)).toEqual([String.raw`select 'a\';`, 'select 1']);
});

test('lines are counted', () => {
  expect(splitStatements("select 1;\n\n-- x\nselect '\n'; select 3;\nselect 4").map(statement => statement.line)).toEqual([1, 4, 5, 6]);
});

test('what is never closed ends with the script', () => {
  for (const open of ["'a;", '"a;', '$$a;', '/* a;', '(a;']) expect(split(`select ${open}`)).toEqual([`select ${open}`]);
});
