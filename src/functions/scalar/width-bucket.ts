import {sqlError} from '../../common/sql-error.ts';
import type {Decimal} from '../../types/datum.ts';
import {decimalCompare, decimalSubtract} from '../../types/decimal.ts';
import {pow10} from '../../types/pow10.ts';
import {checkInt4} from './integer-range.ts';

const bad = (message: string) => sqlError('invalid_argument_for_width_bucket_function', message);

/** 0 below the range, count + 1 above it; a descending range counts downwards. 2201G for bounds that are equal or not finite. */
export function widthBucket(operand: number, low: number, high: number, count: number): number {
  if (count <= 0) throw bad('count must be greater than zero');
  if (Number.isNaN(operand) || Number.isNaN(low) || Number.isNaN(high)) throw bad('operand, lower bound, and upper bound cannot be NaN');
  if (!Number.isFinite(low) || !Number.isFinite(high)) throw bad('lower and upper bounds must be finite');
  if (low === high) throw bad('lower bound cannot equal upper bound');
  const ascending = low < high;
  if (ascending ? operand < low : operand > low) return 0;
  if (ascending ? operand >= high : operand <= high) return checkInt4(count + 1);
  return Math.min(Math.floor((count * (operand - low)) / (high - low)), count - 1) + 1;
}

export function widthBucketOfDecimals(operand: Decimal, low: Decimal, high: Decimal, count: number): number {
  if (count <= 0) throw bad('count must be greater than zero');
  if ([operand, low, high].some(d => d.special === 'NaN')) throw bad('operand, lower bound, and upper bound cannot be NaN');
  if (low.special !== undefined || high.special !== undefined) throw bad('lower and upper bounds must be finite');
  const order = decimalCompare(low, high);
  if (order === 0) throw bad('lower bound cannot equal upper bound');
  if (decimalCompare(operand, low) * order > 0) return 0;
  if (decimalCompare(operand, high) * order <= 0) return checkInt4(count + 1);
  const offset = decimalSubtract(operand, low);
  const width = decimalSubtract(high, low);
  const scale = Math.max(offset.scale, width.scale);
  const scaled = (d: Decimal) => d.unscaled * pow10(scale - d.scale);
  return Number((scaled(offset) * BigInt(count)) / scaled(width)) + 1;
}
