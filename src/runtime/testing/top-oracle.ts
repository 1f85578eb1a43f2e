import type {Schema} from '../batch/batch.ts';
import type {SortColumn} from '../operators/sort-order.ts';
import {totalSort} from '../operators/stored-order.ts';
import {compareRows, partitionRows} from './compare-cells.ts';
import type {Cell, ZRow} from './zset.ts';

export type TopRule = {
  readonly partition: readonly number[];
  readonly sort: readonly SortColumn[];
  readonly rank: 'row-number' | 'rank' | 'dense-rank';
  readonly limit: number;
  readonly offset: number;
  /** The rank is one more column. */
  readonly output: boolean;
};

/** The rows whose rank within their partition is in (offset, offset + limit]. */
export function topOracle(schema: Schema, rule: TopRule, rows: readonly ZRow[]): ZRow[] {
  const {partition, sort, rank, limit, offset, output} = rule;
  const total = totalSort(schema, sort);
  const result: ZRow[] = [];
  for (const group of partitionRows(rows, partition)) {
    const copies: (readonly Cell[])[] = group.flatMap(row => Array.from({length: row.weight}, () => row.cells));
    copies.sort((a, b) => compareRows(schema, total, a, b));
    let last = 0;
    copies.forEach((cells, i) => {
      const peer = i > 0 && compareRows(schema, sort, copies[i - 1]!, cells) === 0;
      if (rank === 'row-number') last = i + 1;
      else if (!peer) last = rank === 'rank' ? i + 1 : last + 1;
      if (last > offset && last <= offset + limit) result.push({cells: output ? [...cells, String(last)] : cells, weight: 1});
    });
  }
  return result;
}
