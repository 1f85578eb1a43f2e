import type {Rule} from '../rule.ts';

/** One filter with the predicates of two. An AND is false as soon as one of its sides is, whatever errors the other raises. */
export const mergeFilters: Rule = {
  name: 'merge-filters',
  apply: plan =>
    plan.kind === 'filter' && plan.input.kind === 'filter'
      ? {...plan.input, predicates: [...plan.input.predicates, ...plan.predicates]}
      : undefined,
};
