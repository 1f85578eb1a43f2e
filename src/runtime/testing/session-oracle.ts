import {partitionRows} from './compare-cells.ts';
import type {Cell, ZRow} from './zset.ts';

export type SessionRule = {readonly time: number; readonly gap: number; readonly partition: readonly number[]};

/** Each row ++ start and end of its session: sessions grow from single rows for as long as one more row is near. */
export function sessionOracle({time, gap, partition}: SessionRule, rows: readonly ZRow[]): ZRow[] {
  return partitionRows(rows, partition).flatMap(group =>
    group.map((row): ZRow => {
      if (row.cells[time] == null) return {...row, cells: [...row.cells, null, null]};
      const times = group.map(r => r.cells[time]!).filter((t: Cell) => t !== null);
      let [first, last] = [BigInt(row.cells[time]), BigInt(row.cells[time])];
      for (let grown = true; grown;) {
        grown = false;
        for (const text of times) {
          const t = BigInt(text);
          if (t < first - BigInt(gap) + 1n || t > last + BigInt(gap) - 1n || (t >= first && t <= last)) continue;
          [first, last] = [t < first ? t : first, t > last ? t : last];
          grown = true;
        }
      }
      return {...row, cells: [...row.cells, String(first), String(last + BigInt(gap))]};
    }),
  );
}
