import {DOT, MINUS, ZERO, digitCount, digitsValue, isDigit} from './characters';
import {descriptors} from './scratch';
import {HEADER_POW10} from '../json-layout';

/** The results of the scanners below. */
export let integer: i64 = 0;
export let fractionDigits: i32 = 0;
export let float: f64 = 0;

/** 10^n as float64, 0 ≤ n ≤ 22. */
// @ts-ignore: decorator
@inline
export function pow10(n: i32): f64 {
  return load<f64>(descriptors + (<usize>n << 3), HEADER_POW10);
}

/**
 * The scanners return the address after the number, or 0 when the text at p is no number or one that they do not handle (`defer`).
 * An integer: at most 19 digits, no fraction, no exponent, within int64.
 */
// @ts-ignore: decorator
@inline
export function scanInteger(p: usize): usize {
  const negative = load<u8>(p) == MINUS;
  p += <usize>negative;
  const word = load<u64>(p);
  const count = digitCount(word);
  if (count == 0) return 0;
  if (count > 1 && <u8>word == ZERO) return 0;
  const value = digitsValue(word, count);
  p += <usize>count;
  if (count == 8) return scanLongInteger(p, value, negative);
  const c = load<u8>(p);
  if (c == DOT || (c | 32) == 101) return 0;
  integer = negative ? -(<i64>value) : <i64>value;
  return p;
}

/** The same from the ninth digit on. */
function scanLongInteger(p: usize, value: u64, negative: bool): usize {
  const word = load<u64>(p);
  const count = digitCount(word);
  let digits = 8 + count;
  if (count != 0) {
    value = value * <u64>pow10(count) + digitsValue(word, count);
    p += <usize>count;
  }
  while (isDigit(load<u8>(p))) {
    if (++digits > 19) return 0;
    value = value * 10 + <u64>(load<u8>(p) - ZERO);
    p++;
  }
  const c = load<u8>(p);
  if (c == DOT || (c | 32) == 101) return 0;
  if (value > 0x7fffffffffffffff + <u64>negative) return 0;
  integer = negative ? -(<i64>value) : <i64>value;
  return p;
}

/** A number of at most 18 digits without exponent: value = integer · 10^-fractionDigits. */
export function scanDecimal(p: usize): usize {
  const negative = load<u8>(p) == MINUS;
  p += <usize>negative;
  const first = p;
  let value: i64 = 0;
  while (isDigit(load<u8>(p))) value = value * 10 + <i64>(load<u8>(p++) - ZERO);
  let digits = <i32>(p - first);
  if (digits == 0 || (digits > 1 && load<u8>(first) == ZERO)) return 0;
  fractionDigits = 0;
  if (load<u8>(p) == DOT) {
    const dot = p++;
    while (isDigit(load<u8>(p))) value = value * 10 + <i64>(load<u8>(p++) - ZERO);
    fractionDigits = <i32>(p - dot) - 1;
    if (fractionDigits == 0) return 0;
    digits += fractionDigits;
  }
  if (digits > 18 || (load<u8>(p) | 32) == 101) return 0;
  integer = negative ? -value : value;
  return p;
}

/** A number whose nearest float64 one multiplication or division finds (Clinger 1990): significand ≤ 2^53, |power of ten| ≤ 22. */
export function scanFloat(p: usize): usize {
  const negative = load<u8>(p) == MINUS;
  p += <usize>negative;
  const first = p;
  let value: u64 = 0;
  while (isDigit(load<u8>(p))) value = value * 10 + <u64>(load<u8>(p++) - ZERO);
  let digits = <i32>(p - first);
  if (digits == 0 || (digits > 1 && load<u8>(first) == ZERO)) return 0;
  let power = 0;
  if (load<u8>(p) == DOT) {
    const dot = p++;
    while (isDigit(load<u8>(p))) value = value * 10 + <u64>(load<u8>(p++) - ZERO);
    power = 1 - <i32>(p - dot);
    if (power == 0) return 0;
    digits -= power;
  }
  if (digits > 19) return 0;
  if ((load<u8>(p) | 32) == 101) {
    p++;
    const sign = load<u8>(p);
    if (sign == 43 || sign == MINUS) p++;
    const start = p;
    let exponent = 0;
    while (isDigit(load<u8>(p))) exponent = exponent * 10 + <i32>(load<u8>(p++) - ZERO);
    if (p == start || p - start > 4) return 0;
    power += sign == MINUS ? -exponent : exponent;
  }
  if (value > 9007199254740992 || power > 22 || power < -22) return 0;
  const magnitude = power < 0 ? <f64>value / pow10(-power) : <f64>value * pow10(power);
  float = negative ? -magnitude : magnitude;
  return p;
}
