import {sqlError} from '../common/sql-error.ts';
import type {Decimal} from './datum.ts';
import {
  DECIMAL_INFINITY,
  DECIMAL_MINUS_INFINITY,
  DECIMAL_NAN,
  DECIMAL_ONE,
  DECIMAL_ZERO,
  NUMERIC_MAX_INTEGER_DIGITS,
  decimal,
  decimalCompare,
  decimalMultiply,
  decimalSign,
  divideRounded,
  leadingExponent,
  numericOverflow,
} from './decimal.ts';
import {NUMERIC_MAX_DISPLAY_SCALE, NUMERIC_MIN_SIGNIFICANT_DIGITS, clampScale} from './decimal-scale.ts';
import {decimalToNumber} from './decimal-convert.ts';
import {lnToScale, lnWeight} from './decimal-logarithm.ts';
import {decimalRound} from './decimal-round.ts';
import {bigSqrt, fixedExp, fixedLn} from './fixed-point.ts';
import {pow10} from './pow10.ts';

const LOG10_E = 0.434294481903252;
/** PostgreSQL gives up beyond e^±6000. */
const MAX_EXPONENT = 6000;
const GUARD_DIGITS = 10;

/** sqrt(value), correctly rounded. 2201F for negative arguments. */
export function decimalSqrt(value: Decimal): Decimal {
  if (value.special === 'NaN') return value;
  if (decimalSign(value) < 0) throw sqlError('invalid_argument_for_power_function', 'cannot take square root of a negative number');
  if (value.special !== undefined) return value;
  const weight = value.unscaled === 0n ? 0 : Math.floor(leadingExponent(value) / 4);
  const scale = clampScale(NUMERIC_MIN_SIGNIFICANT_DIGITS - (weight * 2 + 1), value.scale);
  // One more digit than wanted, which decides the rounding: the tail of a floor cannot be an exact half.
  const shift = 2 * (scale + 1) - value.scale;
  const radicand = shift >= 0 ? value.unscaled * pow10(shift) : value.unscaled / pow10(-shift);
  return decimal((bigSqrt(radicand) + 5n) / 10n, scale);
}

/** e^value to PostgreSQL's digits. 22003 on overflow; underflow is zero. */
export function decimalExp(value: Decimal): Decimal {
  if (value.special !== undefined) return value.special === '-Infinity' ? DECIMAL_ZERO : value;
  const x = decimalToNumber(value);
  const weight = Math.trunc(Math.max(-2000, Math.min(2000, x * LOG10_E)));
  const scale = clampScale(NUMERIC_MIN_SIGNIFICANT_DIGITS - weight, value.scale);
  return expToScale(value.unscaled, value.scale, scale);
}

/** e^(unscaled · 10^-scaleOf) rounded to `scale` digits. */
function expToScale(unscaled: bigint, scaleOf: number, scale: number): Decimal {
  const x = Number(unscaled / pow10(scaleOf));
  if (Math.abs(x) >= MAX_EXPONENT) {
    if (x > 0) throw numericOverflow();
    return decimal(0n, scale);
  }
  const digits = Math.max(scale + GUARD_DIGITS, 0);
  const work = Math.max(digits, scaleOf);
  return decimal(divideRounded(fixedExp(unscaled * pow10(work - scaleOf), work), pow10(work - scale)), scale);
}

/** base ^ exponent to PostgreSQL's digits. 2201F for 0 ^ negative and negative ^ fraction, 22003 on overflow. */
export function decimalPower(base: Decimal, exponent: Decimal): Decimal {
  if (base.special !== undefined || exponent.special !== undefined) return powerSpecial(base, exponent);
  const sign = decimalSign(base);
  if (sign === 0 && decimalSign(exponent) < 0) throw zeroToNegative();
  const unit = pow10(exponent.scale);
  const whole = exponent.unscaled / unit;
  const integral = whole * unit === exponent.unscaled;
  if (sign < 0 && !integral) throw complexResult();
  if (integral && whole >= -2147483648n && whole <= 2147483647n) return integerPower(base, Number(whole));
  if (sign === 0) return decimal(0n, NUMERIC_MIN_SIGNIFICANT_DIGITS);
  const magnitude = sign < 0 ? {...base, unscaled: -base.unscaled} : base;
  const result = realPower(magnitude, exponent);
  return sign < 0 && whole % 2n !== 0n ? {...result, unscaled: -result.unscaled} : result;
}

function realPower(base: Decimal, exponent: Decimal): Decimal {
  const rough = clampScale(8 - lnWeight(base));
  const x = decimalToNumber(decimalRound(decimalMultiply(lnToScale(base, rough), exponent), rough));
  if (Math.abs(x) > MAX_EXPONENT * 1.0034) {
    if (x > 0) throw numericOverflow();
    return decimal(0n, NUMERIC_MAX_DISPLAY_SCALE);
  }
  const weight = Math.trunc(x * LOG10_E);
  const scale = clampScale(NUMERIC_MIN_SIGNIFICANT_DIGITS - weight, base.scale, exponent.scale);
  const digits = Math.max(0, scale + weight) + Math.max(0, leadingExponent(exponent)) + 2 * GUARD_DIGITS;
  const product = fixedLn(base.unscaled, base.scale, digits) * exponent.unscaled;
  return expToScale(product, digits + exponent.scale, scale);
}

