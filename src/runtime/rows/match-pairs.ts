import type {Column} from '../batch/column.ts';
import type {ByteArena} from './byte-arena.ts';
import {matchesRow} from './match-column.ts';
import type {Field} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';

/** Compares row `rows[k]` of a column with the `field` of stored row `ids[k]`, for k below `n`, and sets `misses[k]` where they differ. */
export function matchPairs(
  pages: RowPages,
  arena: ByteArena,
  field: Field,
  column: Column,
  rows: Int32Array,
  ids: Int32Array,
  n: number,
  misses: Uint8Array,
): void {
  const {ints, shift, mask, stride} = pages;
  const {at, nullWord, nullMask} = field;
  if (column.validity === null && column.form === 'i64n') {
    const {values} = column;
    for (let k = 0; k < n; k++) {
      const id = ids[k]!;
      const page = ints[id >> shift]!;
      const base = (id & mask) * stride;
      const value = values[rows[k]!]!;
      const isNull = (page[base + nullWord]! & nullMask) !== 0;
      if (isNull || page[base + at]! !== (value | 0) || page[base + at + 1]! !== Math.floor(value / 4294967296)) misses[k] = 1;
    }
    return;
  }
  if (column.validity === null && column.form === 'i32') {
    const {values} = column;
    for (let k = 0; k < n; k++) {
      const id = ids[k]!;
      const page = ints[id >> shift]!;
      const base = (id & mask) * stride;
      if ((page[base + nullWord]! & nullMask) !== 0 || page[base + at]! !== values[rows[k]!]!) misses[k] = 1;
    }
    return;
  }
  for (let k = 0; k < n; k++) {
    if (misses[k] === 0 && !matchesRow(pages, arena, field, column, rows[k]!, ids[k]!)) misses[k] = 1;
  }
}
