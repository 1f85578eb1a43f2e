import {interpret} from '../codegen/interpret.ts';
import {sqlError} from '../common/sql-error.ts';
import type {DataflowTop} from '../planner/dataflow/dataflow-plan.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import type {Operator} from '../runtime/graph/operator.ts';
import {LimitOperator} from '../runtime/operators/limit.ts';
import {PartitionedTopOperator} from '../runtime/operators/partitioned-top.ts';
import {TopOperator} from '../runtime/operators/top.ts';
import {physicalOf} from '../types/sql-type.ts';
import type {BuildContext, NodeBuilder} from './build-context.ts';
import {maintainedTop} from './build-maintained-top.ts';
import {bytesOrder} from './bytes-order.ts';

export const buildTop: NodeBuilder<DataflowTop> = (plan, context, build) => {
  const limit = rowCount(plan.limit, context);
  if (limit !== null && limit < 0) throw sqlError('invalid_row_count_in_limit_clause', 'LIMIT must not be negative');
  const offset = rowCount(plan.offset, context) ?? 0;
  if (offset < 0) throw sqlError('invalid_row_count_in_result_offset_clause', 'OFFSET must not be negative');
  if (!context.once || plan.rank !== undefined) {
    // The rows of a view have no order.
    if (limit === null && offset === 0 && plan.rank === undefined) return build(plan.input);
    return context.graph.add(maintainedTop(plan, limit ?? Infinity, offset, context), [build(plan.input)]);
  }
  const input = build(plan.input);
  const operator = topOperator(plan, limit ?? Infinity, offset);
  return context.graph.add(operator, [input]);
};
function topOperator(plan: DataflowTop, limit: number, offset: number): Operator {
  const bounds = {schema: plan.types.map(physicalOf), limit, offset};
  const {partition = []} = plan;
  const sort = plan.sort.map(key => ({...key, order: bytesOrder(plan.input.types[key.column]!)}));
  if (partition.length > 0) {
    const keys = partition.map(column => ({column, descending: false, nullsFirst: false, order: bytesOrder(plan.input.types[column]!)}));
    return new PartitionedTopOperator({label: 'partitioned-top', partition: keys, sort, ...bounds});
  }
  if (sort.length === 0) return new LimitOperator({label: 'limit', ...bounds});
  return new TopOperator({label: limit === Infinity ? 'sort' : 'top', sort, ...bounds});
}

/** NULL = no bound. */
function rowCount(expression: TypedExpression | undefined, {parameters, evaluation}: BuildContext): number | null {
  const value = expression === undefined ? null : interpret(expression, [], parameters, evaluation);
  return value === null ? null : Number(value as bigint | number);
}
