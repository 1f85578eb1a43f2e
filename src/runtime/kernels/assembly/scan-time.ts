import {DOT, MINUS, QUOTE, ZERO, digitCount, digitsValue, isDigit} from './characters';
import {pow10} from './scan-number';

/** Results: microseconds (since 1970-01-01 UTC, or since midnight), days since 1970-01-01. */
export let micros: i64 = 0;
export let dayNumber: i32 = 0;

/** The last `YYYY-MM-DD?HH:MM` and its microseconds: neighbouring records mostly share the minute. */
let lastMinuteText: v128 = i64x2.splat(0);
let lastMinute: i64 = 0;

// @ts-ignore: decorator
@inline
function twoDigits(p: usize): i32 {
  return <i32>(load<u8>(p) - ZERO) * 10 + <i32>(load<u8>(p, 1) - ZERO);
}

/** Days of the civil date (proleptic Gregorian, year ≥ 1), by counting years from March (H. Hinnant, chrono-compatible date algorithms). */
function daysFromCivil(year: i32, month: i32, day: i32): i32 {
  const y = month <= 2 ? year - 1 : year;
  const era = y / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}

function daysInMonth(year: i32, month: i32): i32 {
  if (month == 2) return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return 30 + ((month ^ (month >> 3)) & 1);
}

/** Whether `YYYY-MM-DD` at p (digits and hyphens in place) is a date; sets dayNumber. */
function readDate(p: usize): bool {
  const year = twoDigits(p) * 100 + twoDigits(p + 2);
  const month = twoDigits(p + 5);
  const day = twoDigits(p + 8);
  if (year == 0 || month == 0 || month > 12 || day == 0 || day > daysInMonth(year, month)) return false;
  dayNumber = daysFromCivil(year, month, day);
  return true;
}

/** Lanes of the 16 bytes at p that hold no digit. */
// @ts-ignore: decorator
@inline
function nonDigits(p: usize): i32 {
  return i8x16.bitmask(i8x16.gt_u(i8x16.sub(v128.load(p), i8x16.splat(48)), i8x16.splat(9)));
}

// @ts-ignore: decorator
@inline
function hasDateShape(p: usize): bool {
  return (nonDigits(p) & 0x03ff) == 0x0090 && load<u8>(p, 4) == MINUS && load<u8>(p, 7) == MINUS;
}

/** p at the opening quote; returns the address after the closing one, 0 = not of this form (`defer`). */
export function scanDate(p: usize): usize {
  if (load<u8>(p) != QUOTE || !hasDateShape(p + 1) || load<u8>(p, 11) != QUOTE) return 0;
  return readDate(p + 1) ? p + 12 : 0;
}

/** Reads `[:SS[.fraction]]` at p, adds it to `base`, and leaves the sum in micros; returns the address after it, 0 = defer. */
// @ts-ignore: decorator
@inline
function readSeconds(p: usize, base: i64): usize {
  if (load<u8>(p) == 58) {
    if (!isDigit(load<u8>(p, 1)) || !isDigit(load<u8>(p, 2))) return 0;
    const seconds = twoDigits(p + 1);
    if (seconds > 59) return 0;
    base += <i64>seconds * 1000000;
    p += 3;
    if (load<u8>(p) == DOT) {
      const word = load<u64>(p, 1);
      const count = digitCount(word);
      if (count == 0) return 0;
      const value = digitsValue(word, count);
      p += <usize>count + 1;
      if (count <= 6) base += <i64>value * <i64>pow10(6 - count);
      else {
        // PostgreSQL reads the fraction as a double and rounds the microseconds to even.
        let fraction = <f64>value;
        let digits = count;
        if (count == 8 && isDigit(load<u8>(p))) {
          fraction = fraction * 10 + <f64>(load<u8>(p) - ZERO);
          digits = 9;
          p++;
          if (isDigit(load<u8>(p))) return 0;
        }
        base += <i64>nearest<f64>((fraction / pow10(digits)) * 1000000.0);
      }
    }
  }
  micros = base;
  return p;
}

/** ISO 8601 with a date, `T` or a space, minutes, and optional seconds, fraction and zone: Z, ±hh, ±hhmm, ±hh:mm. Without zone: UTC. */
export function scanTimestamp(p: usize): usize {
  if (load<u8>(p) != QUOTE) return 0;
  p++;
  const text = v128.load(p);
  if (i8x16.bitmask(i8x16.eq(text, lastMinuteText)) != 0xffff) {
    if (!hasDateShape(p)) return 0;
    const separator = load<u8>(p, 10);
    if (separator == QUOTE) {
      if (!readDate(p)) return 0;
      micros = <i64>dayNumber * 86400000000;
      return p + 11;
    }
    if ((separator | 32) != 116 && separator != 32) return 0;
    if ((nonDigits(p) & 0xf800) != 0x2000 || load<u8>(p, 13) != 58) return 0;
    const hour = twoDigits(p + 11);
    const minute = twoDigits(p + 14);
    if (hour > 23 || minute > 59 || !readDate(p)) return 0;
    lastMinute = (<i64>dayNumber * 1440 + <i64>(hour * 60 + minute)) * 60000000;
    lastMinuteText = text;
  }
  p = readSeconds(p + 16, lastMinute);
  if (p == 0) return 0;
  const c = load<u8>(p);
  if (c == QUOTE) return p + 1;
  if ((c | 32) == 122) return load<u8>(p, 1) == QUOTE ? p + 2 : 0;
  return c == 43 || c == MINUS ? readOffset(p, c == MINUS) : 0;
}

function readOffset(p: usize, west: bool): usize {
  if (!isDigit(load<u8>(p, 1)) || !isDigit(load<u8>(p, 2))) return 0;
  const hours = twoDigits(p + 1);
  let minutes = 0;
  p += 3;
  if (load<u8>(p) != QUOTE) {
    if (load<u8>(p) == 58) p++;
    if (!isDigit(load<u8>(p)) || !isDigit(load<u8>(p, 1))) return 0;
    minutes = twoDigits(p);
    p += 2;
  }
  if (load<u8>(p) != QUOTE || hours > 15 || minutes > 59) return 0;
  const offset = <i64>(hours * 60 + minutes) * 60000000;
  micros += west ? offset : -offset;
  return p + 1;
}

/** `HH:MM[:SS[.fraction]]`. */
export function scanTime(p: usize): usize {
  if (load<u8>(p) != QUOTE || (nonDigits(p + 1) & 0x1f) != 0x04 || load<u8>(p, 3) != 58) return 0;
  const hour = twoDigits(p + 1);
  const minute = twoDigits(p + 4);
  if (hour > 23 || minute > 59) return 0;
  p = readSeconds(p + 6, <i64>(hour * 60 + minute) * 60000000);
  return p != 0 && load<u8>(p) == QUOTE ? p + 1 : 0;
}
