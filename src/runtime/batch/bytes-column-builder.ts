import {ColumnBuilder} from './column-builder.ts';
import type {BytesColumn, Column} from './column.ts';
import {formMismatch} from './form-mismatch.ts';

/** Variable-width values copied one behind the other into the builder's own buffer. */
export class BytesColumnBuilder extends ColumnBuilder {
  starts = new Int32Array(0);
  ends = new Int32Array(0);
  data = new Uint8Array(0);
  used = 0;

  append(source: Uint8Array, start: number, end: number): void {
    this.reserve(1);
    this.put(this.length++, source, start, end);
  }

  /** Writes a value to row `index` (already reserved). */
  put(index: number, source: Uint8Array, start: number, end: number): void {
    const used = this.used;
    const size = end - start;
    if (used + size > this.data.length) this.#growData(used + size);
    const data = this.data;
    if (size < 32) for (let i = 0; i < size; i++) data[used + i] = source[start + i]!;
    else data.set(source.subarray(start, end), used);
    this.starts[index] = used;
    this.ends[index] = this.used = used + size;
  }

  override setNull(index: number): void {
    super.setNull(index);
    this.starts[index] = this.ends[index] = this.used;
  }

  override gather(column: Column, rows: Int32Array, from: number, to: number): void {
    if (column.form !== 'bytes') throw formMismatch('bytes', column);
    this.reserve(to - from);
    const {starts, ends, data, validity} = column;
    let at = this.length;
    for (let k = from; k < to; k++, at++) {
      const row = rows[k]!;
      if (validity !== null && validity[row] === 0) this.setNull(at);
      else this.put(at, data, starts[row]!, ends[row]!);
    }
    this.length = at;
  }

  override appendRange(column: Column, from: number, to: number): void {
    if (column.form !== 'bytes') throw formMismatch('bytes', column);
    this.reserve(to - from);
    const {starts, ends, data, validity} = column;
    let at = this.length;
    for (let row = from; row < to; row++, at++) {
      if (validity !== null && validity[row] === 0) this.setNull(at);
      else this.put(at, data, starts[row]!, ends[row]!);
    }
    this.length = at;
  }

  override build(): BytesColumn {
    return {form: 'bytes', starts: this.starts, ends: this.ends, data: this.data, validity: this.validity};
  }

  override reset(): void {
    super.reset();
    this.used = 0;
  }

  override truncate(length: number): void {
    super.truncate(length);
    this.used = length === 0 ? 0 : this.ends[length - 1]!;
  }

  protected override resize(capacity: number): void {
    const starts = new Int32Array(capacity);
    starts.set(this.starts);
    this.starts = starts;
    const ends = new Int32Array(capacity);
    ends.set(this.ends);
    this.ends = ends;
  }

  #growData(needed: number): void {
    const grown = new Uint8Array(Math.max(1024, needed, this.data.length * 2));
    grown.set(this.data.subarray(0, this.used));
    this.data = grown;
  }
}
