import {sqlError} from '../common/sql-error.ts';
import type {Decimal} from './datum.ts';
import {pow10} from './pow10.ts';
import {trimSpace} from './trim-space.ts';

/** PostgreSQL's limits of numeric: digits before and after the point. */
export const NUMERIC_MAX_INTEGER_DIGITS = 131072;
export const NUMERIC_MAX_SCALE = 16383;

export const DECIMAL_ZERO: Decimal = Object.freeze({tag: 'decimal', unscaled: 0n, scale: 0});
export const DECIMAL_ONE: Decimal = Object.freeze({tag: 'decimal', unscaled: 1n, scale: 0});
export const DECIMAL_NAN: Decimal = Object.freeze({tag: 'decimal', unscaled: 0n, scale: 0, special: 'NaN'});
export const DECIMAL_INFINITY: Decimal = Object.freeze({tag: 'decimal', unscaled: 0n, scale: 0, special: 'Infinity'});
export const DECIMAL_MINUS_INFINITY: Decimal = Object.freeze({tag: 'decimal', unscaled: 0n, scale: 0, special: '-Infinity'});

/** `unscaled · 10^-scale`; scale 0…16383. 22003 beyond numeric's range. */
export function decimal(unscaled: bigint, scale: number): Decimal {
  if (scale > NUMERIC_MAX_SCALE) throw numericOverflow();
  const value: Decimal = {tag: 'decimal', unscaled, scale};
  if (isDecimalOverflow(value)) throw numericOverflow();
  return value;
}

/** Whether a value that was computed otherwise has too many digits before the point. */
export function isDecimalOverflow({unscaled, scale}: Decimal): boolean {
  return isHuge(unscaled) && abs(unscaled) >= pow10(NUMERIC_MAX_INTEGER_DIGITS + scale);
}

export function decimalFromBigint(value: bigint): Decimal {
  return {tag: 'decimal', unscaled: value, scale: 0};
}

export function numericOverflow() {
  return sqlError('numeric_value_out_of_range', 'value overflows numeric format');
}

const TEXT = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/;
const SPECIALS: Readonly<Record<string, Decimal>> = {
  nan: DECIMAL_NAN,
  infinity: DECIMAL_INFINITY,
  '+infinity': DECIMAL_INFINITY,
  inf: DECIMAL_INFINITY,
  '+inf': DECIMAL_INFINITY,
  '-infinity': DECIMAL_MINUS_INFINITY,
  '-inf': DECIMAL_MINUS_INFINITY,
};

/** numeric_in. 22P02 for what is no number, 22003 beyond the range. */
export function decimalFromText(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === undefined) throw sqlError('invalid_text_representation', `invalid input syntax for type numeric: "${text}"`);
  return value;
}

/** As `decimalFromText`, undefined instead of 22P02. */
export function parseDecimal(text: string): Decimal | undefined {
  const trimmed = trimSpace(text);
  const match = TEXT.exec(trimmed);
  if (match === null) {
    const special = trimmed.toLowerCase();
    return Object.hasOwn(SPECIALS, special) ? SPECIALS[special] : undefined;
  }
  const [, sign, whole = '', fraction = match[4] ?? '', , exponentText] = match;
  let unscaled = BigInt(whole + fraction);
  if (sign === '-') unscaled = -unscaled;
  let scale = fraction.length;
  if (exponentText !== undefined) {
    const exponent = Number(exponentText);
    if (Math.abs(exponent) > 2 ** 30) throw numericOverflow();
    scale -= exponent;
    if (scale < 0) {
      if (unscaled !== 0n) {
        if (-scale > NUMERIC_MAX_INTEGER_DIGITS) throw numericOverflow();
        unscaled *= pow10(-scale);
      }
      scale = 0;
    }
  }
  return decimal(unscaled, scale);
}

