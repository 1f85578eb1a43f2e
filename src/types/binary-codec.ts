import {sqlError} from '../common/sql-error.ts';
import {unreachable} from '../common/unreachable.ts';
import {BinaryReader} from './binary-reader.ts';
import {BinaryWriter} from './binary-writer.ts';
import {charByte, charOfByte} from './char-text.ts';
import {POSTGRES_EPOCH_DAYS, POSTGRES_EPOCH_MICROS} from './civil.ts';
import {asArray, asBigint, asBool, asBytes, asDecimal, asInterval, asJsonb, asNumber, asRow, asString} from './datum-kind.ts';
import type {ArrayDatum, Datum, RowDatum} from './datum.ts';
import {checkDate, checkTimestamp, isInfiniteDate, isInfiniteTimestamp, timestampOutOfRange} from './date-time-limits.ts';
import {decimalFit} from './decimal-round.ts';
import {formatType} from './format-type.ts';
import {elementOf, fieldTypesOf} from './infer-type.ts';
import {validateJson} from './json-parser.ts';
import {jsonbFromText} from './jsonb.ts';
import {readNumeric, writeNumeric} from './numeric-binary.ts';
import {oidOf, typeFromOid} from './oids.ts';
import type {SqlType} from './sql-type.ts';
import {fitBpchar, fitVarchar, truncateName} from './string-length.ts';
import {uuidFromBytes, uuidToBytes} from './uuid.ts';

const JSONB_VERSION = 1;

/** The value in PostgreSQL's binary format. */
export function encodeBinary(type: SqlType, datum: Exclude<Datum, null>): Uint8Array {
  const out = new BinaryWriter(64);
  writeBinary(type, datum, out);
  return out.view();
}

/** Appends the value in PostgreSQL's binary format (what the type's send function returns), without a length. */
export function writeBinary(type: SqlType, datum: Exclude<Datum, null>, out: BinaryWriter): void {
  switch (type.kind) {
    case 'bool':
      return out.uint8(asBool(type, datum) ? 1 : 0);
    case 'int2':
      return out.int16(asNumber(type, datum));
    case 'int4':
      return out.int32(asNumber(type, datum));
    case 'int8':
    case 'time':
      return out.int64(asBigint(type, datum));
    case 'pg_lsn':
      return out.int64(BigInt.asIntN(64, asBigint(type, datum)));
    case 'oid':
    case 'xid':
    case 'regclass':
    case 'regtype':
    case 'regproc':
    case 'regnamespace':
    case 'regrole':
      return out.uint32(asNumber(type, datum));
    case 'float4':
      return out.float32(asNumber(type, datum));
    case 'float8':
      return out.float64(asNumber(type, datum));
    case 'numeric':
      return writeNumeric(asDecimal(type, datum), out);
    case 'date': {
      const days = asNumber(type, datum);
      return out.int32(isInfiniteDate(days) ? days : days - POSTGRES_EPOCH_DAYS);
    }
    case 'timestamp':
    case 'timestamptz': {
      const micros = asBigint(type, datum);
      return out.int64(isInfiniteTimestamp(micros) ? micros : micros - POSTGRES_EPOCH_MICROS);
    }
    case 'interval': {
      const {months, days, micros} = asInterval(type, datum);
      out.int64(micros);
      out.int32(days);
      return out.int32(months);
    }
    case 'bytea':
      return out.bytes(asBytes(type, datum));
    case 'uuid':
      return out.bytes(uuidToBytes(asString(type, datum)));
    case 'jsonb':
      out.uint8(JSONB_VERSION);
      return out.utf8(asJsonb(type, datum).text);
    case 'array':
    case 'anyarray':
    case 'int2vector':
    case 'oidvector':
      return writeArray(elementOf(type, datum), asArray(type, datum), out);
    case 'composite':
    case 'record':
      return writeRow(fieldTypesOf(type, datum), asRow(type, datum), out);
    case 'text':
    case 'varchar':
    case 'bpchar':
    case 'name':
    case 'json':
    case 'unknown':
    case 'pg_node_tree':
      return out.utf8(asString(type, datum));
    case 'char':
      return out.uint8(charByte(asString(type, datum)));
    case 'void':
      return undefined;
    case 'aclitem':
    case 'trigger':
      throw sqlError('undefined_function', `no binary output function available for type ${formatType(type)}`);
    default:
      return unreachable(type);
  }
}

function writeArray(element: SqlType, array: ArrayDatum, out: BinaryWriter): void {
  const {items} = array;
  const lower = array.lower ?? 1;
  // int2vector and oidvector count from 0 and keep their dimension when empty.
  const dimensions = items.length === 0 && lower !== 0 ? 0 : 1;
  out.int32(dimensions);
  out.int32(items.includes(null) ? 1 : 0);
  out.uint32(oidOf(element));
  if (dimensions === 0) return;
  out.int32(items.length);
  out.int32(lower);
  for (const item of items) writeItem(element, item, out);
}

function writeRow(types: readonly SqlType[], row: RowDatum, out: BinaryWriter): void {
  out.int32(types.length);
  for (const [i, type] of types.entries()) {
    out.uint32(oidOf(type));
    writeItem(type, row.values[i] ?? null, out);
  }
}

function writeItem(type: SqlType, item: Datum, out: BinaryWriter): void {
  if (item === null) out.int32(-1);
  else out.counted(() => writeBinary(type, item, out));
}

/**
 * Reads a value in PostgreSQL's binary format; the bytes are not kept. 08P01 when they end too early, 22P03 when the format is wrong, and the
 * type's own errors for its modifiers.
 */
