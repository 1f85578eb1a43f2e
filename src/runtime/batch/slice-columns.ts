import {unreachable} from '../../common/unreachable.ts';
import type {Column} from './column.ts';

/** Rows [from, to) of a column, as views on the same memory. */
export function sliceColumn(column: Column, from: number, to: number): Column {
  const validity = column.validity?.subarray(from, to) ?? null;
  switch (column.form) {
    case 'u8':
      return {form: 'u8', values: column.values.subarray(from, to), validity};
    case 'i32':
      return {form: 'i32', values: column.values.subarray(from, to), validity};
    case 'f64':
    case 'i64n':
      return {form: column.form, values: column.values.subarray(from, to), validity};
    case 'i64w':
      return {form: 'i64w', values: column.values.subarray(from, to), validity};
    case 'dec':
      return {form: 'dec', values: column.values.subarray(from, to), scale: column.scale, validity};
    case 'bytes': {
      const {starts, ends, data} = column;
      return {form: 'bytes', starts: starts.subarray(from, to), ends: ends.subarray(from, to), data, validity};
    }
    default:
      return unreachable(column);
  }
}

/** The first `rows` rows of a column in memory of their own. */
export function copyColumn(column: Column, rows: number): Column {
  const validity = column.validity?.slice(0, rows) ?? null;
  switch (column.form) {
    case 'u8':
      return {form: 'u8', values: column.values.slice(0, rows), validity};
    case 'i32':
      return {form: 'i32', values: column.values.slice(0, rows), validity};
    case 'f64':
    case 'i64n':
      return {form: column.form, values: column.values.slice(0, rows), validity};
    case 'i64w':
      return {form: 'i64w', values: column.values.slice(0, rows), validity};
    case 'dec':
      return {form: 'dec', values: column.values.slice(0, rows), scale: column.scale, validity};
    case 'bytes': {
      const [from, to] = usedRange(column.starts, column.ends, validity, rows);
      const starts = new Int32Array(rows);
      const ends = new Int32Array(rows);
      for (let row = 0; row < rows; row++) {
        if (validity !== null && validity[row] === 0) continue;
        starts[row] = column.starts[row]! - from;
        ends[row] = column.ends[row]! - from;
      }
      return {form: 'bytes', starts, ends, data: column.data.slice(from, to), validity};
    }
    default:
      return unreachable(column);
  }
}

/** Which part of the data the values of the first `rows` rows lie in. */
function usedRange(starts: Int32Array, ends: Int32Array, validity: Uint8Array | null, rows: number): [number, number] {
  let from = Infinity;
  let to = 0;
  for (let row = 0; row < rows; row++) {
    if (validity !== null && validity[row] === 0) continue;
    from = Math.min(from, starts[row]!);
    to = Math.max(to, ends[row]!);
  }
  return from === Infinity ? [0, 0] : [from, Math.max(from, to)];
}

/** Bytes of memory that a column takes, data included. */
export function columnBytes(column: Column): number {
  const validity = column.validity?.byteLength ?? 0;
  if (column.form === 'bytes') return validity + column.starts.byteLength + column.ends.byteLength + column.data.byteLength;
  return validity + column.values.byteLength;
}