/** numeric_out: plain notation with exactly `scale` fraction digits. */
export function decimalToText(value: Decimal): string {
  if (value.special !== undefined) return value.special;
  const {unscaled, scale} = value;
  if (scale === 0) return unscaled.toString();
  const negative = unscaled < 0n;
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** −1, 0, 1 for finite values and infinities; NaN counts as 1 (it sorts above everything). */
export function decimalSign(value: Decimal): -1 | 0 | 1 {
  if (value.special !== undefined) return value.special === '-Infinity' ? -1 : 1;
  return value.unscaled < 0n ? -1 : value.unscaled > 0n ? 1 : 0;
}

/** PostgreSQL's total order: −Infinity < finite < Infinity < NaN, NaN = NaN, scale ignored. */
export function decimalCompare(a: Decimal, b: Decimal): number {
  if (a.special !== undefined || b.special !== undefined) return specialRank(a) - specialRank(b);
  let x = a.unscaled;
  let y = b.unscaled;
  if (a.scale < b.scale) x *= pow10(b.scale - a.scale);
  else if (a.scale > b.scale) y *= pow10(a.scale - b.scale);
  return x < y ? -1 : x > y ? 1 : 0;
}

function specialRank(value: Decimal): number {
  switch (value.special) {
    case 'NaN':
      return 2;
    case 'Infinity':
      return 1;
    case '-Infinity':
      return -1;
    default:
      return 0;
  }
}

export function decimalNegate(value: Decimal): Decimal {
  switch (value.special) {
    case undefined:
      return {tag: 'decimal', unscaled: -value.unscaled, scale: value.scale};
    case 'Infinity':
      return DECIMAL_MINUS_INFINITY;
    case '-Infinity':
      return DECIMAL_INFINITY;
    default:
      return value;
  }
}

export function decimalAbs(value: Decimal): Decimal {
  return decimalSign(value) < 0 ? decimalNegate(value) : value;
}

export function decimalAdd(a: Decimal, b: Decimal): Decimal {
  const sum = unboundedSum(a, b);
  if (isDecimalOverflow(sum)) throw numericOverflow();
  return sum;
}

/** As `decimalAdd`, also where numeric cannot hold the result. */
export function unboundedSum(a: Decimal, b: Decimal): Decimal {
  if (a.special !== undefined || b.special !== undefined) {
    if (a.special === 'NaN' || b.special === 'NaN') return DECIMAL_NAN;
    if (a.special === undefined) return b;
    if (b.special === undefined) return a;
    return a.special === b.special ? a : DECIMAL_NAN;
  }
  const scale = Math.max(a.scale, b.scale);
  const left = a.scale === scale ? a.unscaled : a.unscaled * pow10(scale - a.scale);
  const right = b.scale === scale ? b.unscaled : b.unscaled * pow10(scale - b.scale);
  return {tag: 'decimal', unscaled: left + right, scale};
}

export function decimalSubtract(a: Decimal, b: Decimal): Decimal {
  return decimalAdd(a, decimalNegate(b));
}

/** Exact; scale is the sum of the scales (rounded where that passes numeric's limit). */
export function decimalMultiply(a: Decimal, b: Decimal): Decimal {
  if (a.special !== undefined || b.special !== undefined) {
    if (a.special === 'NaN' || b.special === 'NaN') return DECIMAL_NAN;
    const sign = decimalSign(a) * decimalSign(b);
    return sign === 0 ? DECIMAL_NAN : sign > 0 ? DECIMAL_INFINITY : DECIMAL_MINUS_INFINITY;
  }
  const unscaled = a.unscaled * b.unscaled;
  const scale = a.scale + b.scale;
  if (scale <= NUMERIC_MAX_SCALE) return decimal(unscaled, scale);
  return decimal(divideRounded(unscaled, pow10(scale - NUMERIC_MAX_SCALE)), NUMERIC_MAX_SCALE);
}

/** `n / d` rounded half away from zero; d > 0. */
export function divideRounded(n: bigint, d: bigint): bigint {
  const half = d / 2n;
  return n < 0n ? -((-n + half) / d) : (n + half) / d;
}

/** Position of the leading digit: 0 for 1…9, 1 for 10…99, −1 for 0.1…; the value must not be zero. */
export function leadingExponent(value: Decimal): number {
  return abs(value.unscaled).toString().length - 1 - value.scale;
}

const HUGE = pow10(1000);
const abs = (value: bigint) => (value < 0n ? -value : value);
const isHuge = (value: bigint) => value > HUGE || value < -HUGE;
