import type {Batch} from '../runtime/batch/batch.ts';
import type {Column, Validity} from '../runtime/batch/column.ts';
import {unreachable} from '../common/unreachable.ts';
import type {Datum, Decimal} from '../types/datum.ts';
import {datumFromBytes, datumToBytes} from '../types/datum-bytes.ts';
import {decimalFromText, decimalToText} from '../types/decimal.ts';
import {physicalOf, type SqlType} from '../types/sql-type.ts';
import {isNumberDatum, isTextKind} from './text-kind.ts';

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The value of one row as a datum: for slow paths, tests and tools. */
export function datumAt(column: Column, type: SqlType, row: number): Datum {
  if (column.validity !== null && column.validity[row] === 0) return null;
  switch (column.form) {
    case 'u8':
      return column.values[row] === 1;
    case 'i32':
    case 'f64':
      return column.values[row]!;
    case 'i64n':
      return isNumberDatum(type) ? column.values[row]! : BigInt(column.values[row]!);
    case 'i64w':
      return isNumberDatum(type) ? Number(column.values[row]!) : column.values[row]!;
    case 'dec':
      return {tag: 'decimal', unscaled: BigInt(column.values[row]!), scale: column.scale};
    case 'bytes':
      return datumOfRange(type, column.data, column.starts[row]!, column.ends[row]!);
    default:
      return unreachable(column);
  }
}

/** The datum of a range of a `bytes` column. */
export function datumOfRange(type: SqlType, data: Uint8Array, start: number, end: number): Exclude<Datum, null> {
  if (isTextKind(type)) return bufferOver(data).utf8Slice(start, end);
  if (type.kind === 'numeric') return decimalFromText(bufferOver(data).latin1Slice(start, end));
  return datumFromBytes(type, data.subarray(start, end));
}

/** Node's own slice methods, which @types/node leaves out; they work on shared memory too. */
export type SlicingBuffer = Buffer & {utf8Slice(start: number, end: number): string; latin1Slice(start: number, end: number): string};

export function bufferOver(data: Uint8Array): SlicingBuffer {
  return (data instanceof Buffer ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength)) as SlicingBuffer;
}

/** A new column over the values, in the narrowest form that holds them all. */
export function datumsToColumn(type: SqlType, datums: readonly Datum[]): Column {
  const validity = validityOf(datums);
  switch (physicalOf(type)) {
    case 'u8':
      return {form: 'u8', values: Uint8Array.from(datums, d => (d === true ? 1 : 0)), validity};
    case 'i32':
      return {form: 'i32', values: Int32Array.from(datums, d => (d === null ? 0 : (d as number))), validity};
    case 'f64':
      return {form: 'f64', values: Float64Array.from(datums, d => (d === null ? 0 : (d as number))), validity};
    case 'i64': {
      const integers = datums.map(d => (d === null ? 0n : BigInt(d as number | bigint)));
      if (integers.every(v => v <= MAX_SAFE && v >= -MAX_SAFE))
        return {form: 'i64n', values: Float64Array.from(integers, Number), validity};
      return {form: 'i64w', values: BigInt64Array.from(integers), validity};
    }
    case 'decimal':
      return decimalsToColumn(datums as readonly (Decimal | null)[], validity);
    case 'bytes':
      return bytesColumn(
        datums.map(d => (d === null ? EMPTY : datumToBytes(type, d))),
        validity,
      );
  }
}

/** Scaled integers where all values have one display scale and fit; their texts otherwise. */
export function decimalsToColumn(datums: readonly (Decimal | null)[], validity: Validity): Column {
  const scale = datums.find(d => d !== null)?.scale ?? 0;
  const fits = datums.every(
    d => d === null || (d.special === undefined && d.scale === scale && d.unscaled <= MAX_SAFE && d.unscaled >= -MAX_SAFE),
  );
  if (fits) return {form: 'dec', scale, values: Float64Array.from(datums, d => (d === null ? 0 : Number(d.unscaled))), validity};
  return bytesColumn(
    datums.map(d => (d === null ? EMPTY : Buffer.from(decimalToText(d), 'latin1'))),
    validity,
  );
}

const EMPTY = new Uint8Array(0);

function bytesColumn(items: readonly Uint8Array[], validity: Validity): Column {
  const starts = new Int32Array(items.length);
  const ends = new Int32Array(items.length);
  let size = 0;
  for (const [i, item] of items.entries()) {
    starts[i] = size;
    size += item.length;
    ends[i] = size;
  }
  const data = new Uint8Array(size);
  for (const [i, item] of items.entries()) data.set(item, starts[i]);
  return {form: 'bytes', starts, ends, data, validity};
}

function validityOf(datums: readonly Datum[]): Validity {
  return datums.includes(null) ? Uint8Array.from(datums, d => (d === null ? 0 : 1)) : null;
}

/** A batch of rows given as datums; weights absent = all +1. */
export function datumsToBatch(types: readonly SqlType[], rows: readonly (readonly Datum[])[], weights?: readonly number[]): Batch {
  return {
    length: rows.length,
    columns: types.map((type, i) =>
      datumsToColumn(
        type,
        rows.map(row => row[i] ?? null),
      ),
    ),
    weights: weights === undefined ? null : Int32Array.from(weights),
  };
}

/** All values of one row. */
export function rowAt(batch: Batch, types: readonly SqlType[], row: number): Datum[] {
  return batch.columns.map((column, i) => datumAt(column, types[i]!, row));
}
