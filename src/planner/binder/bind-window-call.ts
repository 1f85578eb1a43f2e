import {sqlError} from '../../common/sql-error.ts';
import type {AggregateDefinition, WindowDefinition} from '../../functions/definition.ts';
import type {ResolvedCall} from '../../functions/resolve-overload.ts';
import type {FunctionCall} from '../../parser/ast/function-call.ts';
import type {WindowReference} from '../../parser/ast/window.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {requireAggregateArguments} from './bind-aggregate.ts';
import {bindFrame} from './bind-frame.ts';
import {bindSortItem} from './bind-sort-item.ts';
import {coerce, coerceToBoolean, settleUnknown} from './coerce.ts';
import type {ExpressionContext} from './expression-context.ts';
import {NamedWindows, type ResolvedWindow} from './named-windows.ts';
import {requireEquality} from './orderable.ts';
import type {WindowOrder} from './virtuals.ts';

type WindowCall = ResolvedCall<WindowDefinition | AggregateDefinition>;

/** A call with OVER becomes a virtual column of its block. */
export function bindWindowCall(
  context: ExpressionContext,
  e: FunctionCall,
  over: WindowReference,
  {definition, argTypes, returns}: WindowCall,
): TypedExpression {
  const {statement, virtuals} = context;
  const position = e.span.start;
  requireSyntax(e, definition);
  requireAllowedHere(context, position);
  const inside = context.with({allowWindows: false, insideWindow: 'call', allowSetFunctions: false});
  // Bound once more, so that the errors are those of a call inside a call.
  const args = e.args.map((a, i) => {
    const bound = inside.bind(a.value);
    return settleUnknown(statement, coerce(statement, bound, argTypes[i] ?? bound.type, 'implicit'));
  });
  const filter = e.filter && coerceToBoolean(statement, inside.with({clause: 'FILTER'}).bind(e.filter), 'FILTER', e.filter.span.start);
  const window = (context.windows ?? new NamedWindows([])).resolve(over);
  const order = bindWindowOrder(context, window);
  const {frame, sort} = bindFrame(context, window, order.sort);
  statement.note('window-function', position, definition.name);
  const virtual = {
    kind: 'window',
    name: definition.name,
    call: {function: definition.id, args, type: returns, frame, filter},
    order: {partition: order.partition, sort},
  } as const;
  return statement.at(virtuals.add(virtual, returns), position);
}

/** PARTITION BY and ORDER BY of a window. Errors: 42P20 for window calls in them. */
export function bindWindowOrder(context: ExpressionContext, {partitionBy, orderBy}: ResolvedWindow): WindowOrder {
  const inside = context.with({allowWindows: false, insideWindow: 'definition', allowSetFunctions: false});
  const partition = partitionBy.map(e => settleUnknown(context.statement, inside.bind(e)));
  for (const [i, e] of partition.entries()) requireEquality(e.type, partitionBy[i]?.span.start);
  return {partition, sort: orderBy.map(item => bindSortItem(inside, item))};
}

function requireSyntax(e: FunctionCall, definition: WindowDefinition | AggregateDefinition): void {
  const position = e.span.start;
  const refuse = (what: string) => sqlError('feature_not_supported', what, {position});
  if (e.distinct) throw refuse('DISTINCT is not implemented for window functions');
  if (e.nullTreatment === 'ignore') throw refuse('IGNORE NULLS is not supported yet');
  if (e.orderBy.length > 0) throw refuse('aggregate ORDER BY is not implemented for window functions');
  if (definition.kind === 'aggregate') requireAggregateArguments(e, definition, position);
  else if (e.filter !== undefined) throw refuse('FILTER is not implemented for non-aggregate window functions');
  else if (e.withinGroup.length > 0) {
    throw sqlError('wrong_object_type', `window function ${definition.name} cannot have WITHIN GROUP`, {position});
  }
}

function requireAllowedHere(context: ExpressionContext, position: number): void {
  if (context.insideAggregate === true) {
    throw sqlError('grouping_error', 'aggregate function calls cannot contain window function calls', {position});
  }
  if (context.insideWindow === 'call') throw sqlError('windowing_error', 'window function calls cannot be nested', {position});
  if (context.allowWindows === true) return;
  const where = context.insideWindow === 'definition' ? 'window definitions' : context.clause;
  throw sqlError('windowing_error', `window functions are not allowed in ${where}`, {position});
}
