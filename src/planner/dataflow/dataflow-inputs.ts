import type {DataflowPlan} from './dataflow-plan.ts';

export function dataflowInputs(plan: DataflowPlan): readonly DataflowPlan[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
      return [];
    case 'join':
    case 'asof-join':
    case 'temporal-join':
    case 'set-operation':
      return [plan.left, plan.right];
    case 'union':
      return plan.inputs;
    default:
      return [plan.input];
  }
}
