import {assert} from '../common/unreachable.ts';
import {asArray, asBigint, asBool, asBytes, asDecimal, asInterval, asJsonb, asNumber, asRow, asString} from './datum-kind.ts';
import type {Datum} from './datum.ts';
import {decimalFromText, decimalToText} from './decimal.ts';
import {elementOf, fieldTypesOf} from './infer-type.ts';
import {physicalOf, type SqlType} from './sql-type.ts';
import {uuidFromBytes, uuidToBytes} from './uuid.ts';

const NULL_LENGTH = 0xffffffff;

/**
 * The bytes that stand for a value in columns of physical kind `bytes`, and inside arrays and rows for every kind. Little endian.
 *
 *  bool 1 byte · int2, int4, date i32 · int8, times, oids i64 · floats f64 · numeric its text · text kinds UTF-8 · bytea raw
 *  uuid 16 bytes · interval months i32, days i32, micros i64 · json its text · jsonb its canonical text
 *  array, row: count u32, then per item its length u32 (0xffffffff for NULL) and bytes. An array's lower bound is not kept.
 */
export function datumToBytes(type: SqlType, datum: Exclude<Datum, null>): Uint8Array {
  switch (physicalOf(type)) {
    case 'u8':
      return Uint8Array.of(asBool(type, datum) ? 1 : 0);
    case 'i32': {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(asNumber(type, datum));
      return bytes;
    }
    case 'i64': {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt.asIntN(64, typeof datum === 'number' ? BigInt(datum) : asBigint(type, datum)));
      return bytes;
    }
    case 'f64': {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(asNumber(type, datum));
      return bytes;
    }
    case 'decimal':
      return Buffer.from(decimalToText(asDecimal(type, datum)), 'latin1');
    case 'bytes':
      return variableToBytes(type, datum);
  }
}

function variableToBytes(type: SqlType, datum: Exclude<Datum, null>): Uint8Array {
  switch (type.kind) {
    case 'bytea':
      return asBytes(type, datum);
    case 'uuid':
      return uuidToBytes(asString(type, datum));
    case 'interval': {
      const {months, days, micros} = asInterval(type, datum);
      const bytes = Buffer.alloc(16);
      bytes.writeInt32LE(months, 0);
      bytes.writeInt32LE(days, 4);
      bytes.writeBigInt64LE(micros, 8);
      return bytes;
    }
    case 'jsonb':
      return Buffer.from(asJsonb(type, datum).text, 'utf8');
    case 'array':
    case 'anyarray':
    case 'int2vector':
    case 'oidvector': {
      const element = elementOf(type, datum);
      return joinItems(asArray(type, datum).items.map(item => (item === null ? null : datumToBytes(element, item))));
    }
    case 'composite':
    case 'record': {
      const types = fieldTypesOf(type, datum);
      const {values} = asRow(type, datum);
      return joinItems(types.map((fieldType, i) => itemBytes(fieldType, values[i] ?? null)));
    }
    default:
      return Buffer.from(asString(type, datum), 'utf8');
  }
}

function itemBytes(type: SqlType, item: Datum): Uint8Array | null {
  return item === null ? null : datumToBytes(type, item);
}

/** The inverse of `datumToBytes`; the result does not share memory with `bytes`. */
export function datumFromBytes(type: SqlType, bytes: Uint8Array): Exclude<Datum, null> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (physicalOf(type)) {
    case 'u8':
      return buffer[0] === 1;
    case 'i32':
      return buffer.readInt32LE();
    case 'i64':
      return int64Datum(type, buffer.readBigInt64LE());
    case 'f64':
      return buffer.readDoubleLE();
    case 'decimal':
      return decimalFromText(buffer.toString('latin1'));
    case 'bytes':
      return variableFromBytes(type, buffer);
  }
}

/** OIDs are numbers as datums, everything else with 64 bits is a bigint. */
function int64Datum(type: SqlType, value: bigint): number | bigint {
  switch (type.kind) {
    case 'int8':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return value;
    case 'pg_lsn':
      return BigInt.asUintN(64, value);
    default:
      return Number(value);
  }
}

function variableFromBytes(type: SqlType, buffer: Buffer): Exclude<Datum, null> {
  switch (type.kind) {
    case 'bytea':
      return Uint8Array.from(buffer);
    case 'uuid':
      return uuidFromBytes(buffer);
    case 'interval':
      return {tag: 'interval', months: buffer.readInt32LE(0), days: buffer.readInt32LE(4), micros: buffer.readBigInt64LE(8)};
    case 'jsonb':
      return {tag: 'jsonb', text: buffer.toString('utf8')};
    case 'array':
    case 'int2vector':
    case 'oidvector': {
      const element = elementOf(type, null);
      const items = splitItems(buffer).map(item => (item === null ? null : datumFromBytes(element, item)));
      return type.kind === 'array' ? {tag: 'array', items} : {tag: 'array', items, lower: 0};
    }
    case 'composite': {
      const items = splitItems(buffer);
      return {tag: 'row', values: type.fields.map((field, i) => fieldDatum(field.type, items[i] ?? null))};
    }
    case 'record':
    case 'anyarray':
      throw new Error(`internal error: ${type.kind} values carry no types and cannot be read back`);
    default:
      return buffer.toString('utf8');
  }
}

function fieldDatum(type: SqlType, bytes: Uint8Array | null): Datum {
  return bytes === null ? null : datumFromBytes(type, bytes);
}

/** Count, then length and bytes of each item; null is NULL. */
export function joinItems(items: readonly (Uint8Array | null)[]): Uint8Array {
  let size = 4;
  for (const item of items) size += 4 + (item?.length ?? 0);
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(items.length, 0);
  let at = 4;
  for (const item of items) {
    bytes.writeUInt32LE(item === null ? NULL_LENGTH : item.length, at);
    at += 4;
    if (item !== null) {
      bytes.set(item, at);
      at += item.length;
    }
  }
  return bytes;
}

/** Views of the items of `joinItems`. */
export function splitItems(bytes: Uint8Array): (Uint8Array | null)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  const items: (Uint8Array | null)[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(at, true);
    at += 4;
    if (length === NULL_LENGTH) items.push(null);
    else {
      assert(at + length <= bytes.length, 'item beyond the end of its array');
      items.push(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return items;
}
