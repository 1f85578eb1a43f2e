import {inputsRead, substituteInputs} from '../../expression/references.ts';
import {volatilityOf} from '../../expression/volatility.ts';
import {filterOver} from '../filter-over.ts';
import type {Rule} from '../rule.ts';
import {split} from '../split.ts';

/** Predicates over computed columns become predicates over what the columns are computed from, unless they are computed anew each time. */
export const filterThroughProject: Rule = {
  name: 'filter-through-project',
  apply: plan => {
    if (plan.kind !== 'filter' || plan.input.kind !== 'project') return undefined;
    const {expressions, input} = plan.input;
    const isVolatile = expressions.map(e => volatilityOf(e) === 'volatile');
    const [below, above] = split(plan.predicates, p => ![...inputsRead([p])].some(i => isVolatile[i] === true));
    if (below.length === 0) return undefined;
    const pushed = filterOver(
      input,
      below.map(p => substituteInputs(p, expressions)),
    );
    return filterOver({...plan.input, input: pushed}, above);
  },
};
