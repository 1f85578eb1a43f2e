import {sqlError} from '../../common/sql-error.ts';
import type {Decimal} from '../../types/datum.ts';
import {decimal, decimalFromBigint, DECIMAL_NAN} from '../../types/decimal.ts';
import {pow10} from '../../types/pow10.ts';
import {checkInt4, checkInt8} from './integer-range.ts';

const magnitude = (a: bigint) => (a < 0n ? -a : a);

function gcd(a: bigint, b: bigint): bigint {
  let x = magnitude(a);
  let y = magnitude(b);
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function lcm(a: bigint, b: bigint): bigint {
  return a === 0n || b === 0n ? 0n : magnitude((a / gcd(a, b)) * b);
}

export const intGcd = (a: number, b: number): number => checkInt4(Number(gcd(BigInt(a), BigInt(b))));
export const intLcm = (a: number, b: number): number => checkInt4(Number(lcm(BigInt(a), BigInt(b))));
export const bigGcd = (a: bigint, b: bigint): bigint => checkInt8(gcd(a, b));
export const bigLcm = (a: bigint, b: bigint): bigint => checkInt8(lcm(a, b));

export function decimalGcd(a: Decimal, b: Decimal): Decimal {
  return combine(a, b, gcd);
}

export function decimalLcm(a: Decimal, b: Decimal): Decimal {
  return combine(a, b, lcm);
}

function combine(a: Decimal, b: Decimal, f: (a: bigint, b: bigint) => bigint): Decimal {
  if (a.special !== undefined || b.special !== undefined) return DECIMAL_NAN;
  const scale = Math.max(a.scale, b.scale);
  return decimal(f(a.unscaled * pow10(scale - a.scale), b.unscaled * pow10(scale - b.scale)), scale);
}

/** 22003 for negative arguments and beyond what numeric holds. */
export function factorial(n: bigint): Decimal {
  if (n < 0n) throw sqlError('numeric_value_out_of_range', 'factorial of a negative number is undefined');
  if (n > 32177n) throw sqlError('numeric_value_out_of_range', 'value overflows numeric format');
  let result = 1n;
  for (let i = 2n; i <= n; i++) result *= i;
  return decimalFromBigint(result);
}
