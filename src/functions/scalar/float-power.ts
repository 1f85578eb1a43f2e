import {sqlError} from '../../common/sql-error.ts';
import {floatOverflow, floatUnderflow} from './float-arithmetic.ts';

/** power(float8, float8) with PostgreSQL's special cases: NaN^0 = 1, 1^NaN = 1. 2201F for 0^−1 and for roots of negative numbers. */
export function floatPower(base: number, exponent: number): number {
  if (Number.isNaN(base)) return exponent === 0 ? 1 : NaN;
  if (Number.isNaN(exponent)) return base === 1 ? 1 : NaN;
  if (base === 0 && exponent < 0) throw sqlError('invalid_argument_for_power_function', 'zero raised to a negative power is undefined');
  if (base < 0 && Number.isFinite(exponent) && !Number.isInteger(exponent)) {
    throw sqlError('invalid_argument_for_power_function', 'a negative number raised to a non-integer power yields a complex result');
  }
  if (base === 1 || (base === -1 && !Number.isFinite(exponent))) return 1;
  const result = base ** exponent;
  if (!Number.isFinite(base) || !Number.isFinite(exponent)) return result;
  if (!Number.isFinite(result)) throw floatOverflow();
  if (result === 0 && base !== 0) throw floatUnderflow();
  return result;
}
