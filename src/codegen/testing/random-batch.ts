import fc from 'fast-check';
import type {Batch} from '../../runtime/batch/batch.ts';
import type {Column} from '../../runtime/batch/column.ts';
import type {Datum, Decimal} from '../../types/datum.ts';
import {T, type SqlType} from '../../types/sql-type.ts';
import {datumAt, datumsToColumn} from '../datum-column.ts';

/** The columns that random expressions read, two of most types so that they meet. */
export const COLUMN_TYPES: readonly SqlType[] = [
  T.int4,
  T.int4,
  T.int8,
  T.int8,
  T.float8,
  T.float8,
  T.numeric,
  T.numeric,
  T.text,
  T.text,
  T.bool,
  T.int2,
  T.timestamp,
  T.date,
];

const small = fc.integer({min: -5, max: 5});
const int4 = fc.oneof(small, fc.integer(), fc.constantFrom(2147483647, -2147483648));
const smallInt8 = fc.oneof(
  small.map(BigInt),
  fc.integer().map(BigInt),
  fc.constantFrom(9007199254740991n, -9007199254740991n, 4503599627370496n),
);
const anyInt8 = fc.oneof(
  smallInt8,
  fc.constantFrom(9007199254740992n, 9007199254740993n, -9007199254740993n, 9223372036854775807n, -9223372036854775808n),
);
const float8 = fc.oneof(small, fc.double({noNaN: false}), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1.5, 1e308, 5e-324));
const decimalOf = (scale: number): fc.Arbitrary<Decimal> =>
  fc
    .oneof(small.map(BigInt), fc.integer().map(BigInt), fc.constantFrom(9007199254740991n, 999999999999999n))
    .map(unscaled => ({tag: 'decimal', unscaled, scale}));
const generalDecimal: fc.Arbitrary<Decimal> = fc.oneof(
  decimalOf(0),
  decimalOf(2),
  decimalOf(20),
  fc.constant({tag: 'decimal' as const, unscaled: 0n, scale: 0, special: 'NaN' as const}),
  fc.bigInt({min: -(10n ** 30n), max: 10n ** 30n}).map(unscaled => ({tag: 'decimal' as const, unscaled, scale: 5})),
);
const text = fc.oneof(
  fc.constantFrom('', 'a', 'abc', 'abcd', 'b', 'é', 'aé😀', 'x,y,,z', '12', ' 7 '),
  fc.string({maxLength: 8, unit: 'grapheme'}),
);

/** Values of a column: now and then all of one narrow form, now and then anything. */
export function datumsOf(type: SqlType, length: number): fc.Arbitrary<Datum[]> {
  const nullable = (value: fc.Arbitrary<Datum>) =>
    fc.boolean().chain(hasNulls => fc.array(hasNulls ? fc.option(value, {freq: 3}) : value, {minLength: length, maxLength: length}));
  switch (type.kind) {
    case 'int2':
      return nullable(fc.oneof(small, fc.constantFrom(32767, -32768)));
    case 'int4':
      return nullable(int4);
    case 'int8':
      return fc.boolean().chain(narrow => nullable(narrow ? smallInt8 : anyInt8));
    case 'float8':
      return nullable(float8);
    case 'numeric':
      return fc.oneof(
        fc.constantFrom(0, 2, 3).chain(scale => nullable(decimalOf(scale))),
        nullable(generalDecimal),
      );
    case 'bool':
      return nullable(fc.boolean());
    case 'timestamp':
      return nullable(
        fc.oneof(
          fc.integer().map(v => BigInt(v) * 1000n),
          fc.constantFrom(0n, 1600000000123456n),
        ),
      );
    case 'date':
      return nullable(fc.oneof(small, fc.integer({min: -100000, max: 100000})));
    default:
      return nullable(text.map(value => value.replaceAll('\u0000', '')));
  }
}

export function batchArbitrary(length: number): fc.Arbitrary<Batch> {
  return fc
    .tuple(
      fc.tuple(...COLUMN_TYPES.map(type => datumsOf(type, length))),
      fc.option(fc.array(fc.constantFrom(1, -1, 2), {minLength: length, maxLength: length})),
    )
    .map(([columns, weights]) => ({
      length,
      columns: columns.map((datums, i) => datumsToColumn(COLUMN_TYPES[i]!, datums)),
      weights: weights === null ? null : Int32Array.from(weights),
    }));
}

/** All rows of a batch as datums with their weights. */
export function rowsOf(batch: Batch | null, types: readonly SqlType[]): {readonly values: Datum[]; readonly weight: number}[] {
  if (batch === null) return [];
  return Array.from({length: batch.length}, (_, row) => ({
    values: batch.columns.map((column: Column, i) => datumAt(column, types[i]!, row)),
    weight: batch.weights === null ? 1 : batch.weights[row]!,
  }));
}
