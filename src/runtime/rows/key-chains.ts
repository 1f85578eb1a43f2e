import {hashRow} from './hash-rows.ts';
import {HashIndex} from './hash-index.ts';
import type {Field} from './row-layout.ts';
import type {RowIndex, RowStore} from './row-store.ts';

const PAGE_SHIFT = 12;
const PAGE_MASK = (1 << PAGE_SHIFT) - 1;
/** In place of a predecessor: the row is the first of its chain. */
const FIRST = -1;

/**
 * All rows of a store in doubly linked chains, one for each hash of their `fields`: any number of rows may share a key without lengthening
 * the probes of the hash index, which holds the first row of each chain only. Chains mix keys whose hashes collide. Links are two words a
 * row (next + 1, previous + 1; 0 = none), in pages that do not move; they are not checkpointed but rebuilt.
 */
export class KeyChains implements RowIndex {
  readonly heads = new HashIndex();
  /** Page `id >> 12` holds the links of row `id` at `2 * (id & 4095)`. */
  readonly links: Int32Array[] = [];
  readonly #store: RowStore;
  readonly #fields: readonly Field[];
  readonly #hashMask: number;

  constructor(store: RowStore, fields: readonly Field[], hashMask: number) {
    this.#store = store;
    this.#fields = fields;
    this.#hashMask = hashMask;
    store.indexes.push(this);
  }

  /** The row after `id` in its chain, −1 at the end. */
  next(id: number): number {
    return this.links[id >> PAGE_SHIFT]![(id & PAGE_MASK) << 1]! - 1;
  }

  /** Whether the row is in a chain. */
  has(id: number): boolean {
    const page = this.links[id >> PAGE_SHIFT];
    return page !== undefined && page[((id & PAGE_MASK) << 1) + 1] !== 0;
  }

  /** Loads the links of rows so that the misses overlap (see RowPages.preload). */
  preload(ids: Int32Array, n: number): number {
    const {links} = this;
    let sum = 0;
    for (let k = 0; k < n; k++) sum ^= links[ids[k]! >> PAGE_SHIFT]![(ids[k]! & PAGE_MASK) << 1]!;
    return sum;
  }

  /** Adds a row that is in no chain yet, behind the first of its chain. */
  link(hash: number, id: number): void {
    while (this.links.length <= id >> PAGE_SHIFT) this.links.push(new Int32Array(2 << PAGE_SHIFT));
    const own = this.links[id >> PAGE_SHIFT]!;
    const at = (id & PAGE_MASK) << 1;
    const head = this.heads.first(hash);
    if (head < 0) {
      this.heads.insert(hash, id);
      own[at] = 0;
      own[at + 1] = FIRST;
      return;
    }
    const headLinks = this.links[head >> PAGE_SHIFT]!;
    const headAt = (head & PAGE_MASK) << 1;
    const second = headLinks[headAt]!;
    if (second !== 0) this.#setPrevious(second - 1, id + 1);
    own[at] = second;
    own[at + 1] = head + 1;
    headLinks[headAt] = id + 1;
  }

  /** Takes a row out of its chain. Its key fields are still in place. */
  unlink(id: number): void {
    this.unlinkHashed(this.#hashOf(id), id);
  }

  /** As `unlink`, for whoever knows the hash of the row's key. */
  unlinkHashed(hash: number, id: number): void {
    const own = this.links[id >> PAGE_SHIFT]!;
    const at = (id & PAGE_MASK) << 1;
    const next = own[at]!;
    const previous = own[at + 1]!;
    own[at] = own[at + 1] = 0;
    if (previous === FIRST) {
      this.heads.remove(hash, id);
      if (next !== 0) {
        this.heads.insert(hash, next - 1);
        this.#setPrevious(next - 1, FIRST);
      }
      return;
    }
    this.links[(previous - 1) >> PAGE_SHIFT]![((previous - 1) & PAGE_MASK) << 1] = next;
    if (next !== 0) this.#setPrevious(next - 1, previous);
  }

  #setPrevious(id: number, value: number): void {
    this.links[id >> PAGE_SHIFT]![((id & PAGE_MASK) << 1) + 1] = value;
  }

  #hashOf(id: number): number {
    return hashRow(this.#store.pages, this.#store.arena, this.#fields, id) & this.#hashMask;
  }

  // ---- RowIndex --------------------------------------------------------------------------------------------------------------------

  add(rows: Int32Array, count: number): void {
    for (let k = 0; k < count; k++) this.link(this.#hashOf(rows[k]!), rows[k]!);
  }

  remove(rows: Int32Array, count: number): void {
    for (let k = 0; k < count; k++) if (this.has(rows[k]!)) this.unlink(rows[k]!);
  }

  clear(): void {
    this.heads.clear();
    this.links.length = 0;
  }

  byteLength(): number {
    return this.heads.byteLength() + this.links.length * (8 << PAGE_SHIFT);
  }
}
