import {expect, test} from 'vitest';
import {detachedContext} from '../functions/evaluation-context.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import {T} from '../types/sql-type.ts';
import {compileScalar} from './compile-scalar.ts';

const context = detachedContext();
const parameter: TypedExpression = {kind: 'parameter', type: T.int4, index: 0};
const plus = (left: TypedExpression, right: TypedExpression): TypedExpression => ({
  kind: 'call',
  type: T.int4,
  function: 'int4pl',
  args: [left, right],
});
const constant = (value: number): TypedExpression => ({kind: 'constant', type: T.int4, value});

test('a parameter keeps its place, and the same compiled scalar serves other values', () => {
  const compiled = compileScalar(plus(parameter, constant(2)), context);
  expect([compiled([40], context), compiled([-2], context), compiled([null], context)]).toEqual([42, 0, null]);
});

test('an error of a constant part is raised when it is evaluated, not when it is compiled', () => {
  const compiled = compileScalar(plus(constant(2147483647), constant(1)), context);
  expect(() => compiled([], context)).toThrow('integer out of range');
});

test('casts of parameters are evaluated in the context of the call', () => {
  const cast: TypedExpression = {kind: 'cast', type: T.text, explicit: true, arg: {kind: 'parameter', type: T.timestamptz, index: 0}};
  const compiled = compileScalar(cast, context);
  expect(compiled([0n], detachedContext({timeZone: 'Asia/Tokyo'}))).toBe('1970-01-01 09:00:00+09');
});
