import {unreachable} from '../common/unreachable.ts';
import type {DataflowPlan} from '../planner/dataflow/dataflow-plan.ts';

/** Whether the rows of a node are never retracted. */
export function hasAppendOnlyRows(plan: DataflowPlan): boolean {
  switch (plan.kind) {
    case 'scan':
      return plan.appendOnly;
    case 'values':
    case 'partial-aggregate':
    case 'window-close':
      return true;
    case 'map':
    case 'unnest':
    case 'hop':
    case 'late-gate':
    case 'distinct':
      return hasAppendOnlyRows(plan.input);
    case 'union':
      return plan.inputs.every(hasAppendOnlyRows);
    case 'join':
      return plan.joinType === 'inner' && hasAppendOnlyRows(plan.left) && hasAppendOnlyRows(plan.right);
    case 'temporal-join':
      return hasAppendOnlyRows(plan.left);
    case 'aggregate':
    case 'set-operation':
    case 'top':
    case 'session':
    case 'session-aggregate':
    case 'analytic':
    case 'asof-join':
    case 'temporal-filter':
      return false;
    default:
      return unreachable(plan);
  }
}
