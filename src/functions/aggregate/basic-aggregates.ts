import {compareDatums} from '../../types/compare.ts';
import type {Datum, Decimal, Interval} from '../../types/datum.ts';
import {DECIMAL_ZERO, decimalAdd, decimalFromBigint} from '../../types/decimal.ts';
import {intervalAdd, INTERVAL_ZERO} from '../../types/interval.ts';
import {T, type SqlType} from '../../types/sql-type.ts';
import type {AggregateDefinition, AggregateLowering} from '../definition.ts';
import {floatOverflow} from '../scalar/float-arithmetic.ts';
import {checkInt8} from '../scalar/integer-range.ts';
import {averageOfFloats, averageOfIntervals, averageOfNumerics} from '../scalar/aggregate-finals.ts';
import {aggregate, firstOf} from './aggregate-definer.ts';
import {exactFloatSum} from './exact-float-sum.ts';

const native = (accumulator: Extract<AggregateLowering, {kind: 'native'}>['accumulator']) =>
  ({lowering: {kind: 'native', accumulator}}) as const;

const COUNTS: readonly AggregateDefinition[] = [
  aggregate('count', 2803, '', 'int8', 'Number of rows', rows => BigInt(rows.length), {
    id: 'count',
    keepsNulls: true,
    distinctAllowed: false,
    ...native('count-rows'),
  }),
  aggregate('count', 2147, 'any', 'int8', 'Number of rows whose value is not NULL', rows => BigInt(rows.length), native('count')),
];

const sumBigints = (values: readonly (number | bigint)[]) => values.reduce<bigint>((sum, value) => sum + BigInt(value), 0n);
const sumDecimals = (values: readonly Decimal[]) => values.reduce((sum, value) => decimalAdd(sum, value), DECIMAL_ZERO);
const sumIntervals = (values: readonly Interval[]) => values.reduce((sum, value) => intervalAdd(sum, value), INTERVAL_ZERO);

function sumFloats(values: readonly number[], single: boolean): number {
  const sum = exactFloatSum(values);
  const result = single ? Math.fround(sum) : sum;
  if (!Number.isFinite(result) && values.every(Number.isFinite)) throw floatOverflow();
  return result;
}

/** NULL over no rows. */
const orNull =
  <V extends Datum>(fold: (rows: readonly (readonly Datum[])[]) => V) =>
  (rows: readonly (readonly Datum[])[]): V | null =>
    rows.length === 0 ? null : fold(rows);

const SUM = 'Sum of the values; NULL over none';
const AVG = 'Average of the values; NULL over none';
const smallSum = orNull(rows => checkInt8(sumBigints(firstOf<number>(rows))));

const SUMS: readonly AggregateDefinition[] = [
  aggregate('sum', 2109, 'int2', 'int8', SUM, smallSum, native('sum')),
  aggregate('sum', 2108, 'int4', 'int8', SUM, smallSum, native('sum')),
  aggregate(
    'sum',
    2107,
    'int8',
    'numeric',
    SUM,
    orNull(rows => decimalFromBigint(sumBigints(firstOf<bigint>(rows)))),
    native('sum'),
  ),
  aggregate(
    'sum',
    2114,
    'numeric',
    'numeric',
    SUM,
    orNull(rows => sumDecimals(firstOf<Decimal>(rows))),
    native('sum'),
  ),
  aggregate(
    'sum',
    2110,
    'float4',
    'float4',
    SUM,
    orNull(rows => sumFloats(firstOf<number>(rows), true)),
    {lowering: {kind: 'composed', parts: [{aggregate: 'sum_float8', map: 'float8_float4'}], final: 'float4_float8'}},
  ),
  aggregate(
    'sum',
    2111,
    'float8',
    'float8',
    SUM,
    orNull(rows => sumFloats(firstOf<number>(rows), false)),
    native('sum'),
  ),
  aggregate(
    'sum',
    2113,
    'interval',
    'interval',
    SUM,
    orNull(rows => sumIntervals(firstOf<Interval>(rows))),
  ),
];

/** Counts, and sums of small integers, of parts of a group as those of the group: the planner's own. */
const SUM_COUNTS = aggregate(
  'sum_counts',
  15991,
  'int8',
  'int8',
  'Sum of counts',
  orNull(rows => checkInt8(sumBigints(firstOf<bigint>(rows)))),
  {
    id: 'sum_counts',
    ...native('sum-counts'),
  },
);

