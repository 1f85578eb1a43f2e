import type {Slices} from '../graph/operator.ts';
import type {Field} from '../rows/row-layout.ts';
import type {RowIndex, RowStore} from '../rows/row-store.ts';
import {timeOf} from './stored-time.ts';
import type {TimeBound} from './time-bound.ts';

/** Width of a bucket where exactness does not matter: 2^20 µs, about a second. */
export const COARSE_BUCKET = 2 ** 20;
const FIRST_ROWS = 16;
/** Rows handed over between two pauses. */
const ROWS_PER_SLICE = 4096;

/**
 * When rows are of no use any more: their time is below the bound. `width` of a bucket in µs: rows go when their whole bucket is below the
 * bound. 1 = each row at its own time, for window ends.
 */
export type Expiry = {readonly bound: TimeBound; readonly width: number};
/** What rows of an operator go by: the time in `column`. */
export type RowExpiry = Expiry & {readonly column: number};

/** Row ids whose times lie in one bucket, in order of arrival. */
class Bucket {
  ids = new Int32Array(FIRST_ROWS);
  count = 0;

  push(id: number): void {
    if (this.count === this.ids.length) {
      const grown = new Int32Array(2 * this.count);
      grown.set(this.ids);
      this.ids = grown;
    }
    this.ids[this.count++] = id;
  }
}

/**
 * Rows of a store by the value of one int64 column, so that those below the growing bound are found without a look at the others. Four
 * bytes a row. Nobody tells it of rows that go by other ways: an id is looked at again when its bucket is due, and an id that has been
 * used anew meanwhile is in the bucket of its new time as well. Rows with NULL are never due.
 */
export class ExpiryIndex implements RowIndex {
  readonly bound: TimeBound;
  readonly #store: RowStore;
  readonly #field: Field;
  readonly #width: number;
  readonly #buckets = new Map<number, Bucket>();
  /** No bucket has a smaller number. */
  #lowest = Infinity;
  #last: {readonly key: number; readonly bucket: Bucket} | undefined;

  constructor(store: RowStore, field: Field, {bound, width}: Expiry) {
    this.bound = bound;
    this.#store = store;
    this.#field = field;
    this.#width = width;
    store.indexes.push(this);
  }

  add(rows: Int32Array, count: number): void {
    for (let k = 0; k < count; k++) {
      const time = timeOf(this.#store.pages, this.#field, rows[k]!);
      if (Number.isNaN(time)) continue;
      const key = Math.floor(time / this.#width);
      if (this.#last?.key !== key) this.#last = {key, bucket: this.#bucket(key)};
      this.#last.bucket.push(rows[k]!);
    }
  }

  #bucket(key: number): Bucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new Bucket();
      this.#buckets.set(key, bucket);
      if (key < this.#lowest) this.#lowest = key;
    }
    return bucket;
  }

  get isEmpty(): boolean {
    return this.#buckets.size === 0;
  }

  /** The least time of a row that is there; Infinity if there is none. */
  oldest(): number {
    for (const key of [...this.#buckets.keys()].sort((a, b) => a - b)) {
      const {ids, count} = this.#buckets.get(key)!;
      let least = Infinity;
      for (let k = 0; k < count; k++) {
        const time = this.#store.isLive(ids[k]!) ? timeOf(this.#store.pages, this.#field, ids[k]!) : NaN;
        if (Math.floor(time / this.#width) === key && time < least) least = time;
      }
      if (least < Infinity) return least;
    }
    return Infinity;
  }

  /** Whether `expire` would have something to look at. */
  isDue(): boolean {
    return this.#isOver(this.#lowest, this.bound.current());
  }

  /** Whether a bucket lies below the bound. Far from now doubles do not count single µs. */
  #isOver(key: number, bound: number): boolean {
    return this.#width === 1 ? key < bound : (key + 1) * this.#width <= bound;
  }

  /**
   * Forgets the rows whose buckets lie below the bound and hands over those that are there still, by buckets in the order of time. `visit`
   * may free them.
   */
  *expire(visit: (rows: Int32Array, count: number) => void): Slices {
    if (!this.isDue()) return;
    const bound = this.bound.current();
    const due = [...this.#buckets.keys()].filter(key => this.#isOver(key, bound)).sort((a, b) => a - b);
    const chunk = new Int32Array(ROWS_PER_SLICE);
    for (const key of due) {
      const bucket = this.#buckets.get(key)!;
      this.#settle(bucket, key);
      // What has not been handed over stays in the bucket, in case that the step is undone.
      while (bucket.count > 0) {
        const from = Math.max(0, bucket.count - ROWS_PER_SLICE);
        const count = bucket.count - from;
        chunk.set(bucket.ids.subarray(from, bucket.count));
        bucket.count = from;
        visit(chunk, count);
        yield;
      }
      this.#buckets.delete(key);
      if (this.#last?.key === key) this.#last = undefined;
    }
    this.#lowest = Infinity;
    for (const key of this.#buckets.keys()) if (key < this.#lowest) this.#lowest = key;
  }

  /** Leaves the ids of rows that belong here, each once, ascending. */
  #settle(bucket: Bucket, key: number): void {
    const ids = bucket.ids.subarray(0, bucket.count).sort();
    let count = 0;
    for (let k = 0; k < ids.length; k++) {
      const id = ids[k]!;
      if (
        (count === 0 || ids[count - 1] !== id) &&
        this.#store.isLive(id) &&
        Math.floor(timeOf(this.#store.pages, this.#field, id) / this.#width) === key
      )
        ids[count++] = id;
    }
    bucket.count = count;
  }

  /** Rows that go are noticed when their time comes. */
  remove(): void {}

  clear(): void {
    this.#buckets.clear();
    this.#lowest = Infinity;
    this.#last = undefined;
  }

  byteLength(): number {
    let bytes = 0;
    for (const {ids} of this.#buckets.values()) bytes += ids.byteLength;
    return bytes;
  }
}
