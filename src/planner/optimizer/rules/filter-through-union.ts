import {isFallible} from '../../expression/fallibility.ts';
import {inputsRead} from '../../expression/references.ts';
import {arityOf} from '../../logical/output-columns.ts';
import {filterOver} from '../filter-over.ts';
import type {Rule} from '../rule.ts';
import {split} from '../split.ts';

/** A filter above a union, a distinct or an unnest goes below it. */
export const filterThroughUnion: Rule = {
  name: 'filter-through-union',
  apply: plan => {
    if (plan.kind !== 'filter') return undefined;
    const {input, predicates} = plan;
    switch (input.kind) {
      case 'union':
        return {...input, inputs: input.inputs.map(i => filterOver(i, predicates))};
      case 'distinct':
        return {...input, input: filterOver(input.input, predicates)};
      case 'unnest': {
        const arity = arityOf(input.input);
        const [below, above] = split(predicates, p => !isFallible(p) && [...inputsRead([p])].every(i => i < arity));
        if (below.length === 0) return undefined;
        return filterOver({...input, input: filterOver(input.input, below)}, above);
      }
      default:
        return undefined;
    }
  },
};
