import type {Column} from '../batch/column.ts';
import type {JoinKeys} from '../operators/join-pairs.ts';
import type {ResidualCondition} from '../operators/pair-filter.ts';
import type {Cell, ZRow} from './zset.ts';

/** A condition over two i32 columns, for tests: left column `left` < right column `right`; NULL does not pass. */
export function lessThan(left: number, right: number): ResidualCondition {
  return {
    left: [left],
    right: [right],
    kernel: {
      run(batch) {
        const [a, b] = batch.columns as [I32, I32];
        const passing: number[] = [];
        for (let k = 0; k < batch.length; k++) {
          const isNull = a.validity?.[k] === 0 || b.validity?.[k] === 0;
          if (!isNull && a.values[k]! < b.values[k]!) passing.push(k);
        }
        if (passing.length === 0) return {batch: null, errors: null};
        const numbers: Column = {form: 'i32', values: Int32Array.from(passing), validity: null};
        return {batch: {length: passing.length, columns: [numbers], weights: null}, errors: null};
      },
    },
  };
}

type I32 = Extract<Column, {form: 'i32'}>;

export type MatchRule = {readonly keys: JoinKeys; readonly lessThan?: readonly [number, number] | undefined};

export function matches({keys, lessThan: condition}: MatchRule, left: readonly Cell[], right: readonly Cell[]): boolean {
  const equal = keys.left.every((key, i) => {
    const a = left[key]!;
    const b = right[keys.right[i]!]!;
    return a === b && (a !== null || keys.nullSafe[i] === true);
  });
  if (!equal || condition === undefined) return equal;
  const [a, b] = [left[condition[0]]!, right[condition[1]]!];
  return a !== null && b !== null && Number(a) < Number(b);
}

/** The join of two Z-sets, pair by pair. */
export function joinOracle(
  rule: MatchRule,
  type: 'inner' | 'left' | 'semi' | 'anti',
  left: readonly ZRow[],
  right: readonly ZRow[],
  rightWidth: number,
): ZRow[] {
  const result: ZRow[] = [];
  const padding: Cell[] = Array.from({length: rightWidth}, () => null);
  for (const a of left) {
    const partners = right.filter(b => matches(rule, a.cells, b.cells));
    if (type === 'inner' || type === 'left') {
      for (const b of partners) result.push({cells: [...a.cells, ...b.cells], weight: a.weight * b.weight});
    }
    if (type === 'left' && partners.length === 0) result.push({cells: [...a.cells, ...padding], weight: a.weight});
    if ((type === 'semi' && partners.length > 0) || (type === 'anti' && partners.length === 0)) result.push(a);
  }
  return result;
}