/** PostgreSQL 15 shows 16 fraction digits here, or those of the base, however large or small the result. */
function integerPower(base: Decimal, exponent: number): Decimal {
  const scale = clampScale(NUMERIC_MIN_SIGNIFICANT_DIGITS, base.scale);
  if (exponent === 0) return decimal(pow10(scale), scale);
  if (base.unscaled === 0n) return decimal(0n, NUMERIC_MIN_SIGNIFICANT_DIGITS);
  const negative = base.unscaled < 0n;
  const magnitude = negative ? -base.unscaled : base.unscaled;
  const text = magnitude.toString();
  const lead = Number(text.slice(0, 16));
  const weight = exponent * (Math.log10(lead) + (text.length - Math.min(16, text.length) - base.scale));
  if (weight > NUMERIC_MAX_INTEGER_DIGITS) throw numericOverflow();
  if (weight + 1 < -scale) return decimal(0n, scale);
  const digits = Math.max(1, scale + Math.ceil(weight)) + 2 * GUARD_DIGITS + Math.ceil(Math.log10(Math.abs(exponent) + 1)) * 2;
  const result = floatingPower(magnitude, -base.scale, Math.abs(exponent), digits);
  const rounded = exponent > 0 ? atScale(result, scale) : reciprocalAtScale(result, scale);
  return decimal(negative && exponent % 2 !== 0 ? -rounded : rounded, scale);
}

type Floating = {readonly mantissa: bigint; readonly exponent: number};

/** (mantissa · 10^exponent)^power with about `digits` significant digits. */
function floatingPower(mantissa: bigint, exponent: number, power: number, digits: number): Floating {
  let result: Floating = {mantissa: 1n, exponent: 0};
  let square: Floating = {mantissa, exponent};
  for (let n = power; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result = trim({mantissa: result.mantissa * square.mantissa, exponent: result.exponent + square.exponent}, digits);
    if (n > 1) square = trim({mantissa: square.mantissa * square.mantissa, exponent: square.exponent * 2}, digits);
  }
  return result;
}

function trim(value: Floating, digits: number): Floating {
  const excess = value.mantissa.toString().length - digits;
  if (excess <= 0) return value;
  return {mantissa: divideRounded(value.mantissa, pow10(excess)), exponent: value.exponent + excess};
}

function atScale({mantissa, exponent}: Floating, scale: number): bigint {
  const shift = exponent + scale;
  return shift >= 0 ? mantissa * pow10(shift) : divideRounded(mantissa, pow10(-shift));
}

function reciprocalAtScale({mantissa, exponent}: Floating, scale: number): bigint {
  const shift = scale - exponent;
  return shift >= 0 ? divideRounded(pow10(shift), mantissa) : divideRounded(1n, mantissa * pow10(-shift));
}

function powerSpecial(base: Decimal, exponent: Decimal): Decimal {
  // SQL has NaN ^ 0 = 1 and 1 ^ NaN = 1, as POSIX pow().
  if (base.special === 'NaN') return decimalSign(exponent) === 0 && exponent.special === undefined ? DECIMAL_ONE : DECIMAL_NAN;
  const isOne = base.special === undefined && decimalCompare(base, DECIMAL_ONE) === 0;
  if (exponent.special === 'NaN') return isOne ? DECIMAL_ONE : DECIMAL_NAN;
  const baseSign = decimalSign(base);
  const exponentSign = decimalSign(exponent);
  if (baseSign === 0 && exponentSign < 0) throw zeroToNegative();
  if (exponentSign === 0 || isOne) return DECIMAL_ONE;
  if (exponent.special === undefined) {
    const unit = pow10(exponent.scale);
    const integral = exponent.unscaled % unit === 0n;
    if (baseSign < 0 && !integral) throw complexResult();
    if (exponentSign < 0) return DECIMAL_ZERO;
    return baseSign < 0 && (exponent.unscaled / unit) % 2n !== 0n ? DECIMAL_MINUS_INFINITY : DECIMAL_INFINITY;
  }
  if (baseSign === 0) return DECIMAL_ZERO;
  const absolute = base.special === undefined ? {...base, unscaled: base.unscaled < 0n ? -base.unscaled : base.unscaled} : DECIMAL_INFINITY;
  const order = decimalCompare(absolute, DECIMAL_ONE);
  if (order === 0) return DECIMAL_ONE;
  return order > 0 === exponentSign > 0 ? DECIMAL_INFINITY : DECIMAL_ZERO;
}

function zeroToNegative() {
  return sqlError('invalid_argument_for_power_function', 'zero raised to a negative power is undefined');
}

function complexResult() {
  return sqlError('invalid_argument_for_power_function', 'a negative number raised to a non-integer power yields a complex result');
}
