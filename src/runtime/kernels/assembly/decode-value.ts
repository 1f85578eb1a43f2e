import {CLOSE_BRACE, QUOTE} from './characters';
import {decodeObject} from './decode-object';
import {float, fractionDigits, integer, scanDecimal, scanFloat, scanInteger} from './scan-number';
import {badText, hadEscape, scanString, unescape} from './scan-string';
import {dayNumber, micros, scanDate, scanTime, scanTimestamp} from './scan-time';
import {arena, dataStart, deferredCount, deferredList, descriptors, setArena, takeDeferredSlot} from './scratch';
import {skipValue} from './skip-value';
import {markPresent, storeBool, storeDecimal, storeFloat64, storeInt32, storeInt64, storeRange} from './store-value';
import {
  DEFERRED_END,
  DEFERRED_FIELD,
  DEFERRED_SIZE,
  DEFERRED_START,
  EPOCH_MS,
  EPOCH_S,
  EPOCH_US,
  FIELD_ID,
  FIELD_KIND,
  FIELD_PARAMETER,
  FIELD_VALUES,
  FIELD_WHOLE,
  KIND_BOOL,
  KIND_DATE,
  KIND_DECIMAL,
  KIND_EPOCH,
  KIND_FLOAT4,
  KIND_FLOAT8,
  KIND_INT2,
  KIND_INT4,
  KIND_INT8,
  KIND_JSON,
  KIND_OBJECT,
  KIND_TEXT,
  KIND_TIME,
  KIND_TIMESTAMP,
  KIND_UUID,
  KIND_VARCHAR,
  MAX_DEFERRED,
} from '../json-layout';

/** Decodes the value (not null) at p into `field`; returns the address after it, 0 when the record is not for the kernel. */
export function decodeValue(field: usize, p: usize, depth: i32): usize {
  const kind = load<i32>(field, FIELD_KIND);
  if (kind == KIND_TEXT) return decodeText(field, p, i32.MAX_VALUE, depth);
  if (kind == KIND_INT8) {
    const end = scanInteger(p);
    if (end == 0) return defer(field, p, depth);
    storeInt64(field, integer);
    return end;
  }
  if (kind == KIND_TIMESTAMP) {
    const end = scanTimestamp(p);
    if (end == 0) return defer(field, p, depth);
    storeInt64(field, micros);
    return end;
  }
  if (kind == KIND_INT4) return decodeInt32(field, p, i32.MIN_VALUE, i32.MAX_VALUE, depth);
  if (kind == KIND_OBJECT) return decodeComposite(field, p, depth);
  return decodeRarer(kind, field, p, depth);
}

function decodeRarer(kind: i32, field: usize, p: usize, depth: i32): usize {
  let end: usize = 0;
  switch (kind) {
    case KIND_INT2:
      return decodeInt32(field, p, -32768, 32767, depth);
    case KIND_BOOL:
      return decodeBool(field, p, depth);
    case KIND_FLOAT8:
      end = scanFloat(p);
      if (end == 0) break;
      storeFloat64(field, float);
      return end;
    case KIND_FLOAT4: {
      end = scanFloat(p);
      const rounded = <f64>(<f32>float);
      if (end == 0 || !isFinite(rounded)) break;
      storeFloat64(field, rounded);
      return end;
    }
    case KIND_DECIMAL:
      end = scanDecimal(p);
      if (end == 0 || !storeDecimal(field, integer, fractionDigits)) break;
      return end;
    case KIND_VARCHAR:
      return decodeText(field, p, load<i32>(field, FIELD_PARAMETER), depth);
    case KIND_EPOCH:
      end = scanInteger(p);
      if (end == 0 || !epochMicros(load<i32>(field, FIELD_PARAMETER), integer)) break;
      storeInt64(field, epoch);
      return end;
    case KIND_DATE:
      end = scanDate(p);
      if (end == 0) break;
      storeInt32(field, dayNumber);
      return end;
    case KIND_TIME:
      end = scanTime(p);
      if (end == 0) break;
      storeInt64(field, micros);
      return end;
    case KIND_UUID:
      return decodeUuid(field, p, depth);
    case KIND_JSON: {
      end = skipValue(p, depth);
      if (end == 0) return 0;
      const values: usize = load<u32>(field, FIELD_VALUES);
      if (values != 0) storeText(values, field, p, end);
      markPresent(field);
      return end;
    }
    default:
      break;
  }
  return defer(field, p, depth);
}

/** Leaves a value of correct syntax to the caller. */
function defer(field: usize, p: usize, depth: i32): usize {
  const end = skipValue(p, depth);
  return end == 0 || !addDeferred(field, p, end) ? 0 : end;
}

function addDeferred(field: usize, p: usize, end: usize): bool {
  if (deferredCount >= MAX_DEFERRED) return false;
  const entry = deferredList + <usize>takeDeferredSlot() * DEFERRED_SIZE;
  store<i32>(entry, load<i32>(field, FIELD_ID), DEFERRED_FIELD);
  store<u32>(entry, <u32>p, DEFERRED_START);
  store<u32>(entry, <u32>end, DEFERRED_END);
  return true;
}

