import {canonicalNumberText} from './canonical-number.ts';
import {elementOf} from './infer-type.ts';
import {intervalMicros} from './interval.ts';
import {datumFromBytes, joinItems, splitItems} from './datum-bytes.ts';
import {asInterval, asJsonb} from './datum-kind.ts';
import {jsonbToValue} from './jsonb.ts';
import {writeJsonb, type JsonValue} from './json-value.ts';
import {physicalOf, type SqlType} from './sql-type.ts';

/** The one NaN of keys: quiet, positive, no payload. */
const NAN_BYTES = Uint8Array.of(0, 0, 0, 0, 0, 0, 0xf8, 0x7f);
const ZERO_BYTES = new Uint8Array(8);
const BLANK = 32;

/**
 * Turns the bytes of a value (see `datumToBytes`) into those of its key: two values are equal in SQL exactly when their key bytes are. The
 * same bytes are returned where nothing has to change.
 */
export function canonicalKeyBytes(type: SqlType, bytes: Uint8Array): Uint8Array {
  switch (physicalOf(type)) {
    case 'f64':
      return floatKey(bytes);
    case 'decimal':
      return numericKey(bytes);
    case 'u8':
    case 'i32':
    case 'i64':
      return bytes;
    case 'bytes':
      break;
  }
  switch (type.kind) {
    case 'bpchar':
      return trimBlanks(bytes);
    case 'interval':
      return intervalKey(type, bytes);
    case 'jsonb':
      return jsonbKey(type, bytes);
    case 'array': {
      const element = elementOf(type, null);
      return joinItems(splitItems(bytes).map(item => (item === null ? null : canonicalKeyBytes(element, item))));
    }
    case 'composite': {
      const {fields} = type;
      return joinItems(splitItems(bytes).map((item, i) => fieldKey(fields[i]?.type, item)));
    }
    default:
      return bytes;
  }
}

function fieldKey(type: SqlType | undefined, item: Uint8Array | null): Uint8Array | null {
  return item === null || type === undefined ? item : canonicalKeyBytes(type, item);
}

function floatKey(bytes: Uint8Array): Uint8Array {
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  if (value === 0) return ZERO_BYTES;
  return Number.isNaN(value) ? NAN_BYTES : bytes;
}

/** Numeric text without zeros after the last digit that counts. */
function numericKey(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const canonical = canonicalNumberText(text);
  return canonical === text ? bytes : Buffer.from(canonical, 'latin1');
}

function trimBlanks(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === BLANK) end--;
  return bytes.subarray(0, end);
}

/** The length in microseconds as 128-bit two's complement, little endian. */
function intervalKey(type: SqlType, bytes: Uint8Array): Uint8Array {
  const micros = intervalMicros(asInterval(type, datumFromBytes(type, bytes)));
  const key = Buffer.alloc(16);
  key.writeBigUInt64LE(BigInt.asUintN(64, micros), 0);
  key.writeBigInt64LE(micros >> 64n, 8);
  return key;
}

const FRACTION = 0x2e;

function jsonbKey(type: SqlType, bytes: Uint8Array): Uint8Array {
  // Only a number with a point can have another spelling.
  if (!bytes.includes(FRACTION)) return bytes;
  const value = jsonbToValue(asJsonb(type, datumFromBytes(type, bytes)));
  return Buffer.from(writeJsonb(canonicalJson(value)), 'utf8');
}

function canonicalJson(value: JsonValue): JsonValue {
  switch (value.kind) {
    case 'number':
      return {kind: 'number', text: canonicalNumberText(value.text)};
    case 'array':
      return {kind: 'array', items: value.items.map(canonicalJson)};
    case 'object':
      return {kind: 'object', entries: value.entries.map(([key, member]) => [key, canonicalJson(member)] as const)};
    default:
      return value;
  }
}
