import {sqlError} from '../common/sql-error.ts';
import {unreachable} from '../common/unreachable.ts';
import {aggregateById} from '../functions/registry.ts';
import type {AggregateCall, DataflowAggregate, DataflowPartialAggregate} from '../planner/dataflow/dataflow-plan.ts';
import {AggregateOperator} from '../runtime/operators/aggregate.ts';
import {PartialAggregateOperator} from '../runtime/operators/partial-aggregate.ts';
import {CollectAggregateOperator} from '../runtime/operators/collect-aggregate.ts';
import type {AggregateSpec} from '../runtime/operators/aggregate-spec.ts';
import {physicalOf} from '../types/sql-type.ts';
import type {NodeBuilder} from './build-context.ts';
import {rowExpiry} from './build-time.ts';
import {bytesOrder} from './bytes-order.ts';
import {DatumAggregates} from './datum-aggregates.ts';

export const buildAggregate: NodeBuilder<DataflowAggregate> = (plan, context, build) => {
  const input = plan.input.types.map(physicalOf);
  const {keys, appendOnly} = plan;
  const collects = plan.aggregates.some(needsAllRows);
  if (collects && context.once) {
    const kernel = new DatumAggregates(plan.aggregates, plan.input.types, context.evaluation);
    return context.graph.add(new CollectAggregateOperator({label: 'aggregate', input, keys, kernel}), [build(plan.input)]);
  }
  const aggregates = plan.aggregates.map(aggregateSpec);
  const expiry = rowExpiry(plan.expiry, context);
  const operator = new AggregateOperator({
    label: 'aggregate',
    input,
    keys,
    aggregates,
    appendOnly,
    expiry: expiry && {key: expiry.column, bound: expiry.bound, width: expiry.width, keepGroups: plan === context.served},
    errors: context.errors?.({plan, operator: 'aggregate', expressions: [], columns: keys}),
  });
  return context.graph.add(operator, [build(plan.input)]);
};

export const buildPartialAggregate: NodeBuilder<DataflowPartialAggregate> = (plan, context, build) => {
  const {input, keys, aggregates} = plan;
  const operator = new PartialAggregateOperator({
    label: 'partial-aggregate',
    input: input.types.map(physicalOf),
    keys,
    aggregates: aggregates.map(aggregateSpec),
    errors: context.errors?.({plan, operator: 'partial-aggregate', expressions: [], columns: keys}),
  });
  return context.graph.add(operator, [build(input)]);
};

/** Whether a call cannot be maintained by an accumulator, or depends on the order of its rows. */
function needsAllRows(call: AggregateCall): boolean {
  const {lowering, ordered} = aggregateById(call.function);
  return lowering.kind === 'collect' || (ordered && call.orderBy !== undefined);
}

/** The accumulator for a call; the planner has composed everything else (avg, variance …) of native ones. */
export function aggregateSpec(call: AggregateCall): AggregateSpec {
  const {lowering, name} = aggregateById(call.function);
  if (lowering.kind !== 'native')
    throw sqlError('feature_not_supported', `aggregate function ${name} is not supported in a maintained view yet`);
  const [column] = call.args;
  const {filter, distinct} = call;
  switch (lowering.accumulator) {
    case 'count-rows':
      return {kind: 'count', filter};
    case 'count':
    case 'sum':
    case 'sum-counts':
    case 'bool-and':
    case 'bool-or':
      return {kind: lowering.accumulator, column, filter, distinct};
    case 'min':
    case 'max':
      return {kind: lowering.accumulator, column, filter, order: bytesOrder(call.argTypes[0]!)};
    default:
      return unreachable(lowering.accumulator);
  }
}
