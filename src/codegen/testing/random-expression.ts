import fc from 'fast-check';
import {FUNCTIONS, functionById} from '../../functions/registry.ts';
import type {CompareOp, TypedExpression} from '../../planner/expression/typed-expression.ts';
import type {Datum} from '../../types/datum.ts';
import {T, arrayOf, sameType, type SqlType} from '../../types/sql-type.ts';
import {COLUMN_TYPES, datumsOf} from './random-batch.ts';

const COMPARE: readonly CompareOp[] = ['=', '<>', '<', '<=', '>', '>='];

/** Types that expressions are generated for. */
const TYPES: readonly SqlType[] = [T.bool, T.int2, T.int4, T.int8, T.float8, T.numeric, T.text, T.timestamp, T.date];

/** Functions whose arguments and results are all among TYPES, by result; deterministic ones only. */
const BY_RESULT = new Map(
  TYPES.map(type => [
    type.kind,
    FUNCTIONS.filter(
      f =>
        f.volatility === 'immutable' &&
        f.variadic === undefined &&
        f.returns.kind === type.kind &&
        f.args.length > 0 &&
        f.args.every(arg => TYPES.some(t => t.kind === arg.kind)) &&
        // The planner's own, with arguments that it has checked.
        f.family !== 'event windows' &&
        // Results of unbounded size or cost.
        !/^(repeat|lpad|rpad|factorial|power|pow|numeric_power|exp|dpow|sha|decode|format)/.test(f.name),
    ).map(f => f.id),
  ]),
);

const CASTS: readonly (readonly [SqlType, SqlType])[] = [
  [T.int4, T.int8],
  [T.int8, T.int4],
  [T.int4, T.int2],
  [T.int8, T.int2],
  [T.int2, T.int4],
  [T.int4, T.float8],
  [T.int8, T.float8],
  [T.float8, T.int4],
  [T.float8, T.int8],
  [T.int4, T.numeric],
  [T.int8, T.numeric],
  [T.numeric, T.float8],
  [T.numeric, T.int8],
  [T.numeric, T.int4],
  [T.float8, T.numeric],
  [T.numeric, {kind: 'numeric', precision: 6, scale: 1}],
  [T.int4, {kind: 'numeric', precision: 5, scale: 2}],
  [T.bool, T.int4],
  [T.int4, T.bool],
  [T.int4, T.text],
  [T.numeric, T.text],
  [T.text, T.int4],
  [T.text, T.varchar],
  [T.date, T.timestamp],
];

const known = new Map<string, fc.Arbitrary<TypedExpression>>();

/** A random well-typed expression over COLUMN_TYPES. */
export function expressionArbitrary(type: SqlType, depth: number): fc.Arbitrary<TypedExpression> {
  const key = `${type.kind}/${depth}`;
  let arbitrary = known.get(key);
  if (arbitrary === undefined) {
    arbitrary = buildArbitrary(type, depth);
    known.set(key, arbitrary);
  }
  return arbitrary;
}

function buildArbitrary(type: SqlType, depth: number): fc.Arbitrary<TypedExpression> {
  const leaves = [constantArbitrary(type), ...inputArbitraries(type)];
  if (depth === 0) return fc.oneof(...leaves);
  const sub = (t: SqlType) => expressionArbitrary(t, depth - 1);
  const options: fc.Arbitrary<TypedExpression>[] = [
    ...leaves,
    fc
      .tuple(sub(T.bool), sub(type), sub(type))
      .map(([when, then, otherwise]) => ({kind: 'case', type, branches: [{when, then}], otherwise})),
    fc.array(sub(type), {minLength: 1, maxLength: 3}).map(args => ({kind: 'coalesce', type, args})),
    fc
      .tuple(fc.constantFrom('greatest' as const, 'least' as const), fc.array(sub(type), {minLength: 1, maxLength: 3}))
      .map(([which, args]) => ({kind: 'extreme', type, which, args})),
  ];
  const functions = BY_RESULT.get(type.kind) ?? [];
  if (functions.length > 0) {
    const call = fc
      .constantFrom(...functions)
      .chain(id =>
        fc
          .tuple(...functionById(id).args.map(arg => sub(arg as SqlType)))
          .map((args): TypedExpression => ({kind: 'call', type, function: id, args})),
      );
    options.push(call, call, call);
  }
  for (const [from, to] of CASTS)
    if (sameType(to, type) || (to.kind === type.kind && depth > 1)) options.push(sub(from).map(arg => castTo(arg, to, type)));
  if (type.kind === 'bool') options.push(...booleanArbitraries(sub));
  return fc.oneof(...options);
}

/** A cast to a type with modifiers is used as a value of the plain type. */
function castTo(arg: TypedExpression, to: SqlType, type: SqlType): TypedExpression {
  const cast: TypedExpression = {kind: 'cast', type: to, explicit: true, arg};
  return sameType(to, type) ? cast : {kind: 'cast', type, explicit: false, arg: cast};
}

function booleanArbitraries(sub: (type: SqlType) => fc.Arbitrary<TypedExpression>): fc.Arbitrary<TypedExpression>[] {
  const type = T.bool;
  const anyType = fc.constantFrom(...TYPES);
  const connective = (kind: 'and' | 'or') =>
    fc.array(sub(T.bool), {minLength: 1, maxLength: 3}).map((args): TypedExpression => ({kind, type, args}));
  const compare = anyType.chain(operand =>
    fc
      .tuple(fc.constantFrom(...COMPARE), sub(operand), sub(operand))
      .map(([op, left, right]): TypedExpression => ({kind: 'compare', type, op, left, right})),
  );
  return [
    connective('and'),
    connective('or'),
    connective('and'),
    connective('or'),
    compare,
    compare,
    compare,
    sub(T.bool).map(arg => ({kind: 'not', type, arg})),
    anyType.chain(operand =>
      fc
        .tuple(fc.boolean(), sub(operand), sub(operand))
        .map(([negated, left, right]): TypedExpression => ({kind: 'distinct', type, negated, left, right})),
    ),
    anyType.chain(operand =>
      fc.tuple(fc.boolean(), sub(operand)).map(([negated, arg]): TypedExpression => ({kind: 'is-null', type, negated, arg})),
    ),
    fc.tuple(fc.boolean(), fc.boolean(), sub(T.bool)).map(([negated, value, arg]) => ({kind: 'is-bool', type, negated, value, arg})),
    fc.constantFrom(T.int4, T.int8, T.text, T.float8, T.numeric).chain(operand =>
      fc
        .tuple(
          fc.boolean(),
          sub(operand),
          fc.integer({min: 0, max: 9}).chain(n => datumsOf(operand, n)),
        )
        .map(([isIn, arg, items]): TypedExpression => ({
          kind: 'quantified',
          type,
          quantifier: isIn ? 'any' : 'all',
          op: isIn ? '=' : '<>',
          arg,
          array: {kind: 'array', type: arrayOf(operand), items: items.map(value => ({kind: 'constant', type: operand, value}))},
        })),
    ),
  ];
}

function constantArbitrary(type: SqlType): fc.Arbitrary<TypedExpression> {
  return datumsOf(type, 1).map(([value = null]): TypedExpression => ({kind: 'constant', type, value: value as Datum}));
}

function inputArbitraries(type: SqlType): fc.Arbitrary<TypedExpression>[] {
  return COLUMN_TYPES.flatMap((t, index) => (t.kind === type.kind ? [fc.constant<TypedExpression>({kind: 'input', type: t, index})] : []));
}

export {TYPES as EXPRESSION_TYPES};
