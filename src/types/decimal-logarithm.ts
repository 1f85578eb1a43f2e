import {sqlError} from '../common/sql-error.ts';
import type {Decimal} from './datum.ts';
import {DECIMAL_INFINITY, DECIMAL_NAN, DECIMAL_ZERO, decimal, decimalSign, divideRounded, leadingExponent} from './decimal.ts';
import {divisionByZero} from './decimal-divide.ts';
import {NUMERIC_MIN_SIGNIFICANT_DIGITS, clampScale} from './decimal-scale.ts';
import {fixedLn} from './fixed-point.ts';
import {pow10} from './pow10.ts';

const GUARD_DIGITS = 10;

/** ln(value) to PostgreSQL's digits. 2201E for zero and negative arguments. */
export function decimalLn(value: Decimal): Decimal {
  if (value.special === 'NaN') return value;
  rejectNonPositive(value);
  if (value.special !== undefined) return value;
  const scale = clampScale(NUMERIC_MIN_SIGNIFICANT_DIGITS - lnWeight(value), value.scale);
  return lnToScale(value, scale);
}

/** ln of a finite positive value, rounded to `scale` digits. */
export function lnToScale(value: Decimal, scale: number): Decimal {
  const ln = fixedLn(value.unscaled, value.scale, scale + GUARD_DIGITS);
  return decimal(divideRounded(ln, pow10(GUARD_DIGITS)), scale);
}

/** log(base, value) to PostgreSQL's digits. 2201E for arguments that are not positive, 22012 for base 1. */
export function decimalLog(base: Decimal, value: Decimal): Decimal {
  if (base.special === 'NaN' || value.special === 'NaN') return DECIMAL_NAN;
  rejectNonPositive(base);
  rejectNonPositive(value);
  if (base.special !== undefined) return value.special === undefined ? DECIMAL_ZERO : DECIMAL_NAN;
  if (value.special !== undefined) return DECIMAL_INFINITY;
  const baseWeight = lnWeight(base);
  const weight = lnWeight(value) - baseWeight;
  const scale = clampScale(NUMERIC_MIN_SIGNIFICANT_DIGITS - weight, base.scale, value.scale);
  const digits = scale + GUARD_DIGITS + Math.max(0, -baseWeight) * 2 + Math.max(0, weight) + 4;
  const divisor = fixedLn(base.unscaled, base.scale, digits);
  if (divisor === 0n) throw divisionByZero();
  const quotient = fixedLn(value.unscaled, value.scale, digits) * pow10(scale);
  return decimal(divisor < 0n ? divideRounded(-quotient, -divisor) : divideRounded(quotient, divisor), scale);
}

const TEN: Decimal = {tag: 'decimal', unscaled: 10n, scale: 0};

export function decimalLog10(value: Decimal): Decimal {
  return decimalLog(TEN, value);
}

/** Rough position of the leading digit of ln(value), as PostgreSQL's estimate_ln_dweight rounds it. Finite values. */
export function lnWeight(value: Decimal): number {
  if (decimalSign(value) <= 0) return 0;
  const one = pow10(value.scale);
  if (value.unscaled * 10n >= one * 9n && value.unscaled * 10n <= one * 11n) {
    const x = {...value, unscaled: value.unscaled - one};
    return x.unscaled === 0n ? 0 : leadingExponent(x);
  }
  const text = value.unscaled.toString();
  const lead = Number(text.slice(0, 15));
  const ln = Math.log(lead) + (text.length - Math.min(15, text.length) - value.scale) * Math.LN10;
  return Math.trunc(Math.log10(Math.abs(ln)));
}

function rejectNonPositive(value: Decimal): void {
  const sign = decimalSign(value);
  if (sign === 0) throw sqlError('invalid_argument_for_logarithm', 'cannot take logarithm of zero');
  if (sign < 0) throw sqlError('invalid_argument_for_logarithm', 'cannot take logarithm of a negative number');
}
