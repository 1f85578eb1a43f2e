import type {ByteArena} from './byte-arena.ts';
import {FLAGS_WORD, LIVE, NEXT_FREE_WORD, TOUCH_WORD, type RowLayout} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import type {RowIndex} from './row-store.ts';
import {variableSize} from './write-field.ts';

const ROWS_PER_SLICE = 8192;

type Store = {
  readonly layout: RowLayout;
  readonly pages: RowPages;
  readonly arena: ByteArena;
  readonly limit: number;
  readonly indexes: readonly RowIndex[];
};
export type RestoredRows = {readonly liveRows: number; readonly freeHead: number};

/** Walks restored rows: fills the indexes, counts arena bytes, chains free rows (low ids first). */
export function* restoreRows({layout, pages, arena, limit, indexes}: Store): Generator<void, RestoredRows, void> {
  const {shift, mask, stride} = pages;
  const live = new Int32Array(ROWS_PER_SLICE);
  let liveRows = 0;
  for (const index of indexes) index.reserve?.(limit);
  for (let from = 0; from < limit; from += ROWS_PER_SLICE) {
    const end = Math.min(limit, from + ROWS_PER_SLICE);
    let count = 0;
    for (let id = from; id < end; id++) {
      const ints = pages.ints[id >> shift]!;
      const base = (id & mask) * stride;
      ints[base + TOUCH_WORD] = 0;
      if ((ints[base + FLAGS_WORD]! & LIVE) === 0) continue;
      live[count++] = id;
      for (const field of layout.variable) {
        const size = variableSize(field, ints, base);
        if (size > 0) arena.restoredValue(ints[base + field.at]!, size);
      }
    }
    for (const index of indexes) index.add(live, count);
    liveRows += count;
    yield;
  }
  let freeHead = -1;
  for (let id = limit - 1; id >= 0; id--) {
    const ints = pages.ints[id >> shift]!;
    const base = (id & mask) * stride;
    if ((ints[base + FLAGS_WORD]! & LIVE) !== 0) continue;
    ints[base + NEXT_FREE_WORD] = freeHead + 1;
    freeHead = id;
    if (id % (16 * ROWS_PER_SLICE) === 0) yield;
  }
  return {liveRows, freeHead};
}
