import type {DeterminedColumns} from '../../../catalog/relation.ts';
import {input, isNull} from '../../expression/build-expression.ts';
import {inputsOf} from '../../logical/map-inputs.ts';
import type {LogicalPlan} from '../../logical/logical-plan.ts';
import {typesOf} from '../../logical/output-columns.ts';
import {determinedColumns} from './determined-columns.ts';

/** Wider views are not searched for keys of two columns. */
const MOST_COLUMNS = 16;

/** What the declared keys below say of the first `width` columns of a plan: for views over a materialized view it is what is left of them. */
export function viewDeterminations(plan: LogicalPlan, width: number): readonly DeterminedColumns[] {
  const longest = longestKey(plan);
  if (longest === 0) return [];
  const columns = Array.from({length: width}, (_, i) => i);
  const found: DeterminedColumns[] = [];
  const look = (by: readonly number[]) => {
    for (const nullsToo of [true, false]) {
      const others = determinedBy(plan, by, nullsToo).filter(c => c < width && !by.includes(c));
      const isKnown = (c: number) =>
        found.some(d => d.columns.includes(c) && (d.nullsToo || !nullsToo) && d.by.every(own => by.includes(own)));
      if (!others.every(isKnown)) found.push({by, columns: others, nullsToo});
    }
  };
  for (const column of columns) look([column]);
  if (longest > 1 && width <= MOST_COLUMNS) for (const a of columns) for (const b of columns) if (a < b) look([a, b]);
  return found;
}

function determinedBy(plan: LogicalPlan, by: readonly number[], nullsToo: boolean): number[] {
  const types = typesOf(plan);
  const values = by.map(c => input(c, types[c]!));
  const present = nullsToo ? [] : values.map(value => isNull(value, true));
  return [...determinedColumns(plan, values, present)];
}

function longestKey(plan: LogicalPlan): number {
  const own = plan.kind === 'scan' ? plan.determinations.map(d => d.by.length) : inputsOf(plan).map(longestKey);
  return Math.max(0, ...own);
}
