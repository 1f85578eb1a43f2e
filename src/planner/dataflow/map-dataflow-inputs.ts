import type {DataflowPlan} from './dataflow-plan.ts';

/** The plan with `f` of each of its inputs in their place. */
export function mapDataflowInputs(plan: DataflowPlan, f: (input: DataflowPlan) => DataflowPlan): DataflowPlan {
  switch (plan.kind) {
    case 'scan':
    case 'values':
      return plan;
    case 'join':
    case 'asof-join':
    case 'temporal-join':
    case 'set-operation':
      return {...plan, left: f(plan.left), right: f(plan.right)};
    case 'union':
      return {...plan, inputs: plan.inputs.map(f)};
    default:
      return {...plan, input: f(plan.input)};
  }
}
