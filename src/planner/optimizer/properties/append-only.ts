import {unreachable} from '../../../common/unreachable.ts';
import {isHashableKey} from '../../../types/hashable-key.ts';
import type {LogicalPlan} from '../../logical/logical-plan.ts';
import {typesOf} from '../../logical/output-columns.ts';

/** Whether rows, once there, are never retracted. */
export function isAppendOnly(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case 'scan':
      return plan.appendOnly;
    case 'values':
      return true;
    case 'filter':
    case 'project':
    case 'unnest':
    case 'window':
    case 'partial-aggregate':
      return isAppendOnly(plan.input);
    case 'distinct':
      return isAppendOnly(plan.input) && typesOf(plan).every(isHashableKey);
    case 'join':
      return (plan.joinType === 'inner' || plan.joinType === 'semi') && isAppendOnly(plan.left) && isAppendOnly(plan.right);
    case 'union':
      return plan.inputs.every(isAppendOnly);
    case 'aggregate':
      // Without aggregates a group only appears, unless it is shown by one of several spellings, which may change.
      return (
        plan.aggregates.length === 0 && plan.keys.length > 0 && plan.keys.every(key => isHashableKey(key.type)) && isAppendOnly(plan.input)
      );
    case 'emit-on-close':
      return true;
    case 'temporal-join':
      // What the right side does later does not touch what was emitted.
      return isAppendOnly(plan.left);
    case 'apply':
    case 'top':
    case 'set-operation':
    case 'session':
    case 'analytic':
    case 'asof-join':
    case 'temporal-filter':
      return false;
    default:
      return unreachable(plan);
  }
}
