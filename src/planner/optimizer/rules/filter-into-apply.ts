import {isFallible} from '../../expression/fallibility.ts';
import {inputsRead} from '../../expression/references.ts';
import {arityOf} from '../../logical/output-columns.ts';
import {filterOver} from '../filter-over.ts';
import type {Rule} from '../rule.ts';
import {split} from '../split.ts';

/** Predicates that read the left row alone are tested before the subquery is asked. */
export const filterIntoApply: Rule = {
  name: 'filter-into-apply',
  apply: plan => {
    if (plan.kind !== 'filter' || plan.input.kind !== 'apply') return undefined;
    const apply = plan.input;
    const arity = arityOf(apply.left);
    const [left, above] = split(plan.predicates, p => !isFallible(p) && [...inputsRead([p])].every(i => i < arity));
    if (left.length === 0) return undefined;
    return filterOver({...apply, left: filterOver(apply.left, left)}, above);
  },
};
