import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {Int64ColumnBuilder} from '../batch/int64-column-builder.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {CHUNK_ROWS, KeyedRows} from '../rows/keyed-rows.ts';
import {ExpiryIndex, type RowExpiry} from '../time/expiry-index.ts';
import type {Pin, SnapshotBudget} from '../rows/pin.ts';
import {readField} from '../rows/read-field.ts';
import {FLAGS_WORD, LIVE} from '../rows/row-layout.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowStore} from '../rows/row-store.ts';
import {writeColumn} from '../rows/write-column.ts';
import type {ReadableRows} from '../views/readable-rows.ts';
import {refuseRetractions} from './row-window.ts';
import {rowOrder, type SortColumn} from './sort-order.ts';
import {arrivalOrder, totalSort} from './stored-order.ts';

const ROWS_AT_ONCE = 2048;
/** What `mark` says of a row: it has just been made; it holds the best row so far; HELD + 1 + w: its winner of this chunk is number w. */
const NEW = 0;
const HELD = 1;

export type FirstRowArgs = {
  readonly label: string;
  readonly input: Schema;
  /** Rows equal in all of these columns form a partition. */
  readonly partition: readonly number[];
  readonly sort: readonly SortColumn[];
  /** One more output column, the rank: 1. */
  readonly rank?: boolean | undefined;
  /** Of a partition column: partitions below the bound are dropped. */
  readonly expiry?: RowExpiry | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: the first row of each partition over input that never retracts: row_number() = 1, DISTINCT ON, deduplication, ORDER BY … LIMIT 1.
 *   Rows that tie are ordered by their other columns. Serves its own state as a readable relation.
 * Law: out = {first row of partition p ↦ 1 | p not empty}; Δout = −old(p) + new(p) where they differ.
 * State: that row, keyed by the partition; a row that does not come first is dropped at one comparison.
 * Invariants: between steps `mark` is HELD; a row is touched only when it is replaced, by one that comes before it.
 * Cost: O(|Δ|), a write of the columns per row that takes the lead.
 */
export class FirstRowOperator implements Operator, ReadableRows {
  readonly label: string;
  readonly schema: Schema;
  readonly key: readonly number[] | null;
  readonly stores: readonly RowStore[];
  readonly #input: Schema;
  readonly #partition: readonly number[];
  readonly #sort: readonly SortColumn[];
  readonly #rows: KeyedRows;
  readonly #store: RowStore;
  readonly #markAt: number;
  /** Columns to be written with a winner: not those that equality of the partition determines to the byte. */
  readonly #written: readonly number[];
  readonly #rank: boolean;
  readonly #ends: ExpiryIndex | undefined;
  readonly #lookupColumns: readonly number[];
  readonly #builder: BatchBuilder;
  readonly #ids = new Int32Array(CHUNK_ROWS);
  readonly #winners = new Int32Array(CHUNK_ROWS);
  readonly #winnerIds = new Int32Array(CHUNK_ROWS);

  constructor({label, input, partition, sort, rank = false, expiry, budget, hashMask}: FirstRowArgs) {
    this.label = label;
    this.schema = rank ? [...input, 'i64'] : input;
    this.key = partition.length === 0 ? null : partition;
    this.#input = input;
    this.#partition = partition;
    this.#sort = totalSort(input, sort);
    this.#rows = new KeyedRows({label, columns: input, keys: partition, extras: ['word'], budget, hashMask});
    this.#store = this.#rows.store;
    if (expiry !== undefined) this.#ends = new ExpiryIndex(this.#store, this.#store.layout.fields[expiry.column]!, expiry);
    this.stores = [this.#store];
    this.#markAt = this.#store.layout.extras[0]!.at;
    this.#written = input.map((_, c) => c).filter(c => !partition.includes(c) || input[c] === 'decimal' || input[c] === 'f64');
    this.#rank = rank;
    this.#lookupColumns = partition.map((_, i) => i);
    this.#builder = new BatchBuilder(this.schema);
  }

  push(_input: number, batch: Batch): Slices {
    refuseRetractions(this.label, batch);
    const {pages, arena, layout} = this.#store;
    const beforeStored = arrivalOrder(this.#store, this.#sort, batch.columns);
    const beforeWinner = rowOrder(this.#input, this.#sort, batch.columns);
    for (let from = 0; from < batch.length; from += CHUNK_ROWS) {
      const to = Math.min(batch.length, from + CHUNK_ROWS);
      this.#rows.resolve(batch, this.#partition, from, to, this.#ids);
      this.#ends?.add(this.#rows.fresh, this.#rows.freshCount);
      const winners = this.#chooseWinners(from, to, beforeStored, beforeWinner);
      for (const c of this.#written) {
        writeColumn(pages, arena, layout.fields[c]!, batch.columns[c]!, this.#winners, this.#winnerIds, winners);
      }
      const {ints, shift, mask, stride} = pages;
      for (let w = 0; w < winners; w++) {
        const id = this.#winnerIds[w]!;
        ints[id >> shift]![(id & mask) * stride + this.#markAt] = HELD;
      }
    }
    return NO_SLICES;
  }

  /** Finds the batch row of each touched partition that goes into its place; returns their number. */
  #chooseWinners(
    from: number,
    to: number,
    beforeStored: (row: number, id: number) => number,
    beforeWinner: (row: number, winner: number) => number,
  ): number {
    const store = this.#store;
    const {ints, shift, mask, stride} = store.pages;
    const ids = this.#ids;
    let winners = 0;
    for (let k = 0; k < to - from; k++) {
      const id = ids[k]!;
      const page = ints[id >> shift]!;
      const at = (id & mask) * stride + this.#markAt;
      const mark = page[at]!;
      if (mark > HELD) {
        const winner = mark - HELD - 1;
        if (beforeWinner(from + k, this.#winners[winner]!) < 0) this.#winners[winner] = from + k;
        continue;
      }
      if (mark !== NEW) {
        if (beforeStored(from + k, id) >= 0) continue;
        store.touch(id);
      }
      this.#winners[winners] = from + k;
      this.#winnerIds[winners++] = id;
      page[at] = HELD + winners;
    }
    return winners;
  }

  *flush(out: BatchSink): Slices {
    if (out.wanted) yield* this.#emit(out);
    if (this.#ends === undefined) return;
    yield* this.#ends.expire((ids, count) => {
      for (let k = 0; k < count; k++) this.#rows.free(ids[k]!);
    });
  }

  isDue(): boolean {
    return this.#ends?.isDue() === true;
  }

  *#emit(out: BatchSink): Slices {
    const {undo, pages} = this.#store;
    const gone = new Int32Array(ROWS_AT_ONCE);
    for (let from = 0; from < undo.count; from += ROWS_AT_ONCE) {
      const to = Math.min(undo.count, from + ROWS_AT_ONCE);
      let gones = 0;
      for (let slot = from; slot < to; slot++) if (isLive(undo.pages, slot)) gone[gones++] = slot;
      this.#read(undo.pages, gone, gones, this.#builder, -1);
      this.#read(pages, undo.ids.subarray(from, to), to - from, this.#builder, 1);
      if (this.#builder.length + 2 * ROWS_AT_ONCE > MAX_BATCH_ROWS) yield* this.#builder.emit(out);
      yield;
    }
    yield* this.#builder.emit(out);
  }

  rollback(): void {
    this.#builder.reset();
  }

  rowCount(at: Pin | null): number {
    return this.#store.rowCount(at);
  }

  pin(): Pin {
    return this.#store.pin();
  }

  lookup(keys: Batch, row: number, out: BatchBuilder, at: Pin | null): number {
    return this.#rows.lookup(keys, this.#lookupColumns, row, at, (pages, rows, n) => this.#read(pages, rows, n, out, 1)) ? 1 : 0;
  }

  scan(from: number, max: number, out: BatchBuilder, at: Pin | null): number {
    return this.#store.scan(at, from, max, (pages, rows, n) => this.#read(pages, rows, n, out, 1));
  }

  #read(pages: RowPages, rows: Int32Array, count: number, out: BatchBuilder, weight: number): void {
    if (count === 0) return;
    const {fields} = this.#store.layout;
    for (let c = 0; c < fields.length; c++) readField(pages, this.#store.arena, fields[c]!, rows, 0, count, out.columns[c]!);
    if (this.#rank) for (let k = 0; k < count; k++) (out.columns[fields.length] as Int64ColumnBuilder).append(1);
    out.added(count, weight);
  }
}

function isLive(pages: RowPages, row: number): boolean {
  return (pages.ints[row >> pages.shift]![(row & pages.mask) * pages.stride + FLAGS_WORD]! & LIVE) !== 0;
}
