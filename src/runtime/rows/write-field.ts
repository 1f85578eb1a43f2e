import {unreachable} from '../../common/unreachable.ts';
import type {Column} from '../batch/column.ts';
import {formMismatch} from '../batch/form-mismatch.ts';
import type {ByteArena} from './byte-arena.ts';
import {wordsOf} from './hash-column.ts';
import type {Field} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import {isText, newStoredDecimal, normalizeColumnRow, type StoredDecimal} from './stored-decimal.ts';

const scratch = newStoredDecimal();

/**
 * Stores row `i` of a column into the `field` of row `row`, which the step has touched. What a variable field referred to before is freed.
 */
export function writeField(pages: RowPages, arena: ByteArena, field: Field, column: Column, i: number, row: number): void {
  const ints = pages.ints[row >> pages.shift]!;
  const base = (row & pages.mask) * pages.stride;
  const {validity} = column;
  if (validity !== null && validity[i] === 0) {
    writeNull(pages, arena, field, row);
    return;
  }
  const at = base + field.at;
  releaseField(arena, field, ints, base);
  ints[base + field.nullWord]! &= ~field.nullMask;
  switch (column.form) {
    case 'u8':
      if (column.values[i] !== 0) ints[at]! |= field.valueMask;
      else ints[at]! &= ~field.valueMask;
      return;
    case 'i32':
      ints[at] = column.values[i]!;
      return;
    case 'i64n': {
      const value = column.values[i]!;
      ints[at] = value | 0;
      ints[at + 1] = Math.floor(value / 4294967296);
      return;
    }
    case 'i64w': {
      const words = wordsOf(column.values);
      ints[at] = words[2 * i]!;
      ints[at + 1] = words[2 * i + 1]!;
      return;
    }
    case 'f64':
      pages.floats[row >> pages.shift]![at >> 1] = column.values[i]!;
      return;
    case 'dec':
    case 'bytes':
      if (field.kind === 'decimal') {
        normalizeColumnRow(column, i, scratch);
        writeDecimal(arena, ints, at, scratch);
      } else {
        if (column.form === 'dec') throw formMismatch(field.kind, column);
        const start = column.starts[i]!;
        const end = column.ends[i]!;
        ints[at] = arena.put(column.data, start, end);
        ints[at + 1] = end - start;
      }
      return;
    default:
      unreachable(column);
  }
}

/** Writes a normalised numeric to words `at …`; whatever was there has been released. */
export function writeDecimal(arena: ByteArena, ints: Int32Array, at: number, value: StoredDecimal): void {
  if (isText(value.meta)) {
    ints[at] = arena.put(value.text, 0, value.text.length);
    ints[at + 1] = value.text.length;
  } else {
    ints[at] = value.low;
    ints[at + 1] = value.high;
  }
  ints[at + 2] = value.meta;
}

export function writeNull(pages: RowPages, arena: ByteArena, field: Field, row: number): void {
  const ints = pages.ints[row >> pages.shift]!;
  const base = (row & pages.mask) * pages.stride;
  releaseField(arena, field, ints, base);
  ints[base + field.nullWord]! |= field.nullMask;
  if (field.kind === 'u8') {
    ints[base + field.at]! &= ~field.valueMask;
    return;
  }
  const at = base + field.at;
  ints[at] = 0;
  if (field.kind !== 'i32') ints[at + 1] = 0;
  if (field.kind === 'decimal') ints[at + 2] = 0;
}

/** Arena reference's size of a variable field, 0 = it holds none. */
export function variableSize(field: Field, ints: Int32Array, base: number): number {
  if (field.kind === 'bytes') return ints[base + field.at + 1]!;
  return field.kind === 'decimal' && isText(ints[base + field.at + 2]!) ? ints[base + field.at + 1]! : 0;
}

function releaseField(arena: ByteArena, field: Field, ints: Int32Array, base: number): void {
  const size = variableSize(field, ints, base);
  if (size > 0) arena.free(ints[base + field.at]!, size);
}
