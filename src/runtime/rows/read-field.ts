import {unreachable} from '../../common/unreachable.ts';
import {decimalToText} from '../../types/decimal.ts';
import type {BytesColumnBuilder} from '../batch/bytes-column-builder.ts';
import type {ColumnBuilder} from '../batch/column-builder.ts';
import type {DecimalColumnBuilder} from '../batch/decimal-column-builder.ts';
import type {F64ColumnBuilder, I32ColumnBuilder, U8ColumnBuilder} from '../batch/fixed-column-builders.ts';
import type {Int64ColumnBuilder} from '../batch/int64-column-builder.ts';
import type {ByteArena} from './byte-arena.ts';
import type {Field} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import {displayScaleOf, isText, scaleOf, toDecimal} from './stored-decimal.ts';

/** Appends the `field` of the stored rows `rows[from … to)` to an output column of the same kind. */
export function readField(
  pages: RowPages,
  arena: ByteArena,
  field: Field,
  rows: Int32Array,
  from: number,
  to: number,
  out: ColumnBuilder,
): void {
  out.reserve(to - from);
  readValues(pages, arena, field, rows, from, to, out);
  const {ints, shift, mask, stride} = pages;
  const {nullWord, nullMask} = field;
  const start = out.length - from;
  for (let k = from; k < to; k++) {
    const row = rows[k]!;
    if ((ints[row >> shift]![(row & mask) * stride + nullWord]! & nullMask) !== 0) out.setNull(start + k);
  }
  out.length += to - from;
}

function readValues(pages: RowPages, arena: ByteArena, field: Field, rows: Int32Array, from: number, to: number, out: ColumnBuilder): void {
  const {ints, floats, shift, mask, stride} = pages;
  const start = out.length - from;
  const {at, valueMask} = field;
  switch (field.kind) {
    case 'u8': {
      const {values} = out as U8ColumnBuilder;
      for (let k = from; k < to; k++) {
        const row = rows[k]!;
        values[start + k] = (ints[row >> shift]![(row & mask) * stride + at]! & valueMask) === 0 ? 0 : 1;
      }
      return;
    }
    case 'i32': {
      const {values} = out as I32ColumnBuilder;
      for (let k = from; k < to; k++) {
        const row = rows[k]!;
        values[start + k] = ints[row >> shift]![(row & mask) * stride + at]!;
      }
      return;
    }
    case 'f64': {
      const {values} = out as F64ColumnBuilder;
      for (let k = from; k < to; k++) {
        const row = rows[k]!;
        values[start + k] = floats[row >> shift]![((row & mask) * stride + at) >> 1]!;
      }
      return;
    }
    case 'i64':
      readInt64(pages, at, rows, from, to, out as Int64ColumnBuilder);
      return;
    case 'bytes': {
      const target = out as BytesColumnBuilder;
      for (let k = from; k < to; k++) {
        const row = rows[k]!;
        const page = ints[row >> shift]!;
        const word = (row & mask) * stride + at;
        const size = page[word + 1]!;
        const ref = page[word]!;
        const begin = arena.startOf(ref);
        if (size === 0) target.put(start + k, target.data, 0, 0);
        else target.putStored(start + k, arena, ref, arena.pageOf(ref), begin, begin + size);
      }
      return;
    }
    case 'decimal': {
      const target = out as DecimalColumnBuilder;
      for (let k = from; k < to; k++) {
        const row = rows[k]!;
        const page = ints[row >> shift]!;
        const base = (row & mask) * stride;
        if ((page[base + field.nullWord]! & field.nullMask) === 0) readDecimal(arena, page, base + at, start + k, target);
      }
      return;
    }
    default:
      unreachable(field.kind);
  }
}

/** Int64 words at offset `at` of the rows, written behind `out.length` (reserved). */
export function readInt64(pages: RowPages, at: number, rows: Int32Array, from: number, to: number, out: Int64ColumnBuilder): void {
  const {ints, shift, mask, stride} = pages;
  const start = out.length - from;
  let k = from;
  if (!out.wide) {
    const {values} = out;
    for (; k < to; k++) {
      const row = rows[k]!;
      const page = ints[row >> shift]!;
      const word = (row & mask) * stride + at;
      const value = page[word + 1]! * 4294967296 + (page[word]! >>> 0);
      if (value > 9007199254740991 || value < -9007199254740991) break;
      values[start + k] = value;
    }
    if (k === to) return;
    // `widen` converts up to `length`, which does not count the rows of this call yet.
    const counted = out.length;
    out.length = start + k;
    out.widen();
    out.length = counted;
  }
  const words = out.wideWords;
  for (; k < to; k++) {
    const row = rows[k]!;
    const page = ints[row >> shift]!;
    const word = (row & mask) * stride + at;
    words[2 * (start + k)] = page[word]!;
    words[2 * (start + k) + 1] = page[word + 1]!;
  }
}

const POWERS = Array.from({length: 16}, (_, i) => 10 ** i);
const NOTHING = new Uint8Array(0);

/** The numeric at words `at …`, written to row `index` of `out`. */
export function readDecimal(arena: ByteArena, ints: Int32Array, at: number, index: number, out: DecimalColumnBuilder): void {
  const low = ints[at]!;
  const high = ints[at + 1]!;
  const meta = ints[at + 2]!;
  if (!isText(meta)) {
    const display = displayScaleOf(meta);
    const scaled = (high * 4294967296 + (low >>> 0)) * (POWERS[display - scaleOf(meta)] ?? Infinity);
    if (Number.isSafeInteger(scaled)) {
      out.putScaled(index, scaled === 0 ? 0 : scaled, display);
      return;
    }
  }
  const size = isText(meta) ? high : 0;
  const begin = arena.startOf(low);
  const text = size === 0 ? NOTHING : arena.pageOf(low).subarray(begin, begin + size);
  out.putText(index, decimalToText(toDecimal(low, high, meta, text)));
}
