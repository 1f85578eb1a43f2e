import {sqlError} from '../../../common/sql-error.ts';
import type {F64ColumnBuilder} from '../../batch/fixed-column-builders.ts';
import {formMismatch} from '../../batch/form-mismatch.ts';
import {addDouble, nullWhereEmpty, type AccumulatorDefinition} from './accumulator.ts';

const SPLITTER = 134217729;
/** Values beyond this are summed apart, scaled down: no number of rows then overflows a sum that is retracted again. */
const BIG = 2 ** 960;
const SCALE = 2 ** 64;

const OVERFLOW = sqlError('numeric_value_out_of_range', 'value out of range: overflow');

/**
 * sum over float8 → float8. State: number of values, a double-double (about 106 bits, so that retraction leaves no residue for values of
 * similar size), another one for big values, and how many NaN, +Infinity and −Infinity there are. A sum of finite values beyond the range of
 * a double is error 22003.
 */
export const sumFloatDefinition: AccumulatorDefinition = {
  output: 'f64',
  columns: [],
  extras: ['double', 'double', 'double', 'double', 'double', 'word', 'word', 'word'],
  bind({store, extras}) {
    const places = extras.map(e => e.at) as [number, number, number, number, number, number, number, number];
    const [countAt, highAt, lowAt, bigHighAt, bigLowAt, nans, positives, negatives] = places;
    const finiteSum = (page: Float64Array, base: number): number => {
      const small = page[(base + highAt) >> 1]! + page[(base + lowAt) >> 1]!;
      const bigHigh = page[(base + bigHighAt) >> 1]!;
      const bigLow = page[(base + bigLowAt) >> 1]!;
      return bigHigh === 0 && bigLow === 0 ? small : (bigHigh + (bigLow + small / SCALE)) * SCALE;
    };
    return {
      update(groups, column, from, to, weights) {
        if (column?.form !== 'f64') throw formMismatch('f64', column!);
        const {ints, floats, shift, mask, stride} = store.pages;
        const {values, validity} = column;
        for (let k = 0; k < to - from; k++) {
          const i = from + k;
          const weight = weights[k]!;
          if (weight === 0 || (validity !== null && validity[i] === 0)) continue;
          const row = groups[k]!;
          const base = (row & mask) * stride;
          const page = floats[row >> shift]!;
          page[(base + countAt) >> 1]! += weight;
          let value = values[i]!;
          if (value - value !== 0) {
            ints[row >> shift]![base + (value !== value ? nans : value > 0 ? positives : negatives)]! += weight;
            continue;
          }
          const big = value > BIG || value < -BIG;
          if (big) value /= SCALE;
          const high = (base + (big ? bigHighAt : highAt)) >> 1;
          const low = (base + (big ? bigLowAt : lowAt)) >> 1;
          const product = value * weight;
          add(page, high, low, product);
          if (weight !== 1 && weight !== -1) add(page, high, low, productError(value, weight, product));
        }
      },
      merge(into, from) {
        const {ints, floats, shift, mask, stride} = store.pages;
        addDouble(store.pages, countAt, into, from);
        const [a, b] = [(into & mask) * stride, (from & mask) * stride];
        const source = floats[from >> shift]!;
        for (const at of [highAt, lowAt]) add(floats[into >> shift]!, (a + highAt) >> 1, (a + lowAt) >> 1, source[(b + at) >> 1]!);
        for (const at of [nans, positives, negatives]) ints[into >> shift]![a + at]! += ints[from >> shift]![b + at]!;
      },
      read(pages, rows, from, to, out) {
        const target = out as F64ColumnBuilder;
        out.reserve(to - from);
        nullWhereEmpty(pages, countAt, rows, from, to, out);
        const {ints, floats, shift, mask, stride} = pages;
        for (let k = from; k < to; k++) {
          const row = rows[k]!;
          const base = (row & mask) * stride;
          const words = ints[row >> shift]!;
          const plus = words[base + positives] !== 0;
          const minus = words[base + negatives] !== 0;
          if (words[base + nans] !== 0 || (plus && minus)) target.append(NaN);
          else if (plus || minus) target.append(plus ? Infinity : -Infinity);
          else target.append(finiteSum(floats[row >> shift]!, base));
        }
      },
      failure(pages, row) {
        const base = (row & pages.mask) * pages.stride;
        if (Number.isFinite(finiteSum(pages.floats[row >> pages.shift]!, base))) return null;
        const words = pages.ints[row >> pages.shift]!;
        return words[base + nans] === 0 && words[base + positives] === 0 && words[base + negatives] === 0 ? OVERFLOW : null;
      },
    };
  },
};

/** Adds to the double-double at [high, low] (Knuth's two-sum, then renormalised). */
function add(page: Float64Array, highAt: number, lowAt: number, value: number): void {
  const high = page[highAt]!;
  const sum = high + value;
  const virtual = sum - high;
  const low = page[lowAt]! + (high - (sum - virtual) + (value - virtual));
  const normal = sum + low;
  page[highAt] = normal;
  page[lowAt] = low - (normal - sum);
}

/** value · weight − fl(value · weight), exactly (Dekker). */
function productError(value: number, weight: number, product: number): number {
  const c = SPLITTER * value;
  const high = c - (c - value);
  const low = value - high;
  return low * weight - (product - high * weight);
}
