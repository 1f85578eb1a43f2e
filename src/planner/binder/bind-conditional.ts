import {resolveComparison} from '../../functions/resolve-overload.ts';
import type {CaseExpression, Expression} from '../../parser/ast/expression.ts';
import {T, type SqlType} from '../../types/sql-type.ts';
import {compare, constant, nullOf} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {applyOperator} from './bind-operator.ts';
import {coerce, coerceToBoolean, settleUnknown} from './coerce.ts';
import {coerceToCommonType} from './common-type.ts';
import type {ExpressionContext} from './expression-context.ts';

export function bindCase(context: ExpressionContext, e: CaseExpression): TypedExpression {
  const {statement} = context;
  const operand = e.operand && settleUnknown(statement, context.bind(e.operand));
  const conditions = e.branches.map(({when}) => {
    const bound = context.bind(when);
    const position = when.span.start;
    if (operand !== undefined) return applyOperator(statement, '=', operand, bound, position);
    return coerceToBoolean(statement, bound, 'CASE/WHEN', position);
  });
  const results = e.branches.map(b => context.bind(b.then));
  const otherwise = e.otherwise === undefined ? constant(null, T.unknown) : context.bind(e.otherwise);
  // PostgreSQL looks at ELSE first.
  const positions = [e.otherwise?.span.start, ...e.branches.map(b => b.then.span.start)];
  const {type, expressions} = coerceToCommonType(statement, [otherwise, ...results], 'CASE', positions);
  const [last = nullOf(type), ...rest] = expressions;
  return {
    kind: 'case',
    type,
    branches: conditions.map((when, i) => ({when, then: rest[i] ?? nullOf(type)})),
    otherwise: last,
  };
}

export function bindCoalesce(context: ExpressionContext, args: readonly Expression[]): TypedExpression {
  const {type, expressions} = commonArguments(context, args, 'COALESCE');
  return {kind: 'coalesce', type, args: expressions};
}

export function bindExtreme(context: ExpressionContext, which: 'greatest' | 'least', args: readonly Expression[]): TypedExpression {
  const {type, expressions} = commonArguments(context, args, which.toUpperCase());
  return {kind: 'extreme', type, which, args: expressions};
}

function commonArguments({statement, bind}: ExpressionContext, args: readonly Expression[], construct: string) {
  return coerceToCommonType(
    statement,
    args.map(bind),
    construct,
    args.map(a => a.span.start),
  );
}

/** `NULLIF(a, b)`: a, as the implied `=` sees it, unless it equals b. */
export function bindNullif(context: ExpressionContext, a: Expression, b: Expression, position: number): TypedExpression {
  const {statement} = context;
  const left = context.bind(a);
  const right = context.bind(b);
  const {common} = resolveComparison('=', left.type, right.type, {position});
  const value = hasOwnEquality(left.type, right.type) ? left : coerce(statement, left, common, 'implicit');
  const equal = compare('=', coerce(statement, left, common, 'implicit'), coerce(statement, right, common, 'implicit'));
  return {kind: 'case', type: value.type, branches: [{when: equal, then: nullOf(value.type)}], otherwise: value};
}

/** Type pairs for which PostgreSQL has an `=` of its own, which leaves the left side as it is. */
const CROSS_TYPE_EQUALITY = [
  ['int2', 'int4', 'int8'],
  ['float4', 'float8'],
  ['date', 'timestamp', 'timestamptz'],
  ['name', 'text'],
];

function hasOwnEquality(left: SqlType, right: SqlType): boolean {
  return CROSS_TYPE_EQUALITY.some(kinds => kinds.includes(left.kind) && kinds.includes(right.kind));
}
