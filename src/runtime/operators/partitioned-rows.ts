import type {Batch, Schema} from '../batch/batch.ts';
import type {Slices} from '../graph/operator.ts';
import {CHUNK_ROWS, KeyedRows} from '../rows/keyed-rows.ts';
import {ExpiryIndex, type RowExpiry} from '../time/expiry-index.ts';
import {OrderedIndex, type OrderedCursor} from '../rows/ordered-index.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import {FLAGS_WORD, LIVE, type Extra, type ExtraKind} from '../rows/row-layout.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowStore} from '../rows/row-store.ts';
import type {RowOrder, SortColumn} from './sort-order.ts';
import {storedOrder, storedPrefix} from './stored-order.ts';

const ROWS_AT_ONCE = 4096;
// Shared by all instances: nothing yields between filling and reading them.
const ids = new Int32Array(CHUNK_ROWS);
const groupIds = new Int32Array(CHUNK_ROWS);

export type PartitionedRowsArgs = {
  readonly label: string;
  readonly schema: Schema;
  /** Rows equal in all of these columns form a partition. */
  readonly partition: readonly number[];
  /** Order within a partition; rows equal in it are ordered by row number. */
  readonly sort: readonly SortColumn[];
  /** Operator data in each row and each partition, zero at first. */
  readonly rowExtras?: readonly ExtraKind[] | undefined;
  readonly groupExtras?: readonly ExtraKind[] | undefined;
  /** Partitions that the rows share with those of another input, whose partition columns are of the same kinds. */
  readonly partitions?: Partitions | undefined;
  /** Rows below the bound are dropped by `expire`; of their partitions no rows come any more. */
  readonly expiry?: RowExpiry | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * A stored Z-set whose rows are in partitions and in order there. A step adds its deltas, then `settle` brings the order up to date; rows
 * that are gone keep their row number until `freeGone`, the last act of the step. A partition goes by its row number in `groups`.
 */
export class PartitionedRows {
  readonly store: RowStore;
  readonly groups: RowStore;
  readonly index: OrderedIndex;
  readonly order: RowOrder;
  readonly rowExtras: readonly Extra[];
  readonly groupExtras: readonly Extra[];
  readonly #rows: KeyedRows;
  readonly #partitions: Partitions;
  readonly #columns: readonly number[];
  readonly #partition: readonly number[];
  readonly #prefix: (row: number) => number;
  readonly #weightAt: number;
  readonly #groupAt: number;
  readonly #ends: ExpiryIndex | undefined;

  constructor({
    label,
    schema,
    partition,
    sort,
    rowExtras = [],
    groupExtras = [],
    partitions,
    expiry,
    budget,
    hashMask,
  }: PartitionedRowsArgs) {
    this.#columns = schema.map((_, c) => c);
    this.#partition = partition;
    this.#rows = new KeyedRows({
      label,
      columns: schema,
      keys: this.#columns,
      extras: ['word', 'word', ...rowExtras],
      sameness: 'exact',
      budget,
      hashMask,
    });
    const kinds = partition.map(c => schema[c]!);
    this.#partitions = partitions ?? new Partitions({label: `${label} partitions`, kinds, extras: groupExtras, budget, hashMask});
    this.store = this.#rows.store;
    this.groups = this.#partitions.store;
    const [weight, group, ...rest] = this.store.layout.extras;
    this.#weightAt = weight!.at;
    this.#groupAt = group!.at;
    this.rowExtras = rest;
    this.groupExtras = this.#partitions.extras;
    this.order = storedOrder(this.store, sort);
    this.#prefix = storedPrefix(this.store, sort);
    this.index = new OrderedIndex({compare: this.order});
    if (expiry !== undefined) this.#ends = new ExpiryIndex(this.store, this.store.layout.fields[expiry.column]!, expiry);
    this.store.indexes.push({
      add: (rows, count) => {
        for (let k = 0; k < count; k++) if (this.weightOf(this.store.pages, rows[k]!) > 0) this.#insert(rows[k]!);
      },
      remove: (rows, count) => {
        for (let k = 0; k < count; k++) this.#remove(rows[k]!);
      },
      clear: () => this.index.clear(),
      byteLength: () => this.index.byteLength(),
    });
  }

  get stores(): readonly RowStore[] {
    return [this.store, this.groups];
  }

  /** Adds a delta. */
  add(batch: Batch): void {
    for (let from = 0; from < batch.length; from += CHUNK_ROWS) {
      const to = Math.min(batch.length, from + CHUNK_ROWS);
      this.#partitions.rows.resolve(batch, this.#partition, from, to, groupIds);
      this.#rows.resolve(batch, this.#columns, from, to, ids);
      this.#ends?.add(this.#rows.fresh, this.#rows.freshCount);
      this.store.touchAll(ids, to - from);
      const {ints, shift, mask, stride} = this.store.pages;
      const {weights} = batch;
      for (let k = 0; k < to - from; k++) {
        const page = ints[ids[k]! >> shift]!;
        const base = (ids[k]! & mask) * stride;
        page[base + this.#weightAt]! += weights === null ? 1 : weights[from + k]!;
        page[base + this.#groupAt] = groupIds[k]!;
      }
    }
  }

  /** Puts the rows that came into their order and takes out those that are gone; `visit` gets every row that the deltas have touched. */
  *settle(visit: (id: number, was: boolean, is: boolean) => void): Slices {
    const {undo, pages} = this.store;
    const {count} = undo;
    for (let slot = 0; slot < count; slot++) {
      const id = undo.ids[slot]!;
      const weight = this.weightOf(pages, id);
      if (weight < 0) throw new Error(`internal error: ${this.store.label} holds a row ${weight} times`);
      const was = isLive(undo.pages, slot);
      if (was !== weight > 0) {
        if (was) this.#remove(id);
        else this.#insert(id);
        this.#partitions.addRows(this.groupOf(id), was ? -1 : 1);
      }
      visit(id, was, weight > 0);
      if (slot % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield;
    }
  }

  /** Takes a row, touched before, out of its partition as if it had been retracted. */
  discard(id: number): void {
    this.store.pages.ints[id >> this.store.pages.shift]![(id & this.store.pages.mask) * this.store.pages.stride + this.#weightAt] = 0;
    this.#remove(id);
    this.#partitions.addRows(this.groupOf(id), -1);
  }

  /** Drops the rows that end, without a word to anybody; `visit` gets them before. */
  *expire(visit?: (id: number) => void): Slices {
    if (this.#ends === undefined) return;
    yield* this.#ends.expire((rows, count) => {
      for (let k = 0; k < count; k++) {
        const id = rows[k]!;
        // Gone by itself in this step.
        if (this.weightOf(this.store.pages, id) === 0) continue;
        this.store.touch(id);
        visit?.(id);
        this.discard(id);
      }
    });
  }

  isDue(): boolean {
    return this.#ends?.isDue() === true;
  }

  /** Frees what the step has left without weight, and partitions without rows. */
  *freeGone(): Slices {
    const {undo} = this.store;
    for (let slot = 0; slot < undo.count; slot++) {
      const id = undo.ids[slot]!;
      if (this.store.isLive(id) && this.weightOf(this.store.pages, id) === 0) this.#rows.free(id);
      if (slot % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield;
    }
    yield* this.#partitions.freeEmpty();
  }

  /** Puts a cursor before a row, or to where it would be. */
  seek(cursor: OrderedCursor, id: number): void {
    this.index.seek(cursor, this.groupOf(id), this.#prefix(id), id);
  }

  /** Weight of a row, as it is or as it was. */
  weightOf(pages: RowPages, row: number): number {
    return pages.ints[row >> pages.shift]![(row & pages.mask) * pages.stride + this.#weightAt]!;
  }

  groupOf(id: number): number {
    const {ints, shift, mask, stride} = this.store.pages;
    return ints[id >> shift]![(id & mask) * stride + this.#groupAt]!;
  }

  #insert(id: number): void {
    this.index.insert(this.groupOf(id), this.#prefix(id), id);
  }

  #remove(id: number): void {
    this.index.remove(this.groupOf(id), this.#prefix(id), id);
  }
}

export type PartitionsArgs = {
  readonly label: string;
  readonly kinds: Schema;
  readonly extras?: readonly ExtraKind[] | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/** The partitions of partitioned rows by their columns: they go with their last row. */
export class Partitions {
  readonly rows: KeyedRows;
  readonly store: RowStore;
  readonly extras: readonly Extra[];
  readonly #rowsAt: number;

  constructor({label, kinds, extras = [], budget, hashMask}: PartitionsArgs) {
    this.rows = new KeyedRows({label, columns: kinds, keys: kinds.map((_, i) => i), extras: ['word', ...extras], budget, hashMask});
    this.store = this.rows.store;
    this.#rowsAt = this.store.layout.extras[0]!.at;
    this.extras = this.store.layout.extras.slice(1);
  }

  addRows(group: number, rows: number): void {
    this.store.touch(group);
    const {ints, shift, mask, stride} = this.store.pages;
    ints[group >> shift]![(group & mask) * stride + this.#rowsAt]! += rows;
  }

  *freeEmpty(): Slices {
    const {store} = this;
    const {ints, shift, mask, stride} = store.pages;
    for (let slot = 0; slot < store.undo.count; slot++) {
      const group = store.undo.ids[slot]!;
      if (store.isLive(group) && ints[group >> shift]![(group & mask) * stride + this.#rowsAt] === 0) this.rows.free(group);
      if (slot % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield;
    }
  }
}

/** Whether a row, by its place in `pages`, is in use. */
export function isLive(pages: RowPages, row: number): boolean {
  return (pages.ints[row >> pages.shift]![(row & pages.mask) * pages.stride + FLAGS_WORD]! & LIVE) !== 0;
}
