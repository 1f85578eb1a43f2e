import type {Batch, Schema} from '../batch/batch.ts';
import {finishHashes, hashColumn} from './hash-column.ts';
import {KeyChains} from './key-chains.ts';
import {CHUNK_ROWS, KeyedRows} from './keyed-rows.ts';
import type {SnapshotBudget} from './pin.ts';
import {layoutRows, type ExtraKind, type Field} from './row-layout.ts';
import {RowStore} from './row-store.ts';
import {writeColumn} from './write-column.ts';
import {ExpiryIndex, type RowExpiry} from '../time/expiry-index.ts';

const ROWS_PER_SLICE = 8192;
// Shared by all instances: nothing yields between filling and reading them.
const hashes = new Int32Array(CHUNK_ROWS);
const rowHashes = new Int32Array(CHUNK_ROWS);
const merged = new Int32Array(CHUNK_ROWS);
const heads = new Int32Array(CHUNK_ROWS);
const numbers = new Int32Array(CHUNK_ROWS);

export type ChainedRowsArgs = {
  readonly label: string;
  readonly schema: Schema;
  /** Columns to look rows up by; none = all rows are in one chain. */
  readonly keys: readonly number[];
  /** Operator data besides the weight. */
  readonly extras?: readonly ExtraKind[] | undefined;
  /** No row is ever taken back: rows need not be found by what they are, equal ones are stored as often as they come. */
  readonly appendOnly?: boolean | undefined;
  readonly expiry?: RowExpiry | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * An arrangement for joins: a Z-set of whole rows, each stored once with its weight (`appendOnly`: as they come), chained by a key that need
 * not be unique. Row ids are good for as long as the row is there; weights may pass through 0 and below within a step, rows of weight 0 go
 * when the step ends.
 */
export class ChainedRows {
  readonly store: RowStore;
  readonly chains: KeyChains;
  readonly keyFields: readonly Field[];
  /** Finds rows by all of their columns; null = nobody needs to. */
  readonly #rows: KeyedRows | null;
  readonly #columns: readonly number[];
  readonly #keys: readonly number[];
  readonly #hashMask: number;
  readonly #weightAt: number;
  readonly #ends: ExpiryIndex | undefined;
  /** Rows that time has made useless so far. */
  expired = 0;

  constructor({label, schema, keys, extras = [], appendOnly = false, expiry, budget, hashMask = -1}: ChainedRowsArgs) {
    this.#columns = schema.map((_, c) => c);
    this.#keys = keys;
    this.#hashMask = hashMask;
    const words: readonly ExtraKind[] = ['word', ...extras];
    this.#rows = appendOnly
      ? null
      : new KeyedRows({label, columns: schema, keys: this.#columns, extras: words, sameness: 'exact', budget, hashMask});
    this.store = this.#rows?.store ?? new RowStore({label, layout: layoutRows(schema, words), budget});
    this.keyFields = keys.map(k => this.store.layout.fields[k]!);
    this.chains = new KeyChains(this.store, this.keyFields, hashMask);
    this.#weightAt = this.store.layout.extras[0]!.at;
    if (expiry !== undefined) this.#ends = new ExpiryIndex(this.store, this.store.layout.fields[expiry.column]!, expiry);
  }

  /** Hashes of key columns `columns` of rows `from … to` (at most CHUNK_ROWS), as the chains know them. */
  hash(batch: Batch, columns: readonly number[], from: number, to: number, out: Int32Array): void {
    const n = to - from;
    out.fill(0, 0, n);
    for (let f = 0; f < columns.length; f++) hashColumn(this.keyFields[f]!.kind, batch.columns[columns[f]!]!, from, to, out);
    finishHashes(out, n);
    if (this.#hashMask !== -1) for (let k = 0; k < n; k++) out[k]! &= this.#hashMask;
  }

  /**
   * Adds rows `from … to` (at most CHUNK_ROWS) of a delta; `ids` gets their row ids, touched. Rows whose weight becomes 0 stay until
   * `freeEmpty`, so that within the step a row id means one row.
   */
  add(batch: Batch, from: number, to: number, ids: Int32Array): void {
    if (this.#rows === null) return this.#append(batch, from, to, ids);
    const n = to - from;
    const added = this.#rows.resolve(batch, this.#columns, from, to, ids);
    this.hash(batch, this.#keys, from, to, hashes);
    this.#link(this.#rows.fresh, added, ids, n);
    this.#addWeights(batch, from, to, ids);
  }

  /** Every row becomes a stored row of its own. */
  #append(batch: Batch, from: number, to: number, ids: Int32Array): void {
    const n = to - from;
    const {store} = this;
    for (let k = 0; k < n; k++) {
      ids[k] = store.alloc();
      numbers[k] = from + k;
    }
    for (let c = 0; c < this.#columns.length; c++)
      writeColumn(store.pages, store.arena, store.layout.fields[c]!, batch.columns[c]!, numbers, ids, n);
    this.hash(batch, this.#keys, from, to, hashes);
    this.#link(ids, n, ids, n);
    this.#addWeights(batch, from, to, ids);
  }

  /** As `add`, but frees rows as soon as their weight is 0, while they are in the cache: for owners that keep no row ids. */
  merge(batch: Batch, from: number, to: number): void {
    if (this.#rows === null) return this.#append(batch, from, to, merged);
    const n = to - from;
    const {store, chains} = this;
    const ids = merged;
    const added = this.#rows.resolve(batch, this.#columns, from, to, ids);
    KeyedRows.lastHashes(n, rowHashes);
    this.hash(batch, this.#keys, from, to, hashes);
    this.#link(this.#rows.fresh, added, ids, n);
    if (this.#addWeights(batch, from, to, ids) === 0) return;
    for (let k = 0; k < n; k++) {
      const id = ids[k]!;
      if (this.weightOf(id) !== 0 || !store.isLive(id)) continue;
      chains.unlinkHashed(hashes[k]!, id);
      this.#rows.freeHashed(rowHashes[k]!, id);
    }
  }

  /** Chains the `added` new rows `fresh`, which are among `ids`; the others are touched. */
  #link(fresh: Int32Array, added: number, ids: Int32Array, n: number): void {
    if (added > 0) {
      this.#ends?.add(fresh, added);
      // Only to have the heads in the cache.
      this.chains.heads.firsts(hashes, n, heads);
      for (let k = 0; k < n; k++) if (!this.chains.has(ids[k]!)) this.chains.link(hashes[k]!, ids[k]!);
    }
    if (added < n) this.store.touchAll(ids, n);
  }

  /** Returns how many times a weight became 0. */
  #addWeights(batch: Batch, from: number, to: number, ids: Int32Array): number {
    const {store} = this;
    const n = to - from;
    let zeros = 0;
    const {ints, shift, mask, stride} = store.pages;
    const {weights} = batch;
    for (let k = 0; k < n; k++) {
      const id = ids[k]!;
      const weight = (ints[id >> shift]![(id & mask) * stride + this.#weightAt]! += weights === null ? 1 : weights[from + k]!);
      if (weight === 0) zeros++;
    }
    return zeros;
  }

  weightOf(id: number): number {
    const {ints, shift, mask, stride} = this.store.pages;
    return ints[id >> shift]![(id & mask) * stride + this.#weightAt]!;
  }

  /** Word offset of the weight in a row. */
  get weightAt(): number {
    return this.#weightAt;
  }

  /** Ends a row. */
  free(id: number): void {
    this.chains.unlink(id);
    if (this.#rows === null) this.store.free(id);
    else this.#rows.free(id);
  }

  /** Whether time has made rows useless. */
  isDue(): boolean {
    return this.#ends?.isDue() === true;
  }

  /** Drops the rows that time has made useless. */
  *expire(): Generator<void, void, void> {
    if (this.#ends === undefined) return;
    yield* this.#ends.expire((ids, count) => {
      for (let k = 0; k < count; k++) this.free(ids[k]!);
      this.expired += count;
    });
  }

  /** Frees the rows whose weight the step has brought to 0. */
  *freeEmpty(): Generator<void, void, void> {
    const {undo} = this.store;
    for (let slot = 0; slot < undo.count; slot++) {
      if (slot % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) yield;
      const id = undo.ids[slot]!;
      const weight = this.weightOf(id);
      if (weight > 0 || !this.store.isLive(id)) continue;
      if (weight < 0) throw new Error(`internal error: ${this.store.label} holds a row ${weight} times`);
      this.free(id);
    }
  }
}
