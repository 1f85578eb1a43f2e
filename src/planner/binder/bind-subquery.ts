import {sqlError} from '../../common/sql-error.ts';
import {resolveFunction} from '../../functions/resolve-overload.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import type {Query} from '../../parser/ast/query.ts';
import {arrayOf, T, type SqlType} from '../../types/sql-type.ts';
import {conjunction, constant, input, not} from '../expression/build-expression.ts';
import {NEGATED} from '../expression/compare-op.ts';
import type {CompareOp, TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {applyOperator} from './bind-operator.ts';
import type {BoundQuery} from './bound-query.ts';
import type {ExpressionContext} from './expression-context.ts';
import {SUBQUERY_COLUMN} from './virtuals.ts';
import {visibleColumns} from './visible-columns.ts';

function bindNested({statement, scope, ctes, virtuals}: ExpressionContext, query: Query): BoundQuery {
  statement.note('subquery-expression', query.span.start);
  return statement.bindQuery(query, statement, {scope: {...scope, virtuals}, ctes});
}

/** `(SELECT …)` as a value: NULL without rows, an error with more than one. */
export function bindScalarSubquery(context: ExpressionContext, query: Query, position: number): TypedExpression {
  const bound = bindNested(context, query);
  const [column] = bound.columns;
  if (column === undefined || bound.columns.length > 1) {
    throw sqlError('syntax_error', 'subquery must return only one column', {position});
  }
  const virtual = {kind: 'subquery', result: 'scalar', plan: visibleColumns(bound), on: [], type: column.type} as const;
  return context.statement.at(context.virtuals.add(virtual, column.type), position);
}

export function bindExists(context: ExpressionContext, query: Query): TypedExpression {
  const {plan} = bindNested(context, query);
  const virtual = {kind: 'subquery', result: 'exists', plan: withoutOrder(plan), on: [], type: T.bool} as const;
  return context.virtuals.add(virtual, T.bool);
}

/** `left op ANY|ALL (SELECT …)`; IN is `= ANY`, NOT IN `<> ALL`. */
export function bindQuantifiedSubquery(
  context: ExpressionContext,
  written: Expression,
  symbol: string,
  quantifier: 'any' | 'all',
  query: Query,
  position: number,
): TypedExpression {
  const {statement} = context;
  const left = written.kind === 'row' ? written.elements.map(context.bind) : [context.bind(written)];
  const bound = bindNested(context, query);
  if (left.length !== bound.columns.length) {
    const message = left.length < bound.columns.length ? 'subquery has too many columns' : 'subquery has too few columns';
    throw sqlError('syntax_error', message, {position});
  }
  const right = bound.columns.map((c, i) => input(SUBQUERY_COLUMN + i, c.type));
  const op = quantifier === 'any' ? symbol : negatedComparison(symbol);
  const test = (name: string) => left.map((l, i) => applyOperator(statement, name, l, right[i] ?? l, position));
  // `ALL` is: no row for which the operator is false.
  const each = op ?? symbol;
  const tests = left.length > 1 && each === '<>' ? [not(conjunction(test('=')))] : test(each);
  if (left.length > 1 && each !== '=' && each !== '<>') {
    throw sqlError('feature_not_supported', `row comparison ${symbol} with a subquery is not supported`, {position});
  }
  if (tests.some(t => t.type.kind !== 'bool')) {
    throw sqlError('datatype_mismatch', 'row comparison operator must yield type boolean', {position});
  }
  const on = op === undefined ? [not(conjunction(tests))] : tests;
  const virtual = {kind: 'subquery', result: 'any', plan: withoutOrder(visibleColumns(bound)), on, type: T.bool} as const;
  const any = context.virtuals.add(virtual, T.bool);
  return quantifier === 'any' ? any : not(any);
}

function negatedComparison(symbol: string): string | undefined {
  return Object.hasOwn(NEGATED, symbol) ? NEGATED[symbol as CompareOp] : undefined;
}

/** `ARRAY(SELECT …)`: the values in the order of the subquery, an empty array without rows. */
export function bindArraySubquery(context: ExpressionContext, query: Query, position: number): TypedExpression {
  const bound = bindNested(context, query);
  const [column] = bound.columns;
  if (column === undefined || bound.columns.length > 1) {
    throw sqlError('syntax_error', 'subquery must return only one column', {position});
  }
  const {plan} = bound;
  const type: SqlType = arrayOf(column.type);
  const resolved = resolveFunction('array_agg', [column.type], {position});
  if (resolved.kind !== 'call') throw new Error('internal error: array_agg');
  const orderBy = plan.kind === 'top' && plan.sort.length > 0 ? plan.sort : undefined;
  const aggregate: LogicalPlan = {
    kind: 'aggregate',
    input: withoutOrder(plan),
    keys: [],
    aggregates: [{function: resolved.definition.id, args: [input(0, column.type)], type, distinct: false, orderBy}],
    names: [column.name],
  };
  const empty = constant({tag: 'array', items: []}, type);
  const value: TypedExpression = {kind: 'coalesce', type, args: [input(0, type), empty]};
  const filled: LogicalPlan = {kind: 'project', input: aggregate, expressions: [value], names: [column.name]};
  return context.virtuals.add({kind: 'subquery', result: 'scalar', plan: filled, on: [], type}, type);
}

/** Without LIMIT the order of a subquery means nothing. */
export function withoutOrder(plan: LogicalPlan): LogicalPlan {
  return plan.kind === 'top' && plan.limit === undefined && plan.offset === undefined ? plan.input : plan;
}
