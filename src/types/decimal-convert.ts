import {sqlError} from '../common/sql-error.ts';
import type {Decimal} from './datum.ts';
import {DECIMAL_INFINITY, DECIMAL_MINUS_INFINITY, DECIMAL_NAN, decimalFromText, decimalToText} from './decimal.ts';
import {decimalRound} from './decimal-round.ts';

/** float8 → numeric through 15 significant digits, float4 through 6, as PostgreSQL does. */
export function decimalFromNumber(value: number, digits: 15 | 6 = 15): Decimal {
  if (Number.isNaN(value)) return DECIMAL_NAN;
  if (value === Infinity) return DECIMAL_INFINITY;
  if (value === -Infinity) return DECIMAL_MINUS_INFINITY;
  if (Number.isInteger(value) && Math.abs(value) < 10 ** digits) return {tag: 'decimal', unscaled: BigInt(value), scale: 0};
  // %.*g drops trailing zeros of the fraction.
  const [mantissa = '', exponent] = value.toPrecision(digits).split('e');
  const trimmed = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return decimalFromText(exponent === undefined ? trimmed : `${trimmed}e${exponent}`);
}

/** The nearest double; ±Infinity beyond its range. */
export function decimalToNumber(value: Decimal): number {
  if (value.special !== undefined) return Number(value.special);
  if (value.scale === 0) return Number(value.unscaled);
  return Number(decimalToText(value));
}

/** numeric → integer, half away from zero. 0A000 for NaN and the infinities, 22003 `<name> out of range` outside [min, max]. */
export function decimalToInteger(value: Decimal, min: bigint, max: bigint, name: string): bigint {
  if (value.special !== undefined) {
    throw sqlError('feature_not_supported', `cannot convert ${value.special === 'NaN' ? 'NaN' : 'infinity'} to ${name}`);
  }
  const {unscaled} = decimalRound(value);
  if (unscaled < min || unscaled > max) throw sqlError('numeric_value_out_of_range', `${name} out of range`);
  return unscaled;
}
