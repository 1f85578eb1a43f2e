import {compareText} from './compare-text.ts';
import {asArray, asBigint, asBool, asBytes, asDecimal, asInterval, asJsonb, asNumber, asRow, asString} from './datum-kind.ts';
import type {ArrayDatum, Datum, RowDatum} from './datum.ts';
import {decimalCompare} from './decimal.ts';
import {datumFromBytes} from './datum-bytes.ts';
import {elementOf, fieldTypesOf} from './infer-type.ts';
import {intervalCompare} from './interval.ts';
import {compareJsonb} from './jsonb-compare.ts';
import {physicalOf, type SqlType} from './sql-type.ts';
import {trimBpchar} from './string-length.ts';

/**
 * PostgreSQL's btree order of two values of one type: negative, 0 or positive. Text compares by its UTF-8 bytes (collation C), NaN is greater
 * than every number and equal to itself. Inside arrays and rows NULL is greater than every value and equal to itself.
 */
export function compareDatums(type: SqlType, a: Exclude<Datum, null>, b: Exclude<Datum, null>): number {
  switch (physicalOf(type)) {
    case 'u8':
      return Number(asBool(type, a)) - Number(asBool(type, b));
    case 'i32':
      return asNumber(type, a) - asNumber(type, b);
    case 'f64':
      return compareFloats(asNumber(type, a), asNumber(type, b));
    case 'i64':
      return typeof a === 'number' ? a - asNumber(type, b) : compareBigints(asBigint(type, a), asBigint(type, b));
    case 'decimal':
      return decimalCompare(asDecimal(type, a), asDecimal(type, b));
    case 'bytes':
      return compareVariable(type, a, b);
  }
}

function compareVariable(type: SqlType, a: Exclude<Datum, null>, b: Exclude<Datum, null>): number {
  switch (type.kind) {
    case 'bytea':
      return Buffer.compare(asBytes(type, a), asBytes(type, b));
    case 'bpchar':
      return compareText(trimBpchar(asString(type, a)), trimBpchar(asString(type, b)));
    case 'interval':
      return intervalCompare(asInterval(type, a), asInterval(type, b));
    case 'jsonb':
      return compareJsonb(asJsonb(type, a), asJsonb(type, b));
    case 'array':
    case 'anyarray':
    case 'int2vector':
    case 'oidvector':
      return compareArrays(elementOf(type, a), asArray(type, a), asArray(type, b));
    case 'composite':
    case 'record':
      return compareRows(fieldTypesOf(type, a), asRow(type, a), asRow(type, b));
    default:
      return compareText(asString(type, a), asString(type, b));
  }
}

/** NaN equals NaN and is greater than everything else; −0 equals 0. */
export function compareFloats(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

export function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareArrays(element: SqlType, a: ArrayDatum, b: ArrayDatum): number {
  const length = Math.min(a.items.length, b.items.length);
  for (let i = 0; i < length; i++) {
    const order = compareItems(element, a.items[i] ?? null, b.items[i] ?? null);
    if (order !== 0) return order;
  }
  return a.items.length - b.items.length || (a.lower ?? 1) - (b.lower ?? 1);
}

function compareRows(types: readonly SqlType[], a: RowDatum, b: RowDatum): number {
  for (const [i, type] of types.entries()) {
    const order = compareItems(type, a.values[i] ?? null, b.values[i] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareItems(type: SqlType, a: Datum, b: Datum): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareDatums(type, a, b);
}

/**
 * The same order on encoded values (see `datumToBytes`), for types of physical kind `bytes`. Text kinds, bytea and uuid are compared as bytes;
 * the others are decoded.
 */
export function compareBytes(type: SqlType, a: Uint8Array, b: Uint8Array): number {
  switch (type.kind) {
    case 'bpchar':
      return Buffer.compare(withoutBlanks(a), withoutBlanks(b));
    case 'interval':
    case 'jsonb':
    case 'array':
    case 'anyarray':
    case 'int2vector':
    case 'oidvector':
    case 'composite':
    case 'record':
      return compareDatums(type, datumFromBytes(type, a), datumFromBytes(type, b));
    default:
      return physicalOf(type) === 'bytes' ? Buffer.compare(a, b) : compareDatums(type, datumFromBytes(type, a), datumFromBytes(type, b));
  }
}

function withoutBlanks(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 32) end--;
  return bytes.subarray(0, end);
}