const ratio = (sum: string, final: string, map?: string) =>
  ({
    lowering: {
      kind: 'composed',
      parts: [map === undefined ? {aggregate: sum} : {aggregate: sum, map}, {aggregate: 'count_any'}],
      final,
    },
  }) as const;
const integerAverage = orNull(rows =>
  averageOfNumerics(decimalFromBigint(sumBigints(firstOf<bigint | number>(rows))), BigInt(rows.length)),
);
const floatAverage = orNull(rows => averageOfFloats(sumFloats(firstOf<number>(rows), false), BigInt(rows.length)));

const AVERAGES: readonly AggregateDefinition[] = [
  aggregate('avg', 2102, 'int2', 'numeric', AVG, integerAverage, ratio('sum_int2', 'avg_final_int8_int8')),
  aggregate('avg', 2101, 'int4', 'numeric', AVG, integerAverage, ratio('sum_int4', 'avg_final_int8_int8')),
  aggregate('avg', 2100, 'int8', 'numeric', AVG, integerAverage, ratio('sum_int8', 'avg_final_numeric_int8')),
  aggregate(
    'avg',
    2103,
    'numeric',
    'numeric',
    AVG,
    orNull(rows => averageOfNumerics(sumDecimals(firstOf<Decimal>(rows)), BigInt(rows.length))),
    ratio('sum_numeric', 'avg_final_numeric_int8'),
  ),
  aggregate('avg', 2104, 'float4', 'float8', AVG, floatAverage, ratio('sum_float8', 'avg_final_float8_int8', 'float8_float4')),
  aggregate('avg', 2105, 'float8', 'float8', AVG, floatAverage, ratio('sum_float8', 'avg_final_float8_int8')),
  aggregate(
    'avg',
    2106,
    'interval',
    'interval',
    AVG,
    orNull(rows => averageOfIntervals(sumIntervals(firstOf<Interval>(rows)), BigInt(rows.length))),
  ),
];

/** Type, OID of max, OID of min. */
const EXTREMES: readonly (readonly [string, number, number])[] = [
  ['int2', 2117, 2133],
  ['int4', 2116, 2132],
  ['int8', 2115, 2131],
  ['oid', 2118, 2134],
  ['float4', 2119, 2135],
  ['float8', 2120, 2136],
  ['numeric', 2130, 2146],
  ['text', 2129, 2145],
  ['bpchar', 2244, 2245],
  ['date', 2122, 2138],
  ['time', 2123, 2139],
  ['timestamp', 2126, 2142],
  ['timestamptz', 2127, 2143],
  ['interval', 2128, 2144],
  ['anyarray', 2050, 2051],
];

function extreme(name: 'max' | 'min', oid: number, type: string): AggregateDefinition {
  const sign = name === 'max' ? 1 : -1;
  const doc = name === 'max' ? 'Greatest value; NULL over none' : 'Least value; NULL over none';
  return aggregate(
    name,
    oid,
    type,
    type,
    doc,
    (rows, _, types) => {
      const compared: SqlType = types.args[0] ?? T.text;
      let best: Exclude<Datum, null> | null = null;
      for (const value of firstOf(rows)) if (best === null || sign * compareDatums(compared, value, best) > 0) best = value;
      return best;
    },
    native(name),
  );
}

const all = orNull(rows => firstOf<boolean>(rows).every(value => value));
const any = orNull(rows => firstOf<boolean>(rows).some(value => value));

const BOOLEANS: readonly AggregateDefinition[] = [
  aggregate('bool_and', 2517, 'bool', 'bool', 'Whether all values are true; NULL over none', all, native('bool-and')),
  aggregate('bool_or', 2518, 'bool', 'bool', 'Whether any value is true; NULL over none', any, native('bool-or')),
  aggregate('every', 2519, 'bool', 'bool', 'Whether all values are true; NULL over none', all, native('bool-and')),
];

export const BASIC_AGGREGATES: readonly AggregateDefinition[] = [
  ...COUNTS,
  ...SUMS,
  SUM_COUNTS,
  ...AVERAGES,
  ...EXTREMES.flatMap(([type, max, min]) => [extreme('max', max, type), extreme('min', min, type)]),
  ...BOOLEANS,
];
