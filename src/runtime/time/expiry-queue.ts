import {OrderedIndex} from '../rows/ordered-index.ts';
import type {Field} from '../rows/row-layout.ts';
import type {RowIndex, RowStore} from '../rows/row-store.ts';
import {timeOf} from './stored-time.ts';

/** Rows of a store in the order of one int64 column, exactly: those with NULL are not in it. */
export class ExpiryQueue implements RowIndex {
  readonly #store: RowStore;
  readonly #field: Field;
  readonly #order: OrderedIndex;
  readonly #passed: () => number;

  /** Rows with times up to `passed()` have had their turn and are not queued, when they are new or when they come back. */
  constructor(store: RowStore, field: Field, passed: () => number) {
    this.#store = store;
    this.#field = field;
    this.#passed = passed;
    this.#order = new OrderedIndex({compare: () => 0});
    store.indexes.push(this);
  }

  /** The earliest time; Infinity if there is none. */
  get next(): number {
    const row = this.#order.first(0);
    return row < 0 ? Infinity : timeOf(this.#store.pages, this.#field, row);
  }

  /** Takes out up to `out.length` rows with times up to `limit`, in order; returns how many. */
  take(limit: number, out: Int32Array): number {
    let count = 0;
    while (count < out.length) {
      const row = this.#order.first(0);
      if (row < 0) break;
      const time = timeOf(this.#store.pages, this.#field, row);
      if (time > limit) break;
      this.#order.remove(0, time, row);
      out[count++] = row;
    }
    return count;
  }

  add(rows: Int32Array, count: number): void {
    const passed = this.#passed();
    for (let k = 0; k < count; k++) {
      const time = timeOf(this.#store.pages, this.#field, rows[k]!);
      if (time > passed) this.#order.insert(0, time, rows[k]!);
    }
  }

  remove(rows: Int32Array, count: number): void {
    for (let k = 0; k < count; k++) {
      const time = timeOf(this.#store.pages, this.#field, rows[k]!);
      if (!Number.isNaN(time)) this.#order.remove(0, time, rows[k]!);
    }
  }

  clear(): void {
    this.#order.clear();
  }

  byteLength(): number {
    return this.#order.byteLength();
  }
}
