import type {F64ColumnBuilder} from '../../batch/fixed-column-builders.ts';
import {formMismatch} from '../../batch/form-mismatch.ts';
import {nullWhereEmpty, type AccumulatorDefinition} from './accumulator.ts';

const SPLITTER = 134217729;

/**
 * sum over float8 → float8. State: number of values, a double-double (about 106 bits, so that retraction leaves no residue for values of
 * similar size), and how many NaN, +Infinity and −Infinity there are. A finite sum beyond the range of a double is Infinity.
 */
export const sumFloatDefinition: AccumulatorDefinition = {
  output: 'f64',
  columns: [],
  extras: ['double', 'double', 'double', 'word', 'word', 'word'],
  bind({store, extras}) {
    const [countAt, highAt, lowAt, nans, positives, negatives] = extras.map(e => e.at) as [number, number, number, number, number, number];
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
          const value = values[i]!;
          if (value - value !== 0) {
            ints[row >> shift]![base + (value !== value ? nans : value > 0 ? positives : negatives)]! += weight;
            continue;
          }
          const product = value * weight;
          add(page, (base + highAt) >> 1, (base + lowAt) >> 1, product);
          if (weight !== 1 && weight !== -1) add(page, (base + highAt) >> 1, (base + lowAt) >> 1, productError(value, weight, product));
        }
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
          else target.append(floats[row >> shift]![(base + highAt) >> 1]! + floats[row >> shift]![(base + lowAt) >> 1]!);
        }
      },
    };
  },
};

/** Adds to the double-double at [high, low] (Knuth's two-sum, then renormalised). */
function add(page: Float64Array, highAt: number, lowAt: number, value: number): void {
  const high = page[highAt]!;
  const sum = high + value;
  if (sum - sum !== 0) {
    page[highAt] = sum;
    page[lowAt] = 0;
    return;
  }
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
  const error = low * weight - (product - high * weight);
  return error - error === 0 ? error : 0;
}
