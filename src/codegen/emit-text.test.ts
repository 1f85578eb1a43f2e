import fc from 'fast-check';
import {expect, test} from 'vitest';
import {detachedContext} from '../functions/evaluation-context.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import type {Datum} from '../types/datum.ts';
import {T, type SqlType} from '../types/sql-type.ts';
import {compileMap} from './compile-map.ts';
import {datumAt, datumsToBatch} from './datum-column.ts';
import {interpret} from './interpret.ts';

const context = detachedContext();
const INPUT: readonly SqlType[] = [T.text, T.timestamp];
const text: TypedExpression = {kind: 'input', type: T.text, index: 0};
const at: TypedExpression = {kind: 'input', type: T.timestamp, index: 1};
const constant = (type: SqlType, value: Datum): TypedExpression => ({kind: 'constant', type, value});
const call = (type: SqlType, name: string, ...args: TypedExpression[]): TypedExpression => ({kind: 'call', type, function: name, args});

const lower = call(T.text, 'lower_text', text);
const field = (delimiter: string, n: number) =>
  call(T.text, 'split_index_text_text_int4', text, constant(T.text, delimiter), constant(T.int4, n));
const group = (pattern: string, n: number) =>
  call(T.text, 'regexp_extract_text_text_int4', text, constant(T.text, pattern), constant(T.int4, n));
const format = (pattern: string) => call(T.text, 'date_format_timestamp_text', at, constant(T.text, pattern));
const is = (left: TypedExpression, value: string): TypedExpression => ({
  kind: 'compare',
  type: T.bool,
  op: '=',
  left,
  right: constant(T.text, value),
});

const EXPRESSIONS: readonly TypedExpression[] = [
  lower,
  call(T.text, 'upper_text', text),
  call(T.text, 'upper_text', lower),
  ...['/', '//', 'é', ''].flatMap(delimiter => [0, 1, 3, -1].map(n => field(delimiter, n))),
  field('/', 1_000_000),
  lowerOf(field('/', 1)),
  group('(/|^)a=([^/]*)', 2),
  group('(/|^)a=([^/]*)', 3),
  group('(a|é)+?', 1),
  call(T.int8, 'count_char_text_text', text, constant(T.text, 'a')),
  call(T.int8, 'count_char_text_text', text, constant(T.text, 'é')),
  ...['yyyy-MM-dd', 'HH:mm', 'HH', 'ss', 'SSS', "yyyy'H'"].map(format),
  ...['hour', 'minute', 'second'].map(name => call(T.int4, `${name}_timestamp`, at)),
  {
    kind: 'case',
    type: T.text,
    branches: [
      {when: is(lower, 'a'), then: constant(T.text, '0')},
      {when: is(lower, 'a/é'), then: lower},
    ],
    otherwise: group('a=([^/]*)', 1),
  },
];

function lowerOf(e: TypedExpression): TypedExpression {
  return call(T.text, 'lower_text', e);
}

const texts = fc.option(fc.string({unit: fc.constantFrom('a', 'A', '/', '=', 'é', 'É', 'z', 'Z'), maxLength: 10}));
const times = fc.option(
  fc.oneof(
    fc.bigInt({min: -9_000_000_000_000_000n, max: 9_000_000_000_000_000n}),
    fc.bigInt({min: -90_000_000_000n, max: 90_000_000_000n}),
  ),
);

test('functions of text on bytes give what the interpreter gives, row for row and batch for batch', () => {
  const kernel = compileMap({inputTypes: INPUT, predicates: [], projections: EXPRESSIONS, context});
  fc.assert(
    fc.property(fc.array(fc.tuple(texts, times), {minLength: 1, maxLength: 6}), rows => {
      const {batch} = kernel.run(datumsToBatch(INPUT, rows));
      for (const [i, row] of rows.entries())
        for (const [n, e] of EXPRESSIONS.entries())
          expect(batch && datumAt(batch.columns[n]!, e.type, i)).toEqual(interpret(e, row, [], context));
    }),
    {numRuns: 300},
  );
});

test('a condition and a projection of the same text see the same row', () => {
  const predicates: TypedExpression[] = [{kind: 'is-null', type: T.bool, arg: group('a=([^/]*)', 1), negated: true}];
  const kernel = compileMap({inputTypes: INPUT, predicates, projections: [group('a=([^/]*)', 1), lower], context});
  const {batch} = kernel.run(
    datumsToBatch(
      INPUT,
      ['x', 'A/a=1', null, 'a=', 'y'].map(value => [value, null]),
    ),
  );
  expect([0, 1].map(row => batch?.columns.map(column => datumAt(column, T.text, row)))).toEqual([
    ['1', 'a/a=1'],
    ['', 'a='],
  ]);
});
