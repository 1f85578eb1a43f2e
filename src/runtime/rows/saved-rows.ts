import {HashIndex} from './hash-index.ts';
import {finishHash} from './hash-mix.ts';
import {rowCopier, type RowCopier} from './row-copier.ts';
import {RowPages} from './row-pages.ts';

/**
 * Copies of rows as they were, each row id at most once: what a step needs to be undone, and what a pinned reader sees in place of rows
 * that have changed since. Slot numbers address `pages`. Lookup tables are built only when somebody looks.
 */
export class SavedRows {
  readonly pages: RowPages;
  ids = new Int32Array(16);
  count = 0;
  readonly #copy: RowCopier;
  readonly #byId = new HashIndex();
  #idsMapped = 0;
  readonly #byKey = new HashIndex();
  #keysMapped = 0;

  constructor(stride: number) {
    this.pages = new RowPages(stride);
    this.#copy = rowCopier(stride);
  }

  /** Saves the row at word `base` of `ints`; returns its slot. The caller knows that it is not there yet. */
  add(id: number, ints: Int32Array, base: number): number {
    const slot = this.count;
    if (slot === this.ids.length) this.#growIds();
    if (slot === this.pages.capacity) this.pages.ensure(slot + 1);
    this.ids[slot] = id;
    const {stride, shift, mask} = this.pages;
    this.#copy(this.pages.ints[slot >> shift]!, (slot & mask) * stride, ints, base);
    this.count = slot + 1;
    return slot;
  }

  /** Slot of a row id, or −1. */
  slotOf(id: number): number {
    for (; this.#idsMapped < this.count; this.#idsMapped++) this.#byId.insert(finishHash(this.ids[this.#idsMapped]!), this.#idsMapped);
    const hash = finishHash(id);
    for (let slot = this.#byId.first(hash); slot >= 0; slot = this.#byId.next(hash, slot)) if (this.ids[slot] === id) return slot;
    return -1;
  }

  /** Slots of the saved rows by key hash; `hashOf` hashes a slot, negative = not in use. */
  byKey(hashOf: (pages: RowPages, slot: number) => number | null): HashIndex {
    for (; this.#keysMapped < this.count; this.#keysMapped++) {
      const hash = hashOf(this.pages, this.#keysMapped);
      if (hash !== null) this.#byKey.insert(hash, this.#keysMapped);
    }
    return this.#byKey;
  }

  byteLength(): number {
    return this.pages.byteLength() + this.ids.byteLength + this.#byId.byteLength() + this.#byKey.byteLength();
  }

  /** Empties it; what one large step needed is given back. */
  clear(): void {
    this.count = 0;
    if (this.#idsMapped > 0) this.#byId.clear();
    if (this.#keysMapped > 0) this.#byKey.clear();
    this.#idsMapped = this.#keysMapped = 0;
    if (this.ids.length > 65_536) {
      this.ids = new Int32Array(16);
      this.pages.shrink();
    }
  }

  /** Saves rows of a store. */
  addAll(from: RowPages, ids: Int32Array, n: number): void {
    const {ints, shift, mask, stride} = from;
    for (let k = 0; k < n; k++) this.add(ids[k]!, ints[ids[k]! >> shift]!, (ids[k]! & mask) * stride);
  }

  #growIds(): void {
    const grown = new Int32Array(this.ids.length * 2);
    grown.set(this.ids);
    this.ids = grown;
  }
}
