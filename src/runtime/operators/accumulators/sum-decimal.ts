import {decimal, isDecimalOverflow, NUMERIC_MAX_INTEGER_DIGITS, numericOverflow} from '../../../types/decimal.ts';
import type {Decimal} from '../../../types/datum.ts';
import {pow10} from '../../../types/pow10.ts';
import type {Column} from '../../batch/column.ts';
import type {DecimalColumnBuilder} from '../../batch/decimal-column-builder.ts';
import {formMismatch} from '../../batch/form-mismatch.ts';
import type {Field} from '../../rows/row-layout.ts';
import type {RowStore} from '../../rows/row-store.ts';
import {decimalOfBytes} from '../../rows/stored-decimal.ts';
import {writeNull} from '../../rows/write-field.ts';
import {nullWhereEmpty, type AccumulatorDefinition} from './accumulator.ts';
import {addWeighted, readInt128, safeInt128, writeInt128} from './int128.ts';
import {addToMixed, decodeMixed, encodeMixed, mixedResult, plainOf, type MixedDecimalSum} from './mixed-decimal-sum.ts';

/** Bits that a plain sum may use; the rest is room for the next values. */
const PLAIN_BITS = 120;

const OVERFLOW = numericOverflow();

/**
 * sum over numeric → numeric, exact; display scale = the greatest of the values summed; error 22003 beyond numeric's range. Plain form: number of values, the sum in 128 bits,
 * its scale. A group that this cannot hold keeps mixed-decimal-sum.ts's text in the arena. `appendOnly`: scales only rise, so that values of
 * several scales stay plain.
 */
export const sumDecimalDefinition = (appendOnly: boolean): AccumulatorDefinition => ({
  output: 'decimal',
  columns: ['bytes'],
  extras: ['double', 'word', 'word', 'word', 'word', 'word'],
  bind({store, fields, extras}) {
    const countAt = extras[0]!.at;
    const state = new DecimalSums(store, fields[0]!, countAt, extras[1]!.at, extras[5]!.at, appendOnly);
    return {
      update(groups, column, from, to, weights) {
        if (column?.form !== 'dec' && column?.form !== 'bytes') throw formMismatch('decimal', column!);
        const {validity} = column;
        for (let k = 0; k < to - from; k++) {
          const weight = weights[k]!;
          if (weight === 0 || (validity !== null && validity[from + k] === 0)) continue;
          if (column.form === 'dec') state.addScaled(groups[k]!, column.values[from + k]!, column.scale, weight);
          else state.addDecimal(groups[k]!, decimalAt(column, from + k), weight);
        }
      },
      merge(into, from) {
        state.merge(into, from);
      },
      read(pages, rows, from, to, out) {
        const target = out as DecimalColumnBuilder;
        out.reserve(to - from);
        nullWhereEmpty(pages, countAt, rows, from, to, out);
        for (let k = from; k < to; k++) {
          const ints = pages.ints[rows[k]! >> pages.shift]!;
          const base = (rows[k]! & pages.mask) * pages.stride;
          if (pages.floats[rows[k]! >> pages.shift]![(base + countAt) >> 1] === 0) target.length++;
          else state.read(ints, base, target);
        }
      },
      failure: (pages, row) => (state.isOutOfRange(pages.ints[row >> pages.shift]!, (row & pages.mask) * pages.stride) ? OVERFLOW : null),
    };
  },
});

function decimalAt(column: Column & {form: 'bytes'}, row: number): Decimal {
  return decimalOfBytes(column.data, column.starts[row]!, column.ends[row]!);
}

class DecimalSums {
  readonly #store: RowStore;
  readonly #text: Field;
  readonly #countAt: number;
  readonly #sumAt: number;
  readonly #scaleAt: number;
  readonly #appendOnly: boolean;

  constructor(store: RowStore, text: Field, countAt: number, sumAt: number, scaleAt: number, appendOnly: boolean) {
    this.#store = store;
    this.#text = text;
    this.#countAt = countAt;
    this.#sumAt = sumAt;
    this.#scaleAt = scaleAt;
    this.#appendOnly = appendOnly;
  }

