import type {FrameBound, LogicalAnalytic, LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf, typesOf} from '../logical/output-columns.ts';
import {keyExpression} from './canonical-keys.ts';
import {Columns, sortKey, withoutComputed} from './columns-below.ts';
import type {AnalyticCall, DataflowFrameBound, DataflowPlan} from './dataflow-plan.ts';

/** Partition, order and arguments become columns of the input. */
export function lowerAnalytic(plan: LogicalAnalytic, lower: (plan: LogicalPlan) => DataflowPlan): DataflowPlan {
  const columns = new Columns(plan.input, true);
  const partition = plan.partition.map(e => columns.place(keyExpression(e)));
  const sort = plan.sort.map(s => sortKey(s, columns));
  const calls = plan.calls.map((call): AnalyticCall => ({
    function: call.function,
    args: call.args.map(e => columns.place(e)),
    argTypes: call.args.map(e => e.type),
    type: call.type,
    frame: {...call.frame, start: lowerBound(call.frame.start, columns), end: lowerBound(call.frame.end, columns)},
    filter: call.filter && columns.place(call.filter),
  }));
  const below = columns.plan();
  const types = [...typesOf(below), ...plan.calls.map(c => c.type)];
  const analytic: DataflowPlan = {kind: 'analytic', types, input: lower(below), partition, sort, calls};
  return withoutComputed(analytic, arityOf(plan.input), arityOf(below));
}

function lowerBound({bound, offset, edge}: FrameBound, columns: Columns): DataflowFrameBound {
  return {bound, offset, edge: edge && columns.place(edge)};
}
