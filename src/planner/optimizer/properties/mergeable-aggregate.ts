import {aggregateById} from '../../../functions/registry.ts';
import {concreteType} from '../../../functions/parameter-type.ts';
import {input} from '../../expression/build-expression.ts';
import type {LogicalAggregateCall} from '../../logical/logical-plan.ts';

/**
 * What makes one value of a group out of the values that a call has for parts of it, which are `column`; undefined where there is no such
 * aggregate. Holds for parts without retractions. Sums of floats are left out: the result would depend on how the rows were divided.
 */
export function mergingCall(call: LogicalAggregateCall, column: number): LogicalAggregateCall | undefined {
  const id = mergingAggregate(call);
  if (id === undefined) return undefined;
  const {returns, returnType} = aggregateById(id);
  const type = returnType?.([call.type]) ?? (returns.kind === 'anyarray' ? call.type : concreteType(returns));
  return {function: id, args: [input(column, call.type)], type, distinct: false};
}

function mergingAggregate({function: id, distinct, orderBy}: LogicalAggregateCall): string | undefined {
  const {lowering} = aggregateById(id);
  if (distinct || orderBy !== undefined || lowering.kind !== 'native') return undefined;
  switch (lowering.accumulator) {
    case 'count':
    case 'count-rows':
    case 'sum-counts':
      return 'sum_counts';
    case 'sum':
      return MERGED_SUMS[id];
    default:
      return id;
  }
}

const MERGED_SUMS: Readonly<Record<string, string>> = {
  sum_int2: 'sum_counts',
  sum_int4: 'sum_counts',
  sum_int8: 'sum_numeric',
  sum_numeric: 'sum_numeric',
};
