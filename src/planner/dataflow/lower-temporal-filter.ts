import type {LogicalPlan, LogicalTemporalFilter} from '../logical/logical-plan.ts';
import {arityOf, typesOf} from '../logical/output-columns.ts';
import {Columns, withoutComputed} from './columns-below.ts';
import type {DataflowPlan} from './dataflow-plan.ts';

/** Both ends of the time in which a row counts become columns of the input. */
export function lowerTemporalFilter(plan: LogicalTemporalFilter, lower: (plan: LogicalPlan) => DataflowPlan): DataflowPlan {
  const columns = new Columns(plan.input, true);
  const from = plan.from && columns.place(plan.from);
  const until = plan.until && columns.place(plan.until);
  const below = columns.plan();
  const filter: DataflowPlan = {kind: 'temporal-filter', types: typesOf(below), input: lower(below), from, until};
  return withoutComputed(filter, arityOf(plan.input), arityOf(below));
}
