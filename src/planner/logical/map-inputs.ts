import {unreachable} from '../../common/unreachable.ts';
import {mapList} from '../expression/map-expression.ts';
import type {LogicalPlan} from './logical-plan.ts';

/** Applies `f` to each input; gives the plan itself back when no input changed. */
export function mapInputs(plan: LogicalPlan, f: (input: LogicalPlan) => LogicalPlan): LogicalPlan {
  switch (plan.kind) {
    case 'scan':
    case 'values':
      return plan;
    case 'filter':
    case 'project':
    case 'aggregate':
    case 'distinct':
    case 'top':
    case 'unnest':
    case 'window':
    case 'partial-aggregate':
    case 'session':
    case 'analytic':
    case 'temporal-filter':
    case 'emit-on-close': {
      const input = f(plan.input);
      return input === plan.input ? plan : {...plan, input};
    }
    case 'join':
    case 'apply':
    case 'asof-join':
    case 'temporal-join':
    case 'set-operation': {
      const left = f(plan.left);
      const right = f(plan.right);
      return left === plan.left && right === plan.right ? plan : {...plan, left, right};
    }
    case 'union': {
      const inputs = mapList(plan.inputs, f);
      return inputs === plan.inputs ? plan : {...plan, inputs};
    }
    default:
      return unreachable(plan);
  }
}

export function inputsOf(plan: LogicalPlan): readonly LogicalPlan[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
      return [];
    case 'join':
    case 'apply':
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

/** Rewrites a whole plan from the bottom. */
export function rewritePlanUp(plan: LogicalPlan, f: (plan: LogicalPlan) => LogicalPlan): LogicalPlan {
  return f(mapInputs(plan, input => rewritePlanUp(input, f)));
}

export function somePlan(plan: LogicalPlan, test: (plan: LogicalPlan) => boolean): boolean {
  return test(plan) || inputsOf(plan).some(input => somePlan(input, test));
}
