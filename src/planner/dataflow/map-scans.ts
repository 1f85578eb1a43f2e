import type {DataflowPlan, DataflowScan} from './dataflow-plan.ts';

/** The plan with other nodes in the place of its scans. */
export function mapScans(plan: DataflowPlan, replace: (scan: DataflowScan) => DataflowPlan): DataflowPlan {
  switch (plan.kind) {
    case 'scan':
      return replace(plan);
    case 'values':
      return plan;
    case 'join':
    case 'asof-join':
    case 'temporal-join':
    case 'set-operation':
      return {...plan, left: mapScans(plan.left, replace), right: mapScans(plan.right, replace)};
    case 'union':
      return {...plan, inputs: plan.inputs.map(input => mapScans(input, replace))};
    default:
      return {...plan, input: mapScans(plan.input, replace)};
  }
}
