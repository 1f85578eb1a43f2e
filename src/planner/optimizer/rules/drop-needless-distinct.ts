import {uniqueKeys} from '../properties/unique-keys.ts';
import type {Rule} from '../rule.ts';

/** Rows that a key makes different already. */
export const dropNeedlessDistinct: Rule = {
  name: 'drop-needless-distinct',
  apply: plan => (plan.kind === 'distinct' && uniqueKeys(plan.input).length > 0 ? plan.input : undefined),
};
