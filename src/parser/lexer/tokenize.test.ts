import {expect, test} from 'vitest';
import {tokenize} from './tokenize.ts';

function tokens(sql: string): string[] {
  const {tokens: all, error} = tokenize(sql);
  if (error !== undefined) throw error;
  return all.map(token => `${token.tokenType.name}:${token.payload}`);
}

test('identifiers fold ASCII letters unless quoted', () => {
  expect(tokens('ABC "ABC" ÄBC a$1 bids$errors U&"d\\0061"')).toEqual([
    'Identifier:abc',
    'Identifier:ABC',
    'Identifier:Äbc',
    'Identifier:a$1',
    'Identifier:bids$errors',
    'Identifier:da',
  ]);
});

test('numbers', () => {
  expect(tokens('1 1.5 .5 1. 1e5 1.5e-3 0x1F 0b101 0o17 1..2')).toEqual([
    'Integer:1',
    'Decimal:1.5',
    'Decimal:.5',
    'Decimal:1.',
    'Decimal:1e5',
    'Decimal:1.5e-3',
    'Integer:31',
    'Integer:5',
    'Integer:15',
    'Integer:1',
    'Dot:.',
    'Decimal:.2',
  ]);
});

test('strings: doubled quotes, escapes, dollar quotes, continuation on a later line', () => {
  expect(tokens(`'it''s' E'a\\n\\'b\\\\' $$x'y$$ $t$ $$ $t$ 'a'\n'b' 'a' -- c\n 'b'`)).toEqual([
    "String:it's",
    "String:a\n'b\\",
    "String:x'y",
    'String: $$ ',
    'String:ab',
    'String:ab',
  ]);
  expect(tokens(`'a\\nb' E'\\u00e9\\U0001F600\\xc3\\xa9\\303\\251' E'\\uD83D\\uDE00' U&'\\D83D\\DE00\\+01F600\\\\'`)).toEqual([
    'String:a\\nb',
    'String:é😀éé',
    'String:😀',
    'String:😀😀\\',
  ]);
});

test.each([`E'\\u12'`, `E'\\xff'`, `E'\\uD83D'`, `E'\\uDE00'`, `U&'\\12'`, `E'\\000'`, `U&'a' UESCAPE '+'`])('%s is an error', sql => {
  expect(() => tokens(sql)).toThrow(/escape|encoding/i);
});

test('an operator ends before a comment, and in + or - only if it holds a character of its own', () => {
  expect(tokens('a=-1 b@-1 c<>-- x\n d||/* y */e !=f ->>g').filter(token => !token.startsWith('Ident'))).toEqual([
    'Equals:=',
    'Minus:-',
    'Integer:1',
    'Operator:@-',
    'Integer:1',
    'NotEquals:<>',
    'Operator:||',
    'NotEquals:<>',
    'Operator:->>',
  ]);
});

test('a parenthesis knows whether it opens a query', () => {
  const kinds = (sql: string) =>
    tokens(sql)
      .filter(token => token.startsWith('LParen'))
      .map(token => token.slice(6, -2));
  expect(kinds('(select 1)')).toEqual(['Query']);
  expect(kinds('((select 1))')).toEqual(['Query', 'Query']);
  expect(kinds('((select 1) + 1)')).toEqual(['Plain', 'Query']);
  expect(kinds('((select 1) union (select 2))')).toEqual(['Query', 'Query', 'Query']);
  expect(kinds('(((select 1) limit 1))')).toEqual(['Query', 'Query', 'Query']);
  expect(kinds('f() (values (1)) (values)')).toEqual(['Empty', 'Query', 'Plain', 'Plain']);
});

test('contextual words are keywords only before what makes them so', () => {
  expect(tokens('emit emit changes within within 2 filter filter (').map(token => token.split(':')[0])).toEqual(
    'Identifier kw_emit kw_changes Identifier kw_within Integer Identifier kw_filter LParenPlain'.split(' '),
  );
});

test('>> that closes two types is two tokens, elsewhere an operator', () => {
  expect(tokens('a >> b')[1]).toBe('Operator:>>');
  expect(tokens('struct<a row<b int>>').slice(-2)).toEqual(['Greater:>', 'Greater:>']);
});