// @ts-ignore: decorator
@inline
function decodeInt32(field: usize, p: usize, low: i32, high: i32, depth: i32): usize {
  const end = scanInteger(p);
  if (end == 0 || integer < <i64>low || integer > <i64>high) return defer(field, p, depth);
  storeInt32(field, <i32>integer);
  return end;
}

function decodeBool(field: usize, p: usize, depth: i32): usize {
  if (load<u32>(p) == 0x65757274) {
    storeBool(field, 1);
    return p + 4;
  }
  if (load<u8>(p) == 102 && load<u32>(p, 1) == 0x65736c61) {
    storeBool(field, 0);
    return p + 5;
  }
  return defer(field, p, depth);
}

/** `limit` counts bytes: text that has more may still have fewer characters, the caller looks. */
// @ts-ignore: decorator
@inline
function decodeText(field: usize, p: usize, limit: i32, depth: i32): usize {
  if (load<u8>(p) != QUOTE) return defer(field, p, depth);
  const start = p + 1;
  const end = scanString(start);
  if (end == 0) return 0;
  if (hadEscape) return decodeEscaped(field, start, end, limit);
  if (<i32>(end - start) > limit) return addDeferred(field, p, end + 1) ? end + 1 : 0;
  const values: usize = load<u32>(field, FIELD_VALUES);
  if (values != 0) storeText(values, field, start, end);
  markPresent(field);
  return end + 1;
}

/** Copies the bytes [start, end) to the arena, up to 15 more than that. */
// @ts-ignore: decorator
@inline
function storeText(values: usize, field: usize, start: usize, end: usize): void {
  const textStart = arena;
  const textEnd = textStart + (end - start);
  for (let to = textStart; to < textEnd; to += 16, start += 16) v128.store(to, v128.load(start));
  storeRange(values, field, <i32>(textStart - dataStart), <i32>(textEnd - dataStart));
  setArena(textEnd);
}

function decodeEscaped(field: usize, start: usize, end: usize, limit: i32): usize {
  if (badText || <i32>(end - start) > limit) return addDeferred(field, start - 1, end + 1) ? end + 1 : 0;
  const values: usize = load<u32>(field, FIELD_VALUES);
  if (values != 0) {
    const textEnd = unescape(start, end, arena);
    storeRange(values, field, <i32>(arena - dataStart), <i32>(textEnd - dataStart));
    setArena(textEnd);
  }
  markPresent(field);
  return end + 1;
}

/** Value of the two hexadecimal digits at p, above 255 if one is none. */
// @ts-ignore: decorator
@inline
function hexByte(p: usize): u32 {
  return (hexDigit(load<u8>(p)) << 4) | hexDigit(load<u8>(p, 1));
}

// @ts-ignore: decorator
@inline
function hexDigit(c: u8): u32 {
  if (<u8>(c - 48) <= 9) return <u32>c - 48;
  const lower = c | 32;
  return <u8>(lower - 97) <= 5 ? <u32>lower - 87 : 0x1000;
}

/** The usual form only: 36 characters. Its 16 bytes go to the arena, which has room: the text was longer. */
function decodeUuid(field: usize, p: usize, depth: i32): usize {
  if (load<u8>(p) != QUOTE) return defer(field, p, depth);
  let to = arena;
  let wrong: u32 = 0;
  for (let i: usize = 1; i <= 35; i += 2) {
    if (i == 9 || i == 14 || i == 19 || i == 24) wrong |= <u32>(load<u8>(p + i++) != 45) << 16;
    const byte = hexByte(p + i);
    wrong |= byte & 0xffffff00;
    // A NUL ends every record: stop there instead of reading on.
    if (wrong != 0) return defer(field, p, depth);
    store<u8>(to++, <u8>byte);
  }
  if (load<u8>(p, 37) != QUOTE) return defer(field, p, depth);
  const values: usize = load<u32>(field, FIELD_VALUES);
  if (values != 0) {
    storeRange(values, field, <i32>(arena - dataStart), <i32>(to - dataStart));
    setArena(to);
  }
  markPresent(field);
  return p + 38;
}

let epoch: i64 = 0;

/** Microseconds of an epoch number; nanoseconds round to the nearest. False when the result is no timestamp for certain. */
function epochMicros(unit: i32, v: i64): bool {
  // Between the years 1 and 33658: the caller takes care of the rest.
  const magnitude = abs<f64>(<f64>v);
  if (unit == EPOCH_S) {
    if (magnitude > 6.2e10) return false;
    epoch = v * 1000000;
  } else if (unit == EPOCH_MS) {
    if (magnitude > 6.2e13) return false;
    epoch = v * 1000;
  } else if (unit == EPOCH_US) {
    if (magnitude > 6.2e16) return false;
    epoch = v;
  } else {
    if (magnitude > 9.2e18) return false;
    const up = v + 500;
    epoch = up / 1000 - <i64>(up < 0 && up % 1000 != 0);
  }
  return true;
}

function decodeComposite(field: usize, p: usize, depth: i32): usize {
  if (load<u8>(p) != CLOSE_BRACE - 2) return defer(field, p, depth);
  const end = decodeObject(descriptors + load<u32>(field, FIELD_PARAMETER), p, depth + 1);
  if (end == 0) return 0;
  if (load<i32>(field, FIELD_WHOLE) != 0 && !addDeferred(field, p, end)) return 0;
  return end;
}
