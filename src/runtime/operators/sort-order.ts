import {unreachable} from '../../common/unreachable.ts';
import {decimalCompare} from '../../types/decimal.ts';
import type {Schema} from '../batch/batch.ts';
import type {BytesColumn, Column} from '../batch/column.ts';
import {compareBytes, compareDoubles, type BytesOrder} from '../rows/compare-stored.ts';
import {decimalOfBytes} from '../rows/stored-decimal.ts';

/** One key of an ORDER BY. `order` = how a bytes column compares where that is not bytewise. */
export type SortColumn = {
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  readonly order?: BytesOrder | undefined;
};

/** Order of two rows, by number. */
export type RowOrder = (a: number, b: number) => number;

/**
 * A double for each of the first `length` rows that never decreases in sort order: rows with different numbers need no further comparison.
 * Comparable between columns of different forms.
 */
export function sortPrefixes(
  schema: Schema,
  {column, descending, nullsFirst, order}: SortColumn,
  source: Column,
  length: number,
): Float64Array {
  const prefixes = new Float64Array(length);
  if (order === undefined) fillPrefixes(schema[column] === 'decimal', source, prefixes);
  // `0 -` rather than `-`: no −0.
  if (descending) for (let i = 0; i < length; i++) prefixes[i] = 0 - prefixes[i]!;
  const {validity} = source;
  if (validity !== null) {
    const ofNull = nullsFirst ? -Infinity : Infinity;
    for (let i = 0; i < length; i++) if (validity[i] === 0) prefixes[i] = ofNull;
  }
  return prefixes;
}

function fillPrefixes(isDecimal: boolean, column: Column, prefixes: Float64Array): void {
  const n = prefixes.length;
  const {validity} = column;
  switch (column.form) {
    case 'u8':
    case 'i32':
    case 'i64n':
    case 'f64':
      for (let i = 0; i < n; i++) {
        const value = column.values[i]!;
        prefixes[i] = value === value ? value : Infinity;
      }
      return;
    case 'i64w':
      for (let i = 0; i < n; i++) prefixes[i] = Number(column.values[i]!);
      return;
    case 'dec': {
      // Both are exact, so the quotient is the double nearest to the value: what Number() makes of its text, too.
      const divisor = 10 ** column.scale;
      if (column.scale <= 22) for (let i = 0; i < n; i++) prefixes[i] = column.values[i]! / divisor;
      else for (let i = 0; i < n; i++) prefixes[i] = Number(`${column.values[i]!}e-${column.scale}`);
      return;
    }
    case 'bytes':
      for (let i = 0; i < n; i++) {
        if (validity === null || validity[i] !== 0) prefixes[i] = isDecimal ? decimalPrefix(column, i) : bytesPrefix(column, i);
      }
      return;
    default:
      unreachable(column);
  }
}

function decimalPrefix({data, starts, ends}: BytesColumn, i: number): number {
  const value = Number(Buffer.from(data.buffer, data.byteOffset + starts[i]!, ends[i]! - starts[i]!).toString('latin1'));
  return value === value ? value : Infinity;
}

function bytesPrefix({data, starts, ends}: BytesColumn, i: number): number {
  const start = starts[i]!;
  const size = ends[i]! - start;
  let prefix = 0;
  for (let b = 0; b < 6; b++) prefix = prefix * 256 + (b < size ? data[start + b]! : 0);
  return prefix;
}

/** The full order of the rows of `columns`: PostgreSQL's, NaN the greatest number, numerics by value. 0 = peers. */
export function rowOrder(schema: Schema, sort: readonly SortColumn[], columns: readonly Column[]): RowOrder {
  const parts = sort.map(key => keyOrder(schema, key, columns[key.column]!));
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return (a, b) => {
    for (let k = 0; k < parts.length; k++) {
      const order = parts[k]!(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function keyOrder(schema: Schema, {column, descending, nullsFirst, order}: SortColumn, source: Column): RowOrder {
  const compare = valueOrder(schema[column] === 'decimal', source, order);
  const directed: RowOrder = descending ? (a, b) => compare(b, a) : compare;
  const {validity} = source;
  if (validity === null) return directed;
  const ofNull = nullsFirst ? -1 : 1;
  return (a, b) => {
    const nullA = validity[a] === 0;
    const nullB = validity[b] === 0;
    if (nullA || nullB) return nullA === nullB ? 0 : nullA ? ofNull : -ofNull;
    return directed(a, b);
  };
}

function valueOrder(isDecimal: boolean, column: Column, order: BytesOrder | undefined): RowOrder {
  switch (column.form) {
    case 'u8':
    case 'i32':
    case 'i64n':
    case 'dec': {
      const {values} = column;
      return (a, b) => values[a]! - values[b]!;
    }
    case 'i64w': {
      const {values} = column;
      return (a, b) => (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : 0);
    }
    case 'f64': {
      const {values} = column;
      return (a, b) => compareDoubles(values[a]!, values[b]!);
    }
    case 'bytes': {
      const {data, starts, ends} = column;
      if (isDecimal) {
        return (a, b) => decimalCompare(decimalOfBytes(data, starts[a]!, ends[a]!), decimalOfBytes(data, starts[b]!, ends[b]!));
      }
      const compare = order ?? compareBytes;
      return (a, b) => compare(data, starts[a]!, ends[a]!, data, starts[b]!, ends[b]!);
    }
    default:
      return unreachable(column);
  }
}
