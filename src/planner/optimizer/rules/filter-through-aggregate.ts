import {isFallible} from '../../expression/fallibility.ts';
import {inputsRead, substituteInputs} from '../../expression/references.ts';
import {filterOver} from '../filter-over.ts';
import type {Rule} from '../rule.ts';
import {split} from '../split.ts';

/** Predicates over group keys drop rows before they are grouped. */
export const filterThroughAggregate: Rule = {
  name: 'filter-through-aggregate',
  apply: plan => {
    if (plan.kind !== 'filter' || plan.input.kind !== 'aggregate') return undefined;
    const aggregate = plan.input;
    const {keys} = aggregate;
    if (keys.length === 0) return undefined;
    const [below, above] = split(plan.predicates, p => {
      const read = [...inputsRead([p])];
      return !isFallible(p) && read.length > 0 && read.every(i => i < keys.length);
    });
    if (below.length === 0) return undefined;
    const predicates = below.map(p => substituteInputs(p, keys));
    return filterOver({...aggregate, input: filterOver(aggregate.input, predicates)}, above);
  },
};
