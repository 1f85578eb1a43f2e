import {nullOf} from '../expression/build-expression.ts';
import {isFallible} from '../expression/fallibility.ts';
import {inputsRead, substituteInputs} from '../expression/references.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {volatilityOf} from '../expression/volatility.ts';
import type {LogicalAggregate, LogicalAggregateCall, LogicalPartialAggregate} from '../logical/logical-plan.ts';
import {mapAggregateCall} from '../logical/map-expressions.ts';

/**
 * An aggregate whose arguments are computed for every row below it, without errors from rows that a FILTER keeps from them: an argument that
 * may fail is NULL for those. Where such an argument is a column of a projection below, the projection is computed here instead.
 */
export function guardArguments<P extends LogicalAggregate | LogicalPartialAggregate>(plan: P): P {
  const filtered = plan.aggregates.filter(a => a.filter !== undefined);
  if (filtered.length === 0) return plan;
  const opened = openProject(plan, filtered) ?? plan;
  return {...opened, aggregates: opened.aggregates.map(guard)};
}

function guard(call: LogicalAggregateCall): LogicalAggregateCall {
  const {filter} = call;
  if (filter === undefined || !call.args.some(isFallible)) return call;
  const guarded = (e: TypedExpression): TypedExpression =>
    isFallible(e) ? {kind: 'case', type: e.type, branches: [{when: filter, then: e}], otherwise: nullOf(e.type)} : e;
  return {...call, args: call.args.map(guarded)};
}

function openProject<P extends LogicalAggregate | LogicalPartialAggregate>(
  plan: P,
  filtered: readonly LogicalAggregateCall[],
): P | undefined {
  const {input} = plan;
  if (input.kind !== 'project') return undefined;
  const {expressions} = input;
  const read = [...inputsRead(filtered.flatMap(a => a.args))];
  if (!read.some(i => isFallible(expressions[i]!)) || expressions.some(e => volatilityOf(e) === 'volatile')) return undefined;
  const open = (e: TypedExpression): TypedExpression => substituteInputs(e, expressions);
  return {...plan, input: input.input, keys: plan.keys.map(open), aggregates: plan.aggregates.map(a => mapAggregateCall(a, open))};
}
