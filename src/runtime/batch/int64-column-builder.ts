import {ColumnBuilder} from './column-builder.ts';
import type {Column, NarrowColumn, WideColumn} from './column.ts';
import {formMismatch} from './form-mismatch.ts';

const NO_WIDE = new BigInt64Array(0);

/** 64-bit integers: narrow until the first value that is no safe integer, then wide until `reset`. */
export class Int64ColumnBuilder extends ColumnBuilder {
  /** Filled while narrow. */
  values = new Float64Array(0);
  /** Filled once wide; `wideWords` is the same memory as (low, high) pairs. */
  wideValues: BigInt64Array = NO_WIDE;
  wideWords = new Int32Array(0);
  wide = false;

  append(value: number): void {
    this.reserve(1);
    if (this.wide) this.wideValues[this.length++] = BigInt(value);
    else this.values[this.length++] = value;
  }

  appendBigint(value: bigint): void {
    this.reserve(1);
    if (!this.wide) {
      const narrow = Number(value);
      if (Number.isSafeInteger(narrow)) {
        this.values[this.length++] = narrow;
        return;
      }
      this.widen();
    }
    this.wideValues[this.length++] = value;
  }

  /** Appends the two's complement value `high · 2^32 + (low >>> 0)`. */
  appendWords(low: number, high: number): void {
    this.reserve(1);
    if (!this.wide) {
      const value = high * 4294967296 + (low >>> 0);
      if (Number.isSafeInteger(value)) {
        this.values[this.length++] = value;
        return;
      }
      this.widen();
    }
    const at = 2 * this.length++;
    this.wideWords[at] = low;
    this.wideWords[at + 1] = high;
  }

  /** Turns what is there into the wide form. */
  widen(): void {
    if (this.wide) return;
    this.wide = true;
    if (this.wideValues.length < this.capacity) this.#allocateWide(this.capacity);
    for (let i = 0; i < this.length; i++) {
      const value = this.values[i]!;
      this.wideWords[2 * i] = value;
      this.wideWords[2 * i + 1] = Math.floor(value / 4294967296);
    }
  }

  override gather(column: Column, rows: Int32Array, from: number, to: number): void {
    this.reserve(to - from);
    const at = this.length - from;
    if (column.form === 'i64n') {
      const source = column.values;
      if (this.wide) {
        const words = this.wideWords;
        for (let k = from; k < to; k++) {
          const value = source[rows[k]!]!;
          words[2 * (at + k)] = value;
          words[2 * (at + k) + 1] = Math.floor(value / 4294967296);
        }
      } else {
        const values = this.values;
        for (let k = from; k < to; k++) values[at + k] = source[rows[k]!]!;
      }
    } else if (column.form === 'i64w') {
      this.widen();
      const source = column.values;
      const target = this.wideValues;
      for (let k = from; k < to; k++) target[at + k] = source[rows[k]!]!;
    } else throw formMismatch('i64', column);
    this.gatherValidity(column.validity, rows, from, to);
    this.length += to - from;
  }

  override appendRange(column: Column, from: number, to: number): void {
    this.reserve(to - from);
    if (column.form === 'i64n') {
      if (this.wide) {
        for (let i = from, w = 2 * this.length; i < to; i++, w += 2) {
          const value = column.values[i]!;
          this.wideWords[w] = value;
          this.wideWords[w + 1] = Math.floor(value / 4294967296);
        }
      } else this.values.set(column.values.subarray(from, to), this.length);
    } else if (column.form === 'i64w') {
      this.widen();
      this.wideValues.set(column.values.subarray(from, to), this.length);
    } else throw formMismatch('i64', column);
    this.rangeValidity(column.validity, from, to);
    this.length += to - from;
  }

  override build(): NarrowColumn | WideColumn {
    return this.wide
      ? {form: 'i64w', values: this.wideValues, validity: this.validity}
      : {form: 'i64n', values: this.values, validity: this.validity};
  }

  override reset(): void {
    super.reset();
    this.wide = false;
  }

  protected override resize(capacity: number): void {
    const grown = new Float64Array(capacity);
    grown.set(this.values);
    this.values = grown;
    if (this.wide) this.#allocateWide(capacity);
  }

  #allocateWide(capacity: number): void {
    const grown = new BigInt64Array(capacity);
    grown.set(this.wideValues);
    this.wideValues = grown;
    this.wideWords = new Int32Array(grown.buffer);
  }
}
