import type {Column, Validity} from './column.ts';

/** Fewest elements that a builder allocates. */
const MIN_CAPACITY = 64;

/**
 * One growable output column, reused from batch to batch. Subclasses own the value arrays and expose them to the loops that load rows:
 * `reserve(n)`, write at `length …`, then `length += n`. Validity is kept only once a NULL appeared; whatever lies at or beyond `length`
 * is already marked as valid, so that writers of values need not touch it.
 */
export abstract class ColumnBuilder {
  length = 0;
  protected capacity = 0;
  #validity: Uint8Array = new Uint8Array(0);
  #hasNulls = false;

  /** Appends the rows `rows[from … to)` of `column`. */
  abstract gather(column: Column, rows: Int32Array, from: number, to: number): void;
  /** Appends the rows `from … to` of `column`. */
  abstract appendRange(column: Column, from: number, to: number): void;
  /** Views on the builder's own arrays: valid until the next `reset`. */
  abstract build(): Column;
  protected abstract resize(capacity: number): void;

  reserve(extra: number): void {
    const needed = this.length + extra;
    if (needed <= this.capacity) return;
    const capacity = Math.max(MIN_CAPACITY, needed, this.capacity * 2);
    this.resize(capacity);
    this.capacity = capacity;
    if (!this.#hasNulls) return;
    const grown = new Uint8Array(capacity).fill(1);
    grown.set(this.#validity.subarray(0, this.length));
    this.#validity = grown;
  }

  appendNull(): void {
    this.reserve(1);
    this.setNull(this.length++);
  }

  appendNulls(count: number): void {
    this.reserve(count);
    for (let k = 0; k < count; k++) this.setNull(this.length++);
  }

  /** Marks row `index` (already reserved) as NULL. */
  setNull(index: number): void {
    if (!this.#hasNulls) {
      if (this.#validity.length < this.capacity) this.#validity = new Uint8Array(this.capacity);
      this.#validity.fill(1);
      this.#hasNulls = true;
    }
    this.#validity[index] = 0;
  }

  reset(): void {
    this.length = 0;
    this.#hasNulls = false;
  }

  /** Takes back the last rows, down to `length`. */
  truncate(length: number): void {
    if (this.#hasNulls) this.#validity.fill(1, length, this.length);
    this.length = length;
  }

  protected get validity(): Validity {
    return this.#hasNulls ? this.#validity : null;
  }

  protected gatherValidity(validity: Validity, rows: Int32Array, from: number, to: number): void {
    if (validity === null) return;
    const at = this.length - from;
    for (let k = from; k < to; k++) if (validity[rows[k]!] === 0) this.setNull(at + k);
  }

  protected rangeValidity(validity: Validity, from: number, to: number): void {
    if (validity === null) return;
    const at = this.length - from;
    for (let i = from; i < to; i++) if (validity[i] === 0) this.setNull(at + i);
  }
}
