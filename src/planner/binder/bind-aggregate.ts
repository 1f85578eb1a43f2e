import {sqlError} from '../../common/sql-error.ts';
import type {AggregateDefinition} from '../../functions/definition.ts';
import type {ResolvedCall} from '../../functions/resolve-overload.ts';
import type {FunctionCall} from '../../parser/ast/function-call.ts';
import {rewrite, some, walk} from '../expression/map-expression.ts';
import {sameExpression} from '../expression/same-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalAggregateCall} from '../logical/logical-plan.ts';
import {bindSortItem} from './bind-sort-item.ts';
import {coerce, coerceToBoolean, settleUnknown} from './coerce.ts';
import type {ExpressionContext} from './expression-context.ts';
import type {Scope} from './scope.ts';
import type {Virtuals} from './virtuals.ts';

/** An aggregate call becomes a virtual column of the block to which its arguments belong. */
export function bindAggregate(
  context: ExpressionContext,
  e: FunctionCall,
  {definition, argTypes, returns}: ResolvedCall<AggregateDefinition>,
): TypedExpression {
  const position = e.span.start;
  const {statement} = context;
  requireAggregateArguments(e, definition, position);
  const inside = context.with({allowAggregates: false, allowSetFunctions: false, insideAggregate: true});
  const written = e.args.map(a => inside.bind(a.value));
  const args = written.map((bound, i) => {
    return settleUnknown(statement, coerce(statement, bound, argTypes[i] ?? bound.type, 'implicit'));
  });
  const filter = e.filter && coerceToBoolean(statement, inside.with({clause: 'FILTER'}).bind(e.filter), 'FILTER', e.filter.span.start);
  // An argument that had to be cast is also ordered by as it was written.
  const orderBy = e.orderBy.map(item => {
    const sort = bindSortItem(inside, item);
    const place = written.findIndex(arg => sameExpression(arg, sort.expression));
    return place < 0 ? sort : {...sort, expression: args[place]!};
  });
  if (e.distinct && orderBy.some(s => !args.some(a => sameExpression(a, s.expression)))) {
    const message = 'in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list';
    throw sqlError('invalid_column_reference', message, {position: e.orderBy[0]?.span.start});
  }
  if (definition.ordered && orderBy.length > 0) statement.note('ordered-aggregate', position, definition.name);
  if (definition.lowering.kind === 'collect') statement.note('collecting-aggregate', position, definition.name);
  const call: LogicalAggregateCall = {
    function: definition.id,
    args,
    type: returns,
    distinct: e.distinct && !isIdempotent(definition),
    filter,
    orderBy: definition.ordered && orderBy.length > 0 ? orderBy : undefined,
  };
  const parts = [...args, ...(filter === undefined ? [] : [filter])];
  const owner = owningScope(context, parts);
  if (owner.depth === 0) requireAllowedHere(context, position);
  const own = owner.depth === 0 ? call : shiftCall(call, owner.depth);
  const column = owner.virtuals.add({kind: 'aggregate', call: own, name: definition.name}, returns);
  const seen: TypedExpression = owner.depth === 0 ? column : {kind: 'outer', type: returns, depth: owner.depth, index: column.index};
  return statement.at(seen, position);
}

/** min and max, and the boolean ones, do not care for duplicates. */
function isIdempotent({name}: AggregateDefinition): boolean {
  return name === 'min' || name === 'max' || name === 'bool_and' || name === 'bool_or' || name === 'every';
}

/** Errors: 42809 for `count()`, 0A000 for what is not supported. */
export function requireAggregateArguments(e: FunctionCall, definition: AggregateDefinition, position: number): void {
  const {name} = definition;
  if (!e.star && e.args.length === 0) {
    throw sqlError('wrong_object_type', `${name}(*) must be used to call a parameterless aggregate function`, {position});
  }
  if (e.withinGroup.length > 0) throw sqlError('feature_not_supported', 'WITHIN GROUP is not supported yet', {position});
  if (e.distinct && !definition.distinctAllowed) {
    throw sqlError('feature_not_supported', `DISTINCT is not supported for aggregate ${name}`, {position});
  }
}

function requireAllowedHere(context: ExpressionContext, position: number): void {
  if (context.insideAggregate === true) throw sqlError('grouping_error', 'aggregate function calls cannot be nested', {position});
  if (context.allowAggregates) return;
  throw sqlError('grouping_error', `aggregate functions are not allowed in ${context.clause}`, {position});
}

/** An aggregate whose arguments are columns of an enclosing query alone is that query's aggregate. */
function owningScope(context: ExpressionContext, parts: readonly TypedExpression[]): {readonly depth: number; readonly virtuals: Virtuals} {
  let nearest = Infinity;
  for (const part of parts) {
    walk(part, n => {
      if (n.kind === 'input') nearest = 0;
      if (n.kind === 'outer') nearest = Math.min(nearest, n.depth);
    });
  }
  if (nearest === 0 || nearest === Infinity) return {depth: 0, virtuals: context.virtuals};
  let scope: Scope | undefined = context.scope;
  for (let i = 0; i < nearest; i++) scope = scope?.parent;
  return scope?.virtuals === undefined ? {depth: 0, virtuals: context.virtuals} : {depth: nearest, virtuals: scope.virtuals};
}

/** The call as it reads in the query `depth` levels out. */
function shiftCall(call: LogicalAggregateCall, depth: number): LogicalAggregateCall {
  const shift = (e: TypedExpression) =>
    rewrite(e, n => {
      if (n.kind !== 'outer') return undefined;
      return n.depth === depth ? {kind: 'input', type: n.type, index: n.index} : {...n, depth: n.depth - depth};
    });
  return {...call, args: call.args.map(shift), filter: call.filter && shift(call.filter)};
}

/** Whether an expression contains an aggregate or another virtual column of its block. */
export const containsVirtual = (e: TypedExpression, isVirtual: (index: number) => boolean): boolean =>
  some(e, n => n.kind === 'input' && isVirtual(n.index));
