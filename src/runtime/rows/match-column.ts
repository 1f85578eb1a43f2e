import {unreachable} from '../../common/unreachable.ts';
import type {Column} from '../batch/column.ts';
import {formMismatch} from '../batch/form-mismatch.ts';
import type {ByteArena} from './byte-arena.ts';
import {wordsOf} from './hash-column.ts';
import type {Field} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import {displayScaleOf, isText, newStoredDecimal, normalizeColumnRow, scaleOf} from './stored-decimal.ts';

const scratch = newStoredDecimal();

/**
 * value   NULL equals NULL, NaN equals NaN, 0 equals −0, numerics are equal whatever their display scale: keys, as SQL's `=` sees them
 * exact   what prints differently differs (0 and −0, 1.0 and 1.00): the identity of whole rows in a Z-set
 */
export type Sameness = 'value' | 'exact';

/**
 * Compares rows `from … to` of a column with the `field` of the stored rows `rows[0 … to − from)` and sets `misses[k]` where they differ.
 * Negative row numbers are skipped.
 */
export function matchColumn(
  pages: RowPages,
  arena: ByteArena,
  field: Field,
  column: Column,
  from: number,
  to: number,
  rows: Int32Array,
  misses: Uint8Array,
  sameness: Sameness = 'value',
): void {
  const n = to - from;
  const {ints, shift, mask, stride} = pages;
  const {at, nullWord, nullMask} = field;
  const validity = column.validity;
  switch (column.form) {
    case 'i64n': {
      const {values} = column;
      for (let k = 0; k < n; k++) {
        const row = rows[k]!;
        if (row < 0) continue;
        const page = ints[row >> shift]!;
        const base = (row & mask) * stride;
        const isNull = (page[base + nullWord]! & nullMask) !== 0;
        if (validity !== null && validity[from + k] === 0) {
          if (!isNull) misses[k] = 1;
          continue;
        }
        const value = values[from + k]!;
        if (isNull || page[base + at]! !== (value | 0) || page[base + at + 1]! !== Math.floor(value / 4294967296)) misses[k] = 1;
      }
      return;
    }
    case 'i32': {
      const {values} = column;
      for (let k = 0; k < n; k++) {
        const row = rows[k]!;
        if (row < 0) continue;
        const page = ints[row >> shift]!;
        const base = (row & mask) * stride;
        const isNull = (page[base + nullWord]! & nullMask) !== 0;
        if (validity !== null && validity[from + k] === 0) {
          if (!isNull) misses[k] = 1;
        } else if (isNull || page[base + at]! !== values[from + k]!) misses[k] = 1;
      }
      return;
    }
    case 'i64w': {
      const words = wordsOf(column.values);
      for (let k = 0; k < n; k++) {
        const row = rows[k]!;
        if (row < 0) continue;
        const page = ints[row >> shift]!;
        const base = (row & mask) * stride;
        const isNull = (page[base + nullWord]! & nullMask) !== 0;
        const i = from + k;
        if (validity !== null && validity[i] === 0) {
          if (!isNull) misses[k] = 1;
        } else if (isNull || page[base + at]! !== words[2 * i]! || page[base + at + 1]! !== words[2 * i + 1]!) misses[k] = 1;
      }
      return;
    }
    case 'u8':
    case 'f64':
    case 'dec':
    case 'bytes':
      for (let k = 0; k < n; k++) {
        const row = rows[k]!;
        if (row >= 0 && !matchesRow(pages, arena, field, column, from + k, row, sameness)) misses[k] = 1;
      }
      return;
    default:
      unreachable(column);
  }
}

/** Whether row `i` of the column equals the `field` of stored row `row`. */
export function matchesRow(
  pages: RowPages,
  arena: ByteArena,
  field: Field,
  column: Column,
  i: number,
  row: number,
  sameness: Sameness = 'value',
): boolean {
  const ints = pages.ints[row >> pages.shift]!;
  const base = (row & pages.mask) * pages.stride;
  const isNull = (ints[base + field.nullWord]! & field.nullMask) !== 0;
  const {validity} = column;
  if (validity !== null && validity[i] === 0) return isNull;
  if (isNull) return false;
  const at = base + field.at;
  switch (column.form) {
    case 'u8':
      return ((ints[at]! & field.valueMask) !== 0) === (column.values[i]! !== 0);
    case 'i32':
      return ints[at]! === column.values[i]!;
    case 'i64n': {
      const value = column.values[i]!;
      return ints[at]! === (value | 0) && ints[at + 1]! === Math.floor(value / 4294967296);
    }
    case 'i64w':
      return column.values[i]! === ((BigInt(ints[at + 1]!) << 32n) | BigInt(ints[at]! >>> 0));
    case 'f64': {
      const stored = pages.floats[row >> pages.shift]![at >> 1]!;
      const value = column.values[i]!;
      return sameness === 'exact' ? Object.is(stored, value) : stored === value || (stored !== stored && value !== value);
    }
    case 'dec':
    case 'bytes':
      if (field.kind === 'bytes') {
        if (column.form === 'dec') throw formMismatch(field.kind, column);
        return matchesBytes(arena, ints[at]!, ints[at + 1]!, column.data, column.starts[i]!, column.ends[i]!);
      }
      normalizeColumnRow(column, i, scratch);
      if (sameness === 'exact' && displayScaleOf(ints[at + 2]!) !== displayScaleOf(scratch.meta)) return false;
      if (isText(scratch.meta)) {
        return isText(ints[at + 2]!) && matchesBytes(arena, ints[at]!, ints[at + 1]!, scratch.text, 0, scratch.text.length);
      }
      return ints[at]! === scratch.low && ints[at + 1]! === scratch.high && scaleOf(ints[at + 2]!) === scaleOf(scratch.meta);
    default:
      return unreachable(column);
  }
}

function matchesBytes(arena: ByteArena, ref: number, size: number, data: Uint8Array, start: number, end: number): boolean {
  if (end - start !== size) return false;
  if (size === 0) return true;
  const page = arena.pageOf(ref);
  const offset = arena.startOf(ref) - start;
  for (let i = start; i < end; i++) if (page[offset + i]! !== data[i]!) return false;
  return true;
}
