import {unreachable} from '../../common/unreachable.ts';
import type {Batch} from './batch.ts';
import type {Column, ColumnForm} from './column.ts';

/**
 * A batch as self-contained bytes (journal, copies that outlive a step). Little endian, every array aligned to 8 bytes:
 *   rows u32 · columns u32 · has weights u32 · 0 u32, then per column: form u32 · scale u32 · has validity u32 · data bytes u32,
 *   then weights, then per column: validity, values | starts, ends, data.
 */
const FORMS: readonly ColumnForm[] = ['u8', 'i32', 'f64', 'i64n', 'i64w', 'dec', 'bytes'];
const WIDTH: Record<Exclude<ColumnForm, 'bytes'>, number> = {u8: 1, i32: 4, f64: 8, i64n: 8, i64w: 8, dec: 8};
const align8 = (n: number): number => (n + 7) & ~7;

function dataBytes(column: Column, rows: number): number {
  if (column.form !== 'bytes') return 0;
  let total = 0;
  for (let i = 0; i < rows; i++) if (column.validity === null || column.validity[i] !== 0) total += column.ends[i]! - column.starts[i]!;
  return total;
}

/** Copies `length` rows of every column into one new buffer. */
export function encodeBatch(batch: Batch): Uint8Array {
  const rows = batch.length;
  const data = batch.columns.map(column => dataBytes(column, rows));
  let size = 16 + batch.columns.length * 16 + (batch.weights === null ? 0 : align8(rows * 4));
  batch.columns.forEach((column, i) => {
    if (column.validity !== null) size += align8(rows);
    size += column.form === 'bytes' ? 2 * align8(rows * 4) + align8(data[i]!) : align8(rows * WIDTH[column.form]);
  });
  const bytes = new Uint8Array(size);
  const words = new Uint32Array(bytes.buffer);
  words.set([rows, batch.columns.length, batch.weights === null ? 0 : 1, 0]);
  batch.columns.forEach((column, i) => {
    words.set(
      [FORMS.indexOf(column.form), column.form === 'dec' ? column.scale : 0, column.validity === null ? 0 : 1, data[i]!],
      4 + i * 4,
    );
  });
  let at = 16 + batch.columns.length * 16;
  const put = (source: Uint8Array): void => {
    bytes.set(source, at);
    at += align8(source.length);
  };
  const raw = (array: ArrayBufferView, width: number): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, rows * width);
  if (batch.weights !== null) put(raw(batch.weights, 4));
  batch.columns.forEach((column, i) => {
    if (column.validity !== null) put(column.validity.subarray(0, rows));
    if (column.form !== 'bytes') return put(raw(column.values, WIDTH[column.form]));
    const starts = new Int32Array(bytes.buffer, at, rows);
    const ends = new Int32Array(bytes.buffer, at + align8(rows * 4), rows);
    at += 2 * align8(rows * 4);
    let position = 0;
    for (let row = 0; row < rows; row++) {
      starts[row] = position;
      if (column.validity === null || column.validity[row] !== 0) {
        bytes.set(column.data.subarray(column.starts[row], column.ends[row]), at + position);
        position += column.ends[row]! - column.starts[row]!;
      }
      ends[row] = position;
    }
    at += align8(data[i]!);
  });
  return bytes;
}

/** Views on encoded bytes (copied first if they are not 8-byte aligned). */
export function decodeBatch(encoded: Uint8Array): Batch {
  const bytes = encoded.byteOffset % 8 === 0 ? encoded : encoded.slice();
  const {buffer, byteOffset} = bytes;
  const words = new Uint32Array(buffer, byteOffset, bytes.length >> 2);
  const rows = words[0]!;
  const count = words[1]!;
  let at = byteOffset + 16 + count * 16;
  const next = (size: number): number => {
    const start = at;
    at += align8(size);
    return start;
  };
  const weights = words[2] === 0 ? null : new Int32Array(buffer, next(rows * 4), rows);
  const columns: Column[] = [];
  for (let i = 0; i < count; i++) {
    const [code, scale, hasValidity, size] = words.subarray(4 + i * 4, 8 + i * 4) as unknown as [number, number, number, number];
    const form = FORMS[code]!;
    const validity = hasValidity === 0 ? null : new Uint8Array(buffer, next(rows), rows);
    columns.push(decodeColumn(form, scale, size, validity, rows, buffer, next));
  }
  return {length: rows, columns, weights};
}

function decodeColumn(
  form: ColumnForm,
  scale: number,
  size: number,
  validity: Uint8Array | null,
  rows: number,
  buffer: ArrayBufferLike,
  next: (size: number) => number,
): Column {
  switch (form) {
    case 'u8':
      return {form, values: new Uint8Array(buffer, next(rows), rows), validity};
    case 'i32':
      return {form, values: new Int32Array(buffer, next(rows * 4), rows), validity};
    case 'f64':
    case 'i64n':
      return {form, values: new Float64Array(buffer, next(rows * 8), rows), validity};
    case 'i64w':
      return {form, values: new BigInt64Array(buffer, next(rows * 8), rows), validity};
    case 'dec':
      return {form, values: new Float64Array(buffer, next(rows * 8), rows), scale, validity};
    case 'bytes': {
      const starts = new Int32Array(buffer, next(rows * 4), rows);
      const ends = new Int32Array(buffer, next(rows * 4), rows);
      return {form, starts, ends, data: new Uint8Array(buffer, next(size), size), validity};
    }
    default:
      return unreachable(form);
  }
}
