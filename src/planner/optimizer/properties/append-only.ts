import {unreachable} from '../../../common/unreachable.ts';
import type {LogicalPlan} from '../../logical/logical-plan.ts';

/** Whether rows, once there, are never retracted. */
export function isAppendOnly(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'scan':
      return plan.appendOnly;
    case 'values':
      return true;
    case 'filter':
    case 'project':
    case 'distinct':
    case 'unnest':
      return isAppendOnly(plan.input);
    case 'join':
      return (plan.joinType === 'inner' || plan.joinType === 'semi') && isAppendOnly(plan.left) && isAppendOnly(plan.right);
    case 'union':
      return plan.inputs.every(isAppendOnly);
    case 'aggregate':
      // Without aggregates a group only appears.
      return plan.aggregates.length === 0 && plan.keys.length > 0 && isAppendOnly(plan.input);
    case 'apply':
    case 'top':
    case 'set-operation':
      return false;
    default:
      return unreachable(plan);
  }
}
