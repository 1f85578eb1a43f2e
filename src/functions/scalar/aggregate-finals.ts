import {bigSqrt} from '../../types/fixed-point.ts';
import type {Decimal, Interval} from '../../types/datum.ts';
import {decimal, decimalFromBigint, decimalMultiply, decimalSign, decimalSubtract, DECIMAL_NAN, DECIMAL_ZERO} from '../../types/decimal.ts';
import {decimalDivide} from '../../types/decimal-divide.ts';
import {intervalDivide} from '../../types/interval.ts';
import {pow10} from '../../types/pow10.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';
import {floatSum} from './float-arithmetic.ts';

const {strict} = definer('aggregate parts');

export type VarianceKind = 'var_pop' | 'var_samp' | 'stddev_pop' | 'stddev_samp';
export const varianceKinds: Readonly<Record<VarianceKind, {readonly sample: boolean; readonly root: boolean}>> = {
  var_pop: {sample: false, root: false},
  var_samp: {sample: true, root: false},
  stddev_pop: {sample: false, root: true},
  stddev_samp: {sample: true, root: true},
};

export function averageOfNumerics(sum: Decimal, count: bigint): Decimal {
  return decimalDivide(sum, decimalFromBigint(count));
}

export function averageOfFloats(sum: number, count: bigint): number {
  return sum / Number(count);
}

export function averageOfIntervals(sum: Interval, count: bigint): Interval {
  return intervalDivide(sum, Number(count));
}

/** (n·Σx² − (Σx)²) / (n·(n − 1)) or / n², with the scale that numeric division gives; the root at that scale. NULL for too few values. */
export function exactVariance(kind: VarianceKind, count: bigint, sum: Decimal, squares: Decimal): Decimal | null {
  const {sample, root} = varianceKinds[kind];
  if (count < (sample ? 2n : 1n)) return null;
  if (sum.special !== undefined || squares.special !== undefined) return DECIMAL_NAN;
  const spread = decimalSubtract(decimalMultiply(decimalFromBigint(count), squares), decimalMultiply(sum, sum));
  if (decimalSign(spread) <= 0) return DECIMAL_ZERO;
  const variance = decimalDivide(spread, decimalFromBigint(count * (sample ? count - 1n : count)));
  return root ? rootAtScale(variance) : variance;
}

function rootAtScale({unscaled, scale}: Decimal): Decimal {
  const radicand = unscaled * pow10(scale);
  const floor = bigSqrt(radicand);
  return decimal(radicand - floor * floor > floor ? floor + 1n : floor, scale);
}

const infallible = {fallible: false};
const square = (a: number | bigint) => decimalFromBigint(BigInt(a) * BigInt(a));
const widen = (a: number | bigint) => decimalFromBigint(BigInt(a));

/** Functions that maintained aggregates are composed with: maps of the argument and final steps over sums and counts. */
export const AGGREGATE_PARTS: readonly FunctionDefinition[] = [
  strict('avg_final', 12000, 'int8,int8', 'numeric', 'Sum by count', (sum, n) =>
    n === 0n ? null : averageOfNumerics(decimalFromBigint(sum), n),
  ),
  strict('avg_final', 12001, 'numeric,int8', 'numeric', 'Sum by count', (sum, n) => (n === 0n ? null : averageOfNumerics(sum, n))),
  strict('avg_final', 12002, 'float8,int8', 'float8', 'Sum by count', (sum, n) => (n === 0n ? null : averageOfFloats(sum, n))),
  ...(Object.keys(varianceKinds) as VarianceKind[]).map((kind, i) =>
    strict(
      `${kind}_final`,
      12003 + i,
      'int8,numeric,numeric',
      'numeric',
      'Variance from count, sum and sum of squares',
      (n, sum, squares) => exactVariance(kind, n, sum, squares),
    ),
  ),
  strict('numeric_square', 12007, 'int2', 'numeric', 'Exact square', square, infallible),
  strict('numeric_square', 12008, 'int4', 'numeric', 'Exact square', square, infallible),
  strict('numeric_square', 12009, 'int8', 'numeric', 'Exact square', square, infallible),
  strict('numeric_square', 12010, 'numeric', 'numeric', 'Exact square', a => decimalMultiply(a, a)),
  strict('numeric', 1782, 'int2', 'numeric', 'Conversion', widen, infallible),
  strict('numeric', 1740, 'int4', 'numeric', 'Conversion', widen, infallible),
  strict('numeric', 1781, 'int8', 'numeric', 'Conversion', widen, infallible),
  strict('float4', 312, 'float8', 'float4', 'Conversion', a => floatSum(Math.fround(a), a, 0)),
  strict('float8', 311, 'float4', 'float8', 'Conversion', a => a, {inline: {number: {code: '$0'}}, ...infallible}),
];
