import {rejectsNull} from '../properties/nullability.ts';
import {arityOf} from '../../logical/output-columns.ts';
import {inputsRead} from '../../expression/references.ts';
import type {Rule} from '../rule.ts';

/** A left join whose padded rows a filter drops is an inner join. */
export const leftToInnerJoin: Rule = {
  name: 'left-to-inner-join',
  apply: plan => {
    if (plan.kind !== 'filter' || plan.input.kind !== 'join' || plan.input.joinType !== 'left') return undefined;
    const join = plan.input;
    const arity = arityOf(join.left);
    const drops = plan.predicates.some(p => [...inputsRead([p])].some(i => i >= arity && rejectsNull(p, i)));
    return drops ? {...plan, input: {...join, joinType: 'inner'}} : undefined;
  },
};
