import type {Schema} from '../batch/batch.ts';
import type {JoinKeys} from '../operators/join-pairs.ts';
import {totalSort} from '../operators/stored-order.ts';
import {compareRows} from './compare-cells.ts';
import {matches} from './join-oracle.ts';
import type {Cell, ZRow} from './zset.ts';

export type AsOfRule = {
  readonly keys: JoinKeys;
  readonly joinType: 'inner' | 'left';
  readonly leftTime: number;
  readonly rightTime: number;
  readonly strict: boolean;
};

/** Each left row with the best of all right rows that it may have. */
export function asOfOracle(rule: AsOfRule, right: Schema, lefts: readonly ZRow[], rights: readonly ZRow[]): ZRow[] {
  const order = totalSort(right, [{column: rule.rightTime, descending: false, nullsFirst: false}]);
  const padding: Cell[] = right.map(() => null);
  return lefts.flatMap((row): ZRow[] => {
    const time = row.cells[rule.leftTime];
    const partners = rights.filter(({cells}) => {
      const at = cells[rule.rightTime];
      if (time == null || at == null || !matches({keys: rule.keys}, row.cells, cells)) return false;
      return rule.strict ? Number(at) < Number(time) : Number(at) <= Number(time);
    });
    const best = partners.sort((a, b) => compareRows(right, order, a.cells, b.cells)).at(-1);
    if (best === undefined) return rule.joinType === 'inner' ? [] : [{...row, cells: [...row.cells, ...padding]}];
    return [{...row, cells: [...row.cells, ...best.cells]}];
  });
}
