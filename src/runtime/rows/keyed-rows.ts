import type {Batch, Schema} from '../batch/batch.ts';
import {finishHashes, hashColumn} from './hash-column.ts';
import {HashIndex} from './hash-index.ts';
import {hashRow} from './hash-rows.ts';
import {matchColumn, matchesRow, type Sameness} from './match-column.ts';
import type {Pin, SnapshotBudget} from './pin.ts';
import {FLAGS_WORD, layoutRows, LIVE, type ExtraKind, type Field} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import {RowStore, type RowIndex, type RowVisitor} from './row-store.ts';
import {writeField, writeNull} from './write-field.ts';

/** Up to so many rows the store stays in the nearest caches anyway. */
const PRELOAD_FROM = 4096;
/** Rows worked on at a time: their lines of index and rows stay in cache from one pass to the next. */
export const CHUNK_ROWS = 512;

// Shared by all instances: nothing yields between filling and reading them.
const hashes = new Int32Array(CHUNK_ROWS);
const misses = new Uint8Array(CHUNK_ROWS);
const single = new Int32Array(1);

export type KeyedRowsArgs = {
  readonly label: string;
  /** Stored columns. */
  readonly columns: Schema;
  /** Ordinals of the stored columns that make up the key. */
  readonly keys: readonly number[];
  readonly extras?: readonly ExtraKind[] | undefined;
  /** Ordinals of stored columns that are NULL in a new row. */
  readonly initiallyNull?: readonly number[] | undefined;
  /** Whether keys that are equal in SQL but print differently are one key ('value', the default) or two. */
  readonly sameness?: Sameness | undefined;
  readonly budget?: SnapshotBudget | undefined;
  /** See RowStore. */
  readonly scratch?: boolean | undefined;
  /** Bits of the hash that are used; fewer only in tests, to force collisions. */
  readonly hashMask?: number | undefined;
};

/**
 * A row store with a hash index on a unique key, worked batch-wise: hash all keys of a chunk, load all index entries, compare all rows, so
 * that memory latencies overlap (a branch that waits for a miss ends the overlap, hence the preloads). NULL keys are equal to each other; whoever wants SQL's join semantics leaves those rows out.
 */
export class KeyedRows implements RowIndex {
  readonly store: RowStore;
  readonly keyFields: readonly Field[];
  /** The ids that the last `resolve` made, and the rows of the batch that they were made for: the first `freshCount`. */
  readonly fresh = new Int32Array(CHUNK_ROWS);
  readonly freshRows = new Int32Array(CHUNK_ROWS);
  freshCount = 0;
  /** Means nothing; it keeps loads from being optimised away. */
  preloaded = 0;
  readonly #index = new HashIndex();
  readonly #initiallyNull: readonly Field[];
  readonly #sameness: Sameness;
  readonly #hashMask: number;

  constructor({label, columns, keys, extras, initiallyNull = [], sameness = 'value', budget, scratch, hashMask = -1}: KeyedRowsArgs) {
    const layout = layoutRows(columns, extras);
    this.store = new RowStore({label, layout, budget, scratch});
    this.store.indexes.push(this);
    this.keyFields = keys.map(k => layout.fields[k]!);
    this.#initiallyNull = initiallyNull.map(c => layout.fields[c]!);
    this.#sameness = sameness;
    this.#hashMask = hashMask;
  }

  /** For rows `from … to` (at most CHUNK_ROWS) of a batch with key columns `columns`: the row ids, −1 where there is none. */
  find(batch: Batch, columns: readonly number[], from: number, to: number, ids: Int32Array): void {
    this.#probe(batch, columns, from, to, ids);
    for (let k = 0; k < to - from; k++) {
      if (misses[k] !== 0) ids[k] = this.#search(this.store.pages, this.#index, batch, columns, from + k, hashes[k]!);
    }
  }

