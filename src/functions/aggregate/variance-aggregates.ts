import type {Datum, Decimal} from '../../types/datum.ts';
import {decimalAdd, decimalFromBigint, decimalMultiply, DECIMAL_ZERO} from '../../types/decimal.ts';
import type {AggregateDefinition} from '../definition.ts';
import {exactVariance, varianceKinds, type VarianceKind} from '../scalar/aggregate-finals.ts';
import {floatOverflow} from '../scalar/float-arithmetic.ts';
import {aggregate, firstOf} from './aggregate-definer.ts';

const DOCS: Readonly<Record<VarianceKind, string>> = {
  var_pop: 'Population variance',
  var_samp: 'Sample variance',
  stddev_pop: 'Population standard deviation',
  stddev_samp: 'Sample standard deviation',
};

/** OIDs for int8, int4, int2, float4, float8, numeric. */
const NAMES: readonly (readonly [name: string, kind: VarianceKind, oids: readonly number[]])[] = [
  ['var_pop', 'var_pop', [2718, 2719, 2720, 2721, 2722, 2723]],
  ['var_samp', 'var_samp', [2641, 2642, 2643, 2644, 2645, 2646]],
  ['variance', 'var_samp', [2148, 2149, 2150, 2151, 2152, 2153]],
  ['stddev_pop', 'stddev_pop', [2724, 2725, 2726, 2727, 2728, 2729]],
  ['stddev_samp', 'stddev_samp', [2712, 2713, 2714, 2715, 2716, 2717]],
  ['stddev', 'stddev_samp', [2154, 2155, 2156, 2157, 2158, 2159]],
];
const TYPES = ['int8', 'int4', 'int2', 'float4', 'float8', 'numeric'] as const;

function toDecimal(value: Datum): Decimal {
  return typeof value === 'number' || typeof value === 'bigint' ? decimalFromBigint(BigInt(value)) : (value as Decimal);
}

function overNumerics(kind: VarianceKind, rows: readonly (readonly Datum[])[]): Decimal | null {
  const values = rows.map(row => toDecimal(row[0] ?? null));
  const sum = values.reduce((a, b) => decimalAdd(a, b), DECIMAL_ZERO);
  const squares = values.reduce((a, b) => decimalAdd(a, decimalMultiply(b, b)), DECIMAL_ZERO);
  return exactVariance(kind, BigInt(values.length), sum, squares);
}

/** Youngs and Cramer's updates, as PostgreSQL does them for floats. */
function overFloats(kind: VarianceKind, values: readonly number[]): number | null {
  const {sample, root} = varianceKinds[kind];
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    const before = sum;
    n++;
    sum += value;
    if (n > 1) {
      const t = value * n - sum;
      squares += (t * t) / (n * (n - 1));
      if (!isInfinite(sum) && !isInfinite(squares)) continue;
      if (!isInfinite(before) && !isInfinite(value)) throw floatOverflow();
      squares = NaN;
    } else if (!Number.isFinite(value)) squares = NaN;
  }
  if (!Number.isFinite(sum)) squares = NaN;
  if (n < (sample ? 2 : 1)) return null;
  const variance = squares / (sample ? n - 1 : n);
  return root ? Math.sqrt(variance) : variance;
}

const isInfinite = (value: number): boolean => value === Infinity || value === -Infinity;

export const VARIANCE_AGGREGATES: readonly AggregateDefinition[] = NAMES.flatMap(([name, kind, oids]) =>
  TYPES.map((type, i) => {
    const oid = oids[i] ?? 0;
    if (type === 'float4' || type === 'float8') {
      return aggregate(name, oid, type, 'float8', DOCS[kind], rows => overFloats(kind, firstOf<number>(rows)));
    }
    const asNumeric = type === 'numeric' ? {aggregate: 'sum_numeric'} : {aggregate: 'sum_numeric', map: `numeric_${type}`};
    return aggregate(name, oid, type, 'numeric', DOCS[kind], rows => overNumerics(kind, rows), {
      lowering: {
        kind: 'composed',
        parts: [{aggregate: 'count_any'}, asNumeric, {aggregate: 'sum_numeric', map: `numeric_square_${type}`}],
        final: `${kind}_final_int8_numeric_numeric`,
      },
    });
  }),
);
