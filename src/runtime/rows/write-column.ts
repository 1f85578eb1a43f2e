import type {Column} from '../batch/column.ts';
import type {ByteArena} from './byte-arena.ts';
import type {Field} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import {writeField} from './write-field.ts';

/** As writeField for many rows: row `from[k]` of the column goes into row `to[k]`, for k below `n`. */
export function writeColumn(
  pages: RowPages,
  arena: ByteArena,
  field: Field,
  column: Column,
  from: Int32Array,
  to: Int32Array,
  n: number,
): void {
  const {ints, floats, shift, mask, stride} = pages;
  const {at, nullWord, nullMask} = field;
  if (column.validity === null) {
    if (column.form === 'i64n') {
      const {values} = column;
      for (let k = 0; k < n; k++) {
        const row = to[k]!;
        const page = ints[row >> shift]!;
        const base = (row & mask) * stride;
        const value = values[from[k]!]!;
        page[base + nullWord]! &= ~nullMask;
        page[base + at] = value | 0;
        page[base + at + 1] = Math.floor(value / 4294967296);
      }
      return;
    }
    if (column.form === 'i32') {
      const {values} = column;
      for (let k = 0; k < n; k++) {
        const row = to[k]!;
        const page = ints[row >> shift]!;
        const base = (row & mask) * stride;
        page[base + nullWord]! &= ~nullMask;
        page[base + at] = values[from[k]!]!;
      }
      return;
    }
    if (column.form === 'f64') {
      const {values} = column;
      for (let k = 0; k < n; k++) {
        const row = to[k]!;
        const base = (row & mask) * stride;
        ints[row >> shift]![base + nullWord]! &= ~nullMask;
        floats[row >> shift]![(base + at) >> 1] = values[from[k]!]!;
      }
      return;
    }
    if (column.form === 'bytes' && field.kind === 'bytes') {
      const {starts, ends, data} = column;
      for (let k = 0; k < n; k++) {
        const row = to[k]!;
        const page = ints[row >> shift]!;
        const base = (row & mask) * stride;
        const size = page[base + at + 1]!;
        if (size > 0) arena.free(page[base + at]!, size);
        const start = starts[from[k]!]!;
        const end = ends[from[k]!]!;
        page[base + nullWord]! &= ~nullMask;
        page[base + at] = arena.put(data, start, end);
        page[base + at + 1] = end - start;
      }
      return;
    }
  }
  for (let k = 0; k < n; k++) writeField(pages, arena, field, column, from[k]!, to[k]!);
}
