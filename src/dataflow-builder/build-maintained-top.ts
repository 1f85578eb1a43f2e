import type {DataflowTop} from '../planner/dataflow/dataflow-plan.ts';
import type {Operator} from '../runtime/graph/operator.ts';
import {FirstRowOperator} from '../runtime/operators/first-row.ts';
import {FirstRowsOperator, MOST_FIRST_ROWS} from '../runtime/operators/first-rows.ts';
import {RankedTopOperator} from '../runtime/operators/ranked-top.ts';
import {physicalOf} from '../types/sql-type.ts';
import {hasAppendOnlyRows} from './append-only-rows.ts';
import type {BuildContext} from './build-context.ts';
import {rowExpiry} from './build-time.ts';
import {bytesOrder} from './bytes-order.ts';

/** The operator for the first rows of partitions: the cheapest that what is known of the input allows. */
export function maintainedTop(plan: DataflowTop, limit: number, offset: number, context: BuildContext): Operator {
  const {types} = plan.input;
  const appendOnly = context.once || hasAppendOnlyRows(plan.input);
  const rank = plan.rank?.function ?? 'row-number';
  const output = plan.rank?.output ?? false;
  const common = {
    input: types.map(physicalOf),
    partition: plan.partition ?? [],
    sort: plan.sort.map(key => ({...key, order: bytesOrder(types[key.column]!)})),
  };
  const expiry = rowExpiry(plan.expiry, context);
  if (rank === 'row-number' && appendOnly) {
    if (limit === 1 && offset === 0) {
      return new FirstRowOperator({label: 'first-row', rank: output, expiry: plan === context.served ? undefined : expiry, ...common});
    }
    if (limit + offset <= MOST_FIRST_ROWS)
      return new FirstRowsOperator({label: 'first-rows', limit, offset, rank: output, expiry, ...common});
  }
  return new RankedTopOperator({label: 'ranked-top', rank, limit, offset, output, appendOnly, expiry, ...common});
}