  /**
   * As `find`, but a missing key gets a new row that holds the key columns, everything else zero. Returns the number of new rows. Rows that
   * were there already are not touched yet.
   */
  resolve(batch: Batch, columns: readonly number[], from: number, to: number, ids: Int32Array): number {
    const {store, keyFields} = this;
    this.#probe(batch, columns, from, to, ids);
    let added = 0;
    for (let k = 0; k < to - from; k++) {
      if (ids[k]! >= 0 && misses[k] === 0) continue;
      const hash = hashes[k]!;
      const found = this.#search(store.pages, this.#index, batch, columns, from + k, hash);
      if (found >= 0) {
        ids[k] = found;
        continue;
      }
      const id = (ids[k] = store.alloc());
      for (let f = 0; f < keyFields.length; f++) {
        writeField(store.pages, store.arena, keyFields[f]!, batch.columns[columns[f]!]!, from + k, id);
      }
      for (let f = 0; f < this.#initiallyNull.length; f++) writeNull(store.pages, store.arena, this.#initiallyNull[f]!, id);
      this.#index.insert(hash, id);
      this.freshRows[added] = from + k;
      this.fresh[added++] = id;
    }
    this.freshCount = added;
    return added;
  }

  /** Ends a row. */
  free(id: number): void {
    this.freeHashed(this.#hashOf(this.store.pages, id), id);
  }

  /** As `free`, for whoever knows the hash of the row's key. */
  freeHashed(hash: number, id: number): void {
    this.#index.remove(hash, id);
    this.store.free(id);
  }

  /** Copies the key hashes of the rows that the last `find` or `resolve`, of whatever instance, was given. */
  static lastHashes(n: number, out: Int32Array): void {
    for (let k = 0; k < n; k++) out[k] = hashes[k]!;
  }

  /** Visits the row with the key of row `row` of the batch as of `at` (null = last published step); returns whether there is one. */
  lookup(batch: Batch, columns: readonly number[], row: number, at: Pin | null, visit: RowVisitor): boolean {
    const {store, keyFields} = this;
    hashes[0] = 0;
    for (let f = 0; f < keyFields.length; f++) {
      hashColumn(keyFields[f]!.kind, batch.columns[columns[f]!]!, row, row + 1, hashes);
    }
    finishHashes(hashes, 1);
    const hash = hashes[0]! & this.#hashMask;
    const overrides = store.overrides(at);
    const limit = store.limitAt(at);
    for (let o = 0; o < overrides.length; o++) {
      const {pages, ids} = overrides[o]!;
      const index = overrides[o]!.byKey(this.#hashOfSaved);
      for (let slot = index.first(hash); slot >= 0; slot = index.next(hash, slot)) {
        if (ids[slot]! >= limit || !this.#matches(pages, batch, columns, row, slot) || isOverridden(overrides, o, ids[slot]!)) continue;
        single[0] = slot;
        visit(pages, single, 1);
        return true;
      }
    }
    for (let id = this.#index.first(hash); id >= 0; id = this.#index.next(hash, id)) {
      if (id >= limit || !this.#matches(store.pages, batch, columns, row, id) || isOverridden(overrides, overrides.length, id)) continue;
      single[0] = id;
      visit(store.pages, single, 1);
      return true;
    }
    return false;
  }

  #probe(batch: Batch, columns: readonly number[], from: number, to: number, ids: Int32Array): void {
    const {store, keyFields} = this;
    const n = to - from;
    hashes.fill(0, 0, n);
    for (let f = 0; f < keyFields.length; f++) hashColumn(keyFields[f]!.kind, batch.columns[columns[f]!]!, from, to, hashes);
    finishHashes(hashes, n);
    if (this.#hashMask !== -1) for (let k = 0; k < n; k++) hashes[k]! &= this.#hashMask;
    this.#index.firsts(hashes, n, ids);
    if (store.limit > PRELOAD_FROM) this.preloaded = store.pages.preload(ids, n);
    misses.fill(0, 0, n);
    for (let f = 0; f < keyFields.length; f++) {
      matchColumn(store.pages, store.arena, keyFields[f]!, batch.columns[columns[f]!]!, from, to, ids, misses, this.#sameness);
    }
  }

  #search(pages: RowPages, index: HashIndex, batch: Batch, columns: readonly number[], row: number, hash: number): number {
    let id = index.first(hash);
    while (id >= 0 && !this.#matches(pages, batch, columns, row, id)) id = index.next(hash, id);
    return id;
  }

  #matches(pages: RowPages, batch: Batch, columns: readonly number[], row: number, stored: number): boolean {
    for (let f = 0; f < this.keyFields.length; f++) {
      if (!matchesRow(pages, this.store.arena, this.keyFields[f]!, batch.columns[columns[f]!]!, row, stored, this.#sameness)) return false;
    }
    return true;
  }

  #hashOf(pages: RowPages, row: number): number {
    return hashRow(pages, this.store.arena, this.keyFields, row) & this.#hashMask;
  }

  readonly #hashOfSaved = (pages: RowPages, slot: number): number | null => {
    const flags = pages.ints[slot >> pages.shift]![(slot & pages.mask) * pages.stride + FLAGS_WORD]!;
    return (flags & LIVE) === 0 ? null : this.#hashOf(pages, slot);
  };

  // ---- RowIndex --------------------------------------------------------------------------------------------------------------------

  reserve(rows: number): void {
    this.#index.reserve(rows);
  }

  add(rows: Int32Array, count: number): void {
    const hashed = new Int32Array(count);
    for (let k = 0; k < count; k++) hashed[k] = this.#hashOf(this.store.pages, rows[k]!);
    this.#index.insertAll(hashed, rows, count);
  }

  remove(rows: Int32Array, count: number): void {
    for (let k = 0; k < count; k++) this.#index.remove(this.#hashOf(this.store.pages, rows[k]!), rows[k]!);
  }

  clear(): void {
    this.#index.clear();
  }

  byteLength(): number {
    return this.#index.byteLength();
  }
}

function isOverridden(overrides: readonly {slotOf(id: number): number}[], before: number, id: number): boolean {
  for (let o = 0; o < before; o++) if (overrides[o]!.slotOf(id) >= 0) return true;
  return false;
}
