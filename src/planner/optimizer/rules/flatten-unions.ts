import type {LogicalPlan} from '../../logical/logical-plan.ts';
import type {Rule} from '../rule.ts';

/** Unions of unions are one; duplicates below a distinct need not be removed before it. */
export const flattenUnions: Rule = {
  name: 'flatten-unions',
  apply: plan => {
    if (plan.kind === 'union' && plan.inputs.some(i => i.kind === 'union')) {
      return {...plan, inputs: plan.inputs.flatMap(i => (i.kind === 'union' ? i.inputs : [i]))};
    }
    if (plan.kind !== 'distinct') return undefined;
    if (plan.input.kind === 'distinct') return plan.input;
    if (plan.input.kind === 'union' && plan.input.inputs.some(i => i.kind === 'distinct')) {
      const open = (i: LogicalPlan) => (i.kind === 'distinct' ? i.input : i);
      return {...plan, input: {...plan.input, inputs: plan.input.inputs.map(open)}};
    }
    return undefined;
  },
};
