import type {ByteArena} from './byte-arena.ts';
import type {DirtyBlocks} from './dirty-blocks.ts';
import {FLAGS_WORD, LIVE, type RowLayout} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import {variableSize} from './write-field.ts';

const ROWS_PER_STEP = 16_384;
const BYTES_PER_STEP = 1 << 20;

type Store = {readonly layout: RowLayout; readonly pages: RowPages; readonly arena: ByteArena; readonly limit: number};

/**
 * One installment of an arena compaction: moves the values of rows from `from` on that lie in victim pages. Returns where to go on, −1 when
 * the last row was seen. Runs between steps; content does not change, so nobody but the checkpoint needs to know. A compaction starts when
 * a third of the arena is dead, so a row is visited about three times per row's worth of freed bytes.
 */
export function moveVictims({layout, pages, arena, limit}: Store, dirty: DirtyBlocks, from: number): number {
  const {shift, mask, stride} = pages;
  const end = Math.min(limit, from + ROWS_PER_STEP);
  let moved = 0;
  let id = from;
  for (; id < end && moved < BYTES_PER_STEP; id++) {
    const ints = pages.ints[id >> shift]!;
    const base = (id & mask) * stride;
    if ((ints[base + FLAGS_WORD]! & LIVE) === 0) continue;
    for (const field of layout.variable) {
      const size = variableSize(field, ints, base);
      const ref = ints[base + field.at]!;
      if (size === 0 || !arena.isVictim(ref)) continue;
      dirty.mark(id);
      const start = arena.startOf(ref);
      ints[base + field.at] = arena.put(arena.pageOf(ref), start, start + size);
      arena.free(ref, size);
      moved += size;
    }
  }
  return id < limit ? id : -1;
}
