import {sqlError} from '../../../common/sql-error.ts';
import {decimalFromBigint} from '../../../types/decimal.ts';
import type {DecimalColumnBuilder} from '../../batch/decimal-column-builder.ts';
import {formMismatch} from '../../batch/form-mismatch.ts';
import type {Int64ColumnBuilder} from '../../batch/int64-column-builder.ts';
import {wordsOf} from '../../rows/hash-column.ts';
import {addDouble, nullWhereEmpty, type AccumulatorDefinition} from './accumulator.ts';
import {addWeighted, readInt128, safeInt128, writeInt128} from './int128.ts';

const WORDS = ['double', 'word', 'word', 'word', 'word'] as const;

const OUT_OF_RANGE = sqlError('numeric_value_out_of_range', 'bigint out of range');

/**
 * sum over integers, exact in 128 bits, with the number of values before it (NULL while 0). Over int2/int4 → int8, error 22003 when it does
 * not fit; over int8 → numeric of scale 0, or int8 for counts.
 */
export const sumIntDefinition = (input: 'i32' | 'i64', output: 'i64' | 'decimal'): AccumulatorDefinition => ({
  output,
  columns: [],
  extras: WORDS,
  bind({store, extras}) {
    const countAt = extras[0]!.at;
    const at = extras[1]!.at;
    return {
      update(groups, column, from, to, weights) {
        const {ints, floats, shift, mask, stride} = store.pages;
        const validity = column!.validity;
        const wide = column!.form === 'i64w' ? wordsOf(column!.values) : null;
        const narrow = column!.form === 'i64n' ? column!.values : null;
        const small = column!.form === 'i32' ? column!.values : null;
        if (wide === null && narrow === null && small === null) throw formMismatch(input, column!);
        for (let k = 0; k < to - from; k++) {
          const i = from + k;
          const weight = weights[k]!;
          if (weight === 0 || (validity !== null && validity[i] === 0)) continue;
          const row = groups[k]!;
          const base = (row & mask) * stride;
          floats[row >> shift]![(base + countAt) >> 1]! += weight;
          const page = ints[row >> shift]!;
          if (small !== null) addWeighted(page, base + at, small[i]!, small[i]! >> 31, weight);
          else if (narrow !== null) addWeighted(page, base + at, narrow[i]! | 0, Math.floor(narrow[i]! / 4294967296), weight);
          else addWeighted(page, base + at, wide![2 * i]!, wide![2 * i + 1]!, weight);
        }
      },
      merge(into, from) {
        const {ints, shift, mask, stride} = store.pages;
        addDouble(store.pages, countAt, into, from);
        const target = ints[into >> shift]!;
        const word = (into & mask) * stride + at;
        writeInt128(target, word, readInt128(target, word) + readInt128(ints[from >> shift]!, (from & mask) * stride + at));
      },
      read(pages, rows, from, to, out) {
        out.reserve(to - from);
        const {ints, shift, mask, stride} = pages;
        nullWhereEmpty(pages, countAt, rows, from, to, out);
        for (let k = from; k < to; k++) {
          const page = ints[rows[k]! >> shift]!;
          const word = (rows[k]! & mask) * stride + at;
          const sum = safeInt128(page, word);
          if (output === 'decimal') {
            const target = out as DecimalColumnBuilder;
            if (sum === sum) target.appendScaled(sum, 0);
            else target.appendDecimal(decimalFromBigint(readInt128(page, word)));
          } else appendInt64(out as Int64ColumnBuilder, sum, page, word);
        }
      },
      ...(output === 'i64' && {
        failure: (pages, row) => (fitsInt64(pages.ints[row >> pages.shift]!, (row & pages.mask) * pages.stride + at) ? null : OUT_OF_RANGE),
      }),
    };
  },
});

function appendInt64(out: Int64ColumnBuilder, sum: number, page: Int32Array, word: number): void {
  if (sum === sum) out.append(sum);
  else if (fitsInt64(page, word)) out.appendWords(page[word]!, page[word + 1]!);
  else throw OUT_OF_RANGE;
}

/** Whether the upper half of a 128-bit integer is the sign of the lower one. */
function fitsInt64(page: Int32Array, word: number): boolean {
  const sign = page[word + 1]! >> 31;
  return page[word + 2] === sign && page[word + 3] === sign;
}