export function decodeBinary(type: SqlType, bytes: Uint8Array): Exclude<Datum, null> {
  const reader = new BinaryReader(bytes);
  const datum = readBinary(type, reader);
  reader.finish();
  return datum;
}

function readBinary(type: SqlType, reader: BinaryReader): Exclude<Datum, null> {
  switch (type.kind) {
    case 'bool':
      return reader.uint8() !== 0;
    case 'int2':
      return reader.int16();
    case 'int4':
      return reader.int32();
    case 'int8':
      return reader.int64();
    case 'pg_lsn':
      return BigInt.asUintN(64, reader.int64());
    case 'time': {
      const micros = reader.int64();
      if (micros < 0n || micros > 86_400_000_000n) throw sqlError('datetime_field_overflow', 'time out of range');
      return micros;
    }
    case 'oid':
    case 'xid':
    case 'regclass':
    case 'regtype':
    case 'regproc':
    case 'regnamespace':
    case 'regrole':
      return reader.uint32();
    case 'float4':
      return reader.float32();
    case 'float8':
      return reader.float64();
    case 'numeric': {
      const value = readNumeric(reader);
      return type.precision === undefined ? value : decimalFit(value, type.precision, type.scale ?? 0);
    }
    case 'date': {
      const days = reader.int32();
      return isInfiniteDate(days) ? days : checkDate(days + POSTGRES_EPOCH_DAYS);
    }
    case 'timestamp':
    case 'timestamptz': {
      const micros = reader.int64();
      if (isInfiniteTimestamp(micros)) return micros;
      if (micros > 9223372036854775807n - POSTGRES_EPOCH_MICROS) throw timestampOutOfRange();
      return checkTimestamp(micros + POSTGRES_EPOCH_MICROS);
    }
    case 'interval': {
      const micros = reader.int64();
      const days = reader.int32();
      return {tag: 'interval', months: reader.int32(), days, micros};
    }
    case 'bytea':
      return Uint8Array.from(reader.bytes());
    case 'uuid':
      return uuidFromBytes(reader.bytes(16));
    case 'json': {
      const text = reader.utf8();
      validateJson(text);
      return text;
    }
    case 'jsonb': {
      const version = reader.uint8();
      if (version !== JSONB_VERSION) throw sqlError('internal_error', `unsupported jsonb version number ${version}`);
      return jsonbFromText(reader.utf8());
    }
    case 'array':
    case 'int2vector':
    case 'oidvector':
      return readArray(elementOf(type, null), reader);
    case 'composite':
      return readRow(
        type.fields.map(field => field.type),
        reader,
      );
    case 'record':
      return readRow(undefined, reader);
    case 'varchar':
      return fitVarchar(reader.utf8(), type.length, false);
    case 'bpchar':
      return fitBpchar(reader.utf8(), type.length, false);
    case 'name':
      return truncateName(reader.utf8());
    case 'text':
    case 'unknown':
      return reader.utf8();
    case 'char':
      return charOfByte(reader.uint8());
    case 'pg_node_tree':
    case 'aclitem':
    case 'void':
    case 'trigger':
    case 'anyarray':
      throw sqlError('undefined_function', `no binary input function available for type ${formatType(type)}`);
    default:
      return unreachable(type);
  }
}

function readArray(element: SqlType, reader: BinaryReader): ArrayDatum {
  const dimensions = reader.int32();
  const flags = reader.int32();
  const oid = reader.uint32();
  if (dimensions < 0 || dimensions > 6) throw sqlError('invalid_binary_representation', `invalid number of dimensions: ${dimensions}`);
  if (flags !== 0 && flags !== 1) throw sqlError('invalid_binary_representation', 'invalid array flags');
  if (oid !== oidOf(element)) {
    throw sqlError('datatype_mismatch', `binary data has array element type ${oid} instead of expected ${oidOf(element)}`);
  }
  if (dimensions === 0) return {tag: 'array', items: []};
  if (dimensions > 1) throw sqlError('feature_not_supported', 'multidimensional arrays are not supported');
  const length = reader.int32();
  const lower = reader.int32();
  if (length < 0 || length * 4 > reader.remaining) throw sqlError('protocol_violation', 'insufficient data left in message');
  const items: Datum[] = [];
  for (let i = 0; i < length; i++) items.push(readItem(element, reader));
  return lower === 1 ? {tag: 'array', items} : {tag: 'array', items, lower};
}

/** `types` absent: an anonymous record, whose fields say themselves what they are. */
function readRow(types: readonly SqlType[] | undefined, reader: BinaryReader): RowDatum {
  const count = reader.int32();
  if (types !== undefined && count !== types.length) {
    throw sqlError('datatype_mismatch', `wrong number of columns: ${count}, expected ${types.length}`);
  }
  const values: Datum[] = [];
  for (let i = 0; i < count; i++) {
    const oid = reader.uint32();
    const type = types?.[i] ?? typeFromOid(oid);
    if (type === undefined) throw sqlError('undefined_object', `type with OID ${oid} does not exist`);
    if (oid !== oidOf(type)) {
      throw sqlError('datatype_mismatch', `binary data has type ${oid} instead of expected ${oidOf(type)} in record column ${i + 1}`);
    }
    values.push(readItem(type, reader));
  }
  return {tag: 'row', values};
}

function readItem(type: SqlType, reader: BinaryReader): Datum {
  const length = reader.int32();
  if (length === -1) return null;
  const part = reader.part(length);
  const datum = readBinary(type, part);
  part.finish();
  return datum;
}