  addScaled(row: number, value: number, scale: number, weight: number): void {
    const {pages} = this.#store;
    const ints = pages.ints[row >> pages.shift]!;
    const base = (row & pages.mask) * pages.stride;
    const floats = pages.floats[row >> pages.shift]!;
    const count = floats[(base + this.#countAt) >> 1]!;
    if (!this.#isMixed(ints, base)) {
      if (count === 0) ints[base + this.#scaleAt] = scale;
      if (ints[base + this.#scaleAt] === scale) {
        floats[(base + this.#countAt) >> 1] = count + weight;
        addWeighted(ints, base + this.#sumAt, value | 0, Math.floor(value / 4294967296), weight);
        return;
      }
    }
    this.addDecimal(row, decimal(BigInt(value), scale), weight);
  }

  addDecimal(row: number, value: Decimal, weight: number): void {
    const {pages, arena} = this.#store;
    const ints = pages.ints[row >> pages.shift]!;
    const base = (row & pages.mask) * pages.stride;
    const count = (base + this.#countAt) >> 1;
    const floats = pages.floats[row >> pages.shift]!;
    const old = floats[count]!;
    floats[count] = old + weight;
    if (!this.#isMixed(ints, base) && this.#addPlain(ints, base, value, weight, old === 0)) return;
    const sum = this.#mixed(ints, base, old);
    addToMixed(sum, value, weight);
    const plain = plainOf(sum);
    writeNull(pages, arena, this.#text, row);
    if (plain !== null) {
      writeInt128(ints, base + this.#sumAt, plain.unscaled);
      ints[base + this.#scaleAt] = plain.scale;
      return;
    }
    writeInt128(ints, base + this.#sumAt, 0n);
    const bytes = encodeMixed(sum);
    ints[base + this.#text.nullWord]! &= ~this.#text.nullMask;
    ints[base + this.#text.at] = arena.put(bytes, 0, bytes.length);
    ints[base + this.#text.at + 1] = bytes.length;
  }

  /** The sum of `from` counts as one value; without retractions nobody asks which ones there were. */
  merge(into: number, from: number): void {
    const {pages} = this.#store;
    const ints = pages.ints[from >> pages.shift]!;
    const base = (from & pages.mask) * pages.stride;
    if (pages.floats[from >> pages.shift]![(base + this.#countAt) >> 1] === 0) return;
    const sum = this.#isMixed(ints, base)
      ? mixedResult(this.#decode(ints, base))
      : decimal(readInt128(ints, base + this.#sumAt), ints[base + this.#scaleAt]!);
    this.addDecimal(into, sum, 1);
  }

  read(ints: Int32Array, base: number, out: DecimalColumnBuilder): void {
    if (this.#isMixed(ints, base)) {
      out.appendDecimal(mixedResult(this.#decode(ints, base)));
      return;
    }
    const sum = safeInt128(ints, base + this.#sumAt);
    const scale = ints[base + this.#scaleAt]!;
    if (sum === sum) out.appendScaled(sum, scale);
    else out.appendDecimal(decimal(readInt128(ints, base + this.#sumAt), scale));
  }

  /** A plain sum is in range, and so is one with a short text. */
  isOutOfRange(ints: Int32Array, base: number): boolean {
    if (!this.#isMixed(ints, base) || ints[base + this.#text.at + 1]! < NUMERIC_MAX_INTEGER_DIGITS) return false;
    return isDecimalOverflow(mixedResult(this.#decode(ints, base)));
  }

  #isMixed(ints: Int32Array, base: number): boolean {
    return (ints[base + this.#text.nullWord]! & this.#text.nullMask) === 0;
  }

  /** Adds where the plain form can hold the result. */
  #addPlain(ints: Int32Array, base: number, value: Decimal, weight: number, empty: boolean): boolean {
    if (value.special !== undefined) return false;
    const scale = empty ? value.scale : ints[base + this.#scaleAt]!;
    if (value.scale !== scale && !this.#appendOnly) return false;
    const common = Math.max(scale, value.scale);
    const sum =
      readInt128(ints, base + this.#sumAt) * pow10(common - scale) + value.unscaled * pow10(common - value.scale) * BigInt(weight);
    if (BigInt.asIntN(PLAIN_BITS, sum) !== sum) return false;
    writeInt128(ints, base + this.#sumAt, sum);
    ints[base + this.#scaleAt] = common;
    return true;
  }

  #mixed(ints: Int32Array, base: number, count: number): MixedDecimalSum {
    if (this.#isMixed(ints, base)) return this.#decode(ints, base);
    const scale = ints[base + this.#scaleAt]!;
    const scales = new Map(count === 0 ? [] : [[scale, count]]);
    return {unscaled: readInt128(ints, base + this.#sumAt), scale, nans: 0, positives: 0, negatives: 0, scales};
  }

  #decode(ints: Int32Array, base: number): MixedDecimalSum {
    const {arena} = this.#store;
    const ref = ints[base + this.#text.at]!;
    const start = arena.startOf(ref);
    return decodeMixed(arena.pageOf(ref).subarray(start, start + ints[base + this.#text.at + 1]!));
  }
}
