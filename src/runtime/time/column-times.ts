import type {Column} from '../batch/column.ts';
import {formMismatch} from '../batch/form-mismatch.ts';
import {DAY_MICROS} from './stored-time.ts';

/** The times of rows `0 … length` of an int64 or date column as doubles, µs; NaN for NULL. `out` is used where the column's own array will not do. */
export function columnTimes(column: Column, length: number, out: Float64Array): Float64Array {
  if (column.form === 'i64n' && column.validity === null) return column.values;
  if (column.form === 'i32') for (let row = 0; row < length; row++) out[row] = column.values[row]! * DAY_MICROS;
  else if (column.form === 'i64n' || column.form === 'i64w') for (let row = 0; row < length; row++) out[row] = Number(column.values[row]!);
  else throw formMismatch('i64', column);
  const {validity} = column;
  if (validity !== null) for (let row = 0; row < length; row++) if (validity[row] === 0) out[row] = NaN;
  return out;
}
