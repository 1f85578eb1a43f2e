import {decimal, decimalToText} from '../../types/decimal.ts';
import type {Decimal} from '../../types/datum.ts';
import {BytesColumnBuilder} from './bytes-column-builder.ts';
import {ColumnBuilder} from './column-builder.ts';
import type {BytesColumn, Column, DecimalColumn} from './column.ts';
import {formMismatch} from './form-mismatch.ts';

/**
 * numeric: scaled safe integers while every row has the same display scale, from the first exception on canonical text (until `reset`).
 */
export class DecimalColumnBuilder extends ColumnBuilder {
  /** Filled while `general` is null. */
  values = new Float64Array(0);
  /** Display scale of all rows so far; −1 before the first value. */
  scale = -1;
  general: BytesColumnBuilder | null = null;
  #spare: BytesColumnBuilder | null = null;

  /** Appends `value · 10^−scale`, `value` a safe integer. */
  appendScaled(value: number, scale: number): void {
    this.reserve(1);
    this.putScaled(this.length, value, scale);
    this.length++;
  }

  appendDecimal(value: Decimal): void {
    const scaled = value.special === undefined ? Number(value.unscaled) : NaN;
    if (Number.isSafeInteger(scaled)) this.appendScaled(scaled, value.scale);
    else {
      this.reserve(1);
      this.putText(this.length, decimalToText(value));
      this.length++;
    }
  }

  /** Writes to row `index`, which is the next one in order and reserved. */
  putScaled(index: number, value: number, scale: number): void {
    if (this.general === null) {
      if (scale === this.scale || this.scale < 0) {
        this.scale = scale;
        this.values[index] = value;
        return;
      }
      this.generalize(index);
    }
    this.putText(index, decimalToText(decimal(BigInt(value), scale)));
  }

  putText(index: number, text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    this.generalize(index).put(index, bytes, 0, bytes.length);
  }

  /** Turns the first `count` rows into canonical text. */
  generalize(count: number): BytesColumnBuilder {
    if (this.general !== null) return this.general;
    const general = (this.general = this.#spare ??= new BytesColumnBuilder());
    general.reset();
    general.reserve(this.capacity);
    const validity = this.validity;
    for (let i = 0; i < count; i++) {
      if (validity !== null && validity[i] === 0) continue;
      const bytes = Buffer.from(decimalToText(decimal(BigInt(this.values[i]!), this.scale)), 'latin1');
      general.put(i, bytes, 0, bytes.length);
    }
    return general;
  }

  override gather(column: Column, rows: Int32Array, from: number, to: number): void {
    this.reserve(to - from);
    const at = this.length - from;
    const validity = column.validity;
    if (column.form === 'dec') {
      const {values, scale} = column;
      if (this.general === null && (scale === this.scale || this.scale < 0)) {
        this.scale = scale;
        for (let k = from; k < to; k++) this.values[at + k] = values[rows[k]!]!;
      } else {
        for (let k = from; k < to; k++) {
          const row = rows[k]!;
          if (validity === null || validity[row] !== 0) this.putScaled(at + k, values[row]!, scale);
        }
      }
    } else if (column.form === 'bytes') {
      const general = this.generalize(this.length);
      for (let k = from; k < to; k++) {
        const row = rows[k]!;
        if (validity === null || validity[row] !== 0) general.put(at + k, column.data, column.starts[row]!, column.ends[row]!);
      }
    } else throw formMismatch('decimal', column);
    this.gatherValidity(validity, rows, from, to);
    this.length += to - from;
  }

  override appendRange(column: Column, from: number, to: number): void {
    const rows = new Int32Array(to - from);
    for (let i = 0; i < rows.length; i++) rows[i] = from + i;
    this.gather(column, rows, 0, rows.length);
  }

  override build(): DecimalColumn | BytesColumn {
    const {general, validity} = this;
    if (general !== null) return {form: 'bytes', starts: general.starts, ends: general.ends, data: general.data, validity};
    return {form: 'dec', values: this.values, scale: Math.max(this.scale, 0), validity};
  }

  override reset(): void {
    super.reset();
    this.scale = -1;
    this.general = null;
  }

  protected override resize(capacity: number): void {
    const grown = new Float64Array(capacity);
    grown.set(this.values);
    this.values = grown;
    if (this.general !== null) {
      this.general.length = this.length;
      this.general.reserve(capacity - this.length);
    }
  }
}
