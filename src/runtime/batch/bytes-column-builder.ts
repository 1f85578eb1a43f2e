import {ColumnBuilder} from './column-builder.ts';
import {copyBytes} from './copy-bytes.ts';
import type {BytesColumn, Column} from './column.ts';
import {formMismatch} from './form-mismatch.ts';

/** Values of stored rows whose place in the buffer is remembered, by their reference. */
const REMEMBERED = 512;

/**
 * Variable-width values copied one behind the other into the builder's own buffer. A value that comes again soon is copied once: ranges may
 * share bytes.
 */
export class BytesColumnBuilder extends ColumnBuilder {
  /**
   * Rows gathered from a batch keep their bytes there. Only for owners that emit what they gathered while they are given the batch, and
   * that fill a column from one batch or from stored rows, not both, between two resets.
   */
  borrows = false;
  starts = new Int32Array(0);
  ends = new Int32Array(0);
  data = new Uint8Array(0);
  used = 0;
  #lender: Uint8Array | null = null;
  /** For each reference, modulo REMEMBERED: reference + 1 and the row that has its bytes. */
  #remembered: Int32Array | null = null;
  #remembers: object | null = null;

  append(source: Uint8Array, start: number, end: number): void {
    this.reserve(1);
    this.put(this.length++, source, start, end);
  }

  /** Writes a value to row `index` (already reserved). */
  put(index: number, source: Uint8Array, start: number, end: number): void {
    const used = this.used;
    const size = end - start;
    if (used + size > this.data.length) this.#growData(used + size);
    copyBytes(source, start, end, this.data, used);
    this.starts[index] = used;
    this.ends[index] = this.used = used + size;
  }

  override setNull(index: number): void {
    super.setNull(index);
    this.starts[index] = this.ends[index] = this.used;
  }

  /** Writes the bytes `start … end` of a page to row `index`, or the range that has them; `reference` names them in `arena`. */
  putStored(index: number, arena: object, reference: number, page: Uint8Array, start: number, end: number): void {
    const remembered = (this.#remembered ??= new Int32Array(REMEMBERED * 2));
    if (this.#remembers !== arena) {
      remembered.fill(0);
      this.#remembers = arena;
    }
    const slot = ((reference ^ (reference >>> 9)) & (REMEMBERED - 1)) << 1;
    if (remembered[slot] === reference + 1) {
      const known = remembered[slot + 1]!;
      this.starts[index] = this.starts[known]!;
      this.ends[index] = this.ends[known]!;
      return;
    }
    this.put(index, page, start, end);
    remembered[slot] = reference + 1;
    remembered[slot + 1] = index;
  }

  override gather(column: Column, rows: Int32Array, from: number, to: number): void {
    if (column.form !== 'bytes') throw formMismatch('bytes', column);
    this.reserve(to - from);
    if (this.borrows) return this.#borrow(column, rows, from, to);
    const {starts, ends, data, validity} = column;
    let at = this.length;
    for (let k = from; k < to; k++, at++) {
      const row = rows[k]!;
      if (k > from && row === rows[k - 1] && (validity === null || validity[row] !== 0)) {
        this.starts[at] = this.starts[at - 1]!;
        this.ends[at] = this.ends[at - 1]!;
      } else if (validity !== null && validity[row] === 0) this.setNull(at);
      else this.put(at, data, starts[row]!, ends[row]!);
    }
    this.length = at;
  }

  #borrow({starts, ends, data, validity}: BytesColumn, rows: Int32Array, from: number, to: number): void {
    if (this.length > 0 && this.#lender !== data) throw new Error('internal error: a column borrows from two batches');
    this.#lender = data;
    let at = this.length;
    for (let k = from; k < to; k++, at++) {
      const row = rows[k]!;
      this.starts[at] = starts[row]!;
      this.ends[at] = ends[row]!;
      if (validity !== null && validity[row] === 0) this.setNull(at);
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
    return {form: 'bytes', starts: this.starts, ends: this.ends, data: this.#lender ?? this.data, validity: this.validity};
  }

  override reset(): void {
    super.reset();
    this.used = 0;
    this.#lender = null;
    this.#remembers = null;
  }

  /** The bytes of what is taken back stay, as rows before it may share them. */
  override truncate(length: number): void {
    super.truncate(length);
    this.#remembers = null;
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
