import {describe, expect, test} from 'vitest';
import {SqlError} from '../common/sql-error.ts';
import {parseExpression} from './parse-expression.ts';
import {parseStatements} from './parse-statements.ts';
import {parseTypeName} from './parse-type-name.ts';

function errorOf(parse: () => unknown): SqlError {
  try {
    parse();
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error('no error');
}

/** `^` marks the position in the text. */
const ERRORS: readonly (readonly [marked: string, message: string, hint?: RegExp])[] = [
  ['^selct 1', 'syntax error at or near "selct"'],
  ['select 1 +^', 'syntax error at end of input', /an expression/],
  ['select * from ^where a', 'syntax error at or near "where"'],
  ['select * from t whre ^x', 'syntax error at or near "x"'],
  ['select a from t; select ^)', 'syntax error at or near ")"'],
  ['select a < b ^< c', 'syntax error at or near "<"'],
  ['select a like b ^like c', 'syntax error at or near "like"'],
  ['select (1^', 'syntax error at end of input', /\)/],
  ['create table t (a int^', 'syntax error at end of input'],
  ['create stream s (a int) with (^= 1)', 'syntax error at or near "="'],
  ['insert into t ^valus (1)', 'syntax error at or near "valus"'],
  ['insert into t (a) ^valus (1)', 'syntax error at or near "valus"', /expected/],
  ['drop ^x', 'syntax error at or near "x"', /STREAM, TABLE/],
  ['select * from a join b ^where c', 'syntax error at or near "where"', /ON or USING/],
  ['begin isolation level ^x', 'syntax error at or near "x"', /SERIALIZABLE/],
  ["select ^'abc", 'unterminated quoted string at or near "\'abc"'],
  ['select 1, ^"abc', 'unterminated quoted identifier at or near ""abc"'],
  ['select ^""', 'zero-length delimited identifier at or near """"'],
  ['select ^$x$abc$y$', 'unterminated dollar-quoted string at or near "$x$abc$y$"'],
  ['select 1 ^/* a /* b */', 'unterminated /* comment at or near "/* a /* b */"'],
  ["select ^b'01", 'unterminated bit string literal at or near "b\'01"'],
  ["select ^x'01", 'unterminated hexadecimal string literal at or near "x\'01"'],
  ['select ^123abc', 'trailing junk after numeric literal at or near "123a"'],
  ['select ^$1a', 'trailing junk after parameter at or near "$1a"'],
  ['select ^\\', 'syntax error at or near "\\"'],
  ['select 1 ^2', 'syntax error at or near "2"'],
  ['select a limit 1 ^limit 2', 'multiple LIMIT clauses not allowed'],
  ["select a from b ^) 'abc", 'syntax error at or near ")"'],
];

test.each(ERRORS.map(([marked, message, hint]) => ({marked, message, hint})))('$marked', ({marked, message, hint}) => {
  const error = errorOf(() => parseStatements(marked.replace('^', '')));
  expect(error.code).toBe('42601');
  expect(error.message).toBe(message);
  expect(error.fields.position).toBe(marked.indexOf('^'));
  if (hint !== undefined) expect(error.fields.hint).toMatch(hint);
});

describe('what PostgreSQL knows and we do not is a feature that is missing, not an error of syntax', () => {
  test.each([
    ['^create function f() returns int as $$ select 1 $$', 'CREATE FUNCTION is not supported'],
    ['^create or replace trigger t', 'CREATE TRIGGER is not supported'],
    ['select 1; ^drop extension x', 'DROP EXTENSION is not supported'],
    ['^alter user app password $$x$$', 'ALTER USER is not supported'],
    ['^do $$ begin end $$', 'DO is not supported'],
    ['^merge into t using s on true', 'MERGE is not supported'],
    ['^refresh materialized view v', 'REFRESH is not supported'],
    ['select * from t ^tablesample system (1)', 'TABLESAMPLE is not supported'],
    ['select 1 ^into t', 'SELECT INTO is not supported'],
  ])('%s', (marked, message) => {
    const error = errorOf(() => parseStatements(marked.replace('^', '')));
    expect([error.code, error.message, error.fields.position]).toEqual(['0A000', message, marked.indexOf('^')]);
  });
});

describe('nesting', () => {
  test.each([
    ['parentheses', `select ${'('.repeat(50_000)}1${')'.repeat(50_000)}`],
    ['NOT', `select ${'not '.repeat(50_000)}true`],
    ['signs', `select ${'- '.repeat(50_000)}1`],
    ['subqueries', `select ${'(select '.repeat(50_000)}1${')'.repeat(50_000)}`],
    ['CASE', `select ${'case when '.repeat(50_000)}`],
    ['types', `select null::${'struct<a '.repeat(50_000)}int${'>'.repeat(50_000)}`],
    ['FROM', `select * from ${'('.repeat(50_000)}a`],
  ])('too deep %s are statement_too_complex', (_what, sql) => {
    expect(errorOf(() => parseStatements(sql)).code).toBe('54001');
    expect(parseStatements('select 1')).toHaveLength(1);
  });

  test('a hundred levels are nothing', () => {
    expect(parseStatements(`select ${'('.repeat(100)}1${')'.repeat(100)}`)).toHaveLength(1);
  });

  test('long chains are not deep', () => {
    const expression = parseExpression(Array.from({length: 20_000}, (_, i) => `a = ${i}`).join(' or '));
    expect(expression.kind === 'or' && expression.operands.length).toBe(20_000);
    expect(parseExpression(Array(5000).fill('a').join(' || ')).kind).toBe('binary');
  });
});

test('an expression or a type is parsed to its end', () => {
  expect(errorOf(() => parseExpression('a b')).fields.position).toBe(2);
  expect(errorOf(() => parseExpression('')).message).toBe('syntax error at end of input');
  expect(errorOf(() => parseTypeName('int int')).fields.position).toBe(4);
  expect(parseTypeName('numeric(10, 2)[]')).toMatchObject({
    kind: 'array-type',
    dimensions: 1,
    element: {name: {parts: [{name: 'numeric'}]}},
  });
});
