import {sqlError} from '../common/sql-error.ts';
import type {Decimal} from './datum.ts';
import {
  DECIMAL_INFINITY,
  DECIMAL_MINUS_INFINITY,
  DECIMAL_NAN,
  DECIMAL_ZERO,
  decimal,
  decimalSign,
  divideRounded,
  leadingExponent,
} from './decimal.ts';
import {NUMERIC_MAX_DISPLAY_SCALE, NUMERIC_MIN_SIGNIFICANT_DIGITS, clampScale} from './decimal-scale.ts';
import {pow10} from './pow10.ts';

/** `a / b` with the scale that PostgreSQL chooses (at least 16 significant digits), rounded half away from zero. 22012 for b = 0. */
export function decimalDivide(a: Decimal, b: Decimal): Decimal {
  const special = divideSpecial(a, b);
  if (special !== undefined) return special;
  return divideToScale(a, b, quotientScale(a, b));
}

/** `a / b` rounded to `scale` digits; both finite, b not zero. */
export function divideToScale(a: Decimal, b: Decimal, scale: number): Decimal {
  const shift = scale + b.scale - a.scale;
  let n = a.unscaled;
  let d = b.unscaled;
  if (shift >= 0) n *= pow10(shift);
  else d *= pow10(-shift);
  return d < 0n ? decimal(divideRounded(-n, -d), scale) : decimal(divideRounded(n, d), scale);
}

/** div(a, b): the integer quotient truncated toward zero, scale 0. */
export function decimalDivideTruncated(a: Decimal, b: Decimal): Decimal {
  const special = divideSpecial(a, b);
  if (special !== undefined) return special;
  const scale = Math.max(a.scale, b.scale);
  return decimal((a.unscaled * pow10(scale - a.scale)) / (b.unscaled * pow10(scale - b.scale)), 0);
}

/** Remainder with the sign of the dividend. 22012 for b = 0. */
export function decimalModulo(a: Decimal, b: Decimal): Decimal {
  if (a.special === 'NaN' || b.special === 'NaN') return DECIMAL_NAN;
  if (decimalSign(b) === 0) throw divisionByZero();
  if (a.special !== undefined) return DECIMAL_NAN;
  if (b.special !== undefined) return a;
  const scale = Math.max(a.scale, b.scale);
  return decimal((a.unscaled * pow10(scale - a.scale)) % (b.unscaled * pow10(scale - b.scale)), scale);
}

export function divisionByZero() {
  return sqlError('division_by_zero', 'division by zero');
}

function divideSpecial(a: Decimal, b: Decimal): Decimal | undefined {
  if (a.special === 'NaN' || b.special === 'NaN') return DECIMAL_NAN;
  if (decimalSign(b) === 0) throw divisionByZero();
  if (a.special !== undefined) {
    if (b.special !== undefined) return DECIMAL_NAN;
    return decimalSign(a) === decimalSign(b) ? DECIMAL_INFINITY : DECIMAL_MINUS_INFINITY;
  }
  return b.special === undefined ? undefined : DECIMAL_ZERO;
}

/** PostgreSQL's select_div_scale, which counts in base-10000 digits. */
function quotientScale(a: Decimal, b: Decimal): number {
  const x = base10000Lead(a);
  const y = base10000Lead(b);
  let weight = x.weight - y.weight;
  if (x.digit <= y.digit) weight--;
  return clampScale(NUMERIC_MIN_SIGNIFICANT_DIGITS - weight * 4, Math.min(Math.max(a.scale, b.scale), NUMERIC_MAX_DISPLAY_SCALE));
}

function base10000Lead(value: Decimal): {weight: number; digit: number} {
  if (value.unscaled === 0n) return {weight: 0, digit: 0};
  const exponent = leadingExponent(value);
  const weight = Math.floor(exponent / 4);
  const digits = (value.unscaled < 0n ? -value.unscaled : value.unscaled).toString();
  return {weight, digit: Number(digits.slice(0, exponent - weight * 4 + 1).padEnd(exponent - weight * 4 + 1, '0'))};
}
