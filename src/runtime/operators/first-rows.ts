import type {Batch, Schema} from '../batch/batch.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {CHUNK_ROWS, KeyedRows} from '../rows/keyed-rows.ts';
import {ExpiryIndex, type RowExpiry} from '../time/expiry-index.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import {FLAGS_WORD, layoutRows, LIVE} from '../rows/row-layout.ts';
import {RowStore} from '../rows/row-store.ts';
import {writeColumn} from '../rows/write-column.ts';
import {RankedOutput} from './ranked-output.ts';
import {copiesOf, refuseRetractions} from './row-window.ts';
import {rowOrder, type RowOrder, type SortColumn} from './sort-order.ts';
import {arrivalOrder, storedOrder, totalSort} from './stored-order.ts';

/** Lists are worked on by shifting: longer ones are better kept in an ordered index (ranked-top.ts). */
export const MOST_FIRST_ROWS = 64;
const ROWS_AT_ONCE = 4096;

export type FirstRowsArgs = {
  readonly label: string;
  readonly input: Schema;
  readonly partition: readonly number[];
  readonly sort: readonly SortColumn[];
  /** limit + offset ≤ MOST_FIRST_ROWS. */
  readonly limit: number;
  readonly offset: number;
  /** One more output column, the row number. */
  readonly rank?: boolean | undefined;
  /** Of a partition column: partitions below the bound are dropped. */
  readonly expiry?: RowExpiry | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: rows offset + 1 … offset + limit of each partition over input that never retracts: row_number() ≤ k, ORDER BY … LIMIT k. Rows that
 *   tie are ordered by their other columns.
 * Law: Δout = −old window(p) + new window(p) for each partition p that got a row into its list.
 * State: one row per partition with the list of its first limit + offset rows, in order; those rows. A row that does not get into the list is
 *   dropped at one comparison.
 * Invariants: between steps the stored rows are those in lists; a listed row never changes; rows that fell out of a list that was there
 *   before the step stay until its end, so that a row number means one row within a step.
 * Cost: O(|Δ|), for each row that gets in O(log k) comparisons and a shift of k words.
 */
export class FirstRowsOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly #input: Schema;
  readonly #partition: readonly number[];
  readonly #sort: readonly SortColumn[];
  readonly #size: number;
  readonly #offset: number;
  readonly #rank: boolean;
  readonly #groups: KeyedRows;
  /** Word of each place of a list: row id + 1, 0 = the list is shorter. */
  readonly #listAt: Int32Array;
  readonly #rows: RowStore;
  readonly #pendingAt: number;
  readonly #order: RowOrder;
  readonly #ends: ExpiryIndex | undefined;
  readonly #output: RankedOutput;
  readonly #ids = new Int32Array(CHUNK_ROWS);
  /** New rows of the chunk: row `fresh[w]` of the batch will be stored as `freshIds[w]`. */
  #fresh = new Int32Array(CHUNK_ROWS);
  #freshIds = new Int32Array(CHUNK_ROWS);
  #freshCount = 0;
  #dropped = new Int32Array(CHUNK_ROWS);
  #droppedCount = 0;

  constructor({label, input, partition, sort, limit, offset, rank = false, expiry, budget, hashMask}: FirstRowsArgs) {
    this.label = label;
    this.schema = rank ? [...input, 'i64'] : input;
    this.#input = input;
    this.#partition = partition;
    this.#sort = totalSort(input, sort);
    this.#size = limit + offset;
    this.#offset = offset;
    this.#rank = rank;
    const keyKinds = partition.map(c => input[c]!);
    const places = Array.from({length: this.#size}, () => 'word' as const);
    this.#groups = new KeyedRows({
      label: `${label} lists`,
      columns: keyKinds,
      keys: keyKinds.map((_, i) => i),
      extras: places,
      budget,
      hashMask,
    });
    this.#listAt = Int32Array.from(this.#groups.store.layout.extras, extra => extra.at);
    this.#rows = new RowStore({label, layout: layoutRows(input, ['word']), budget});
    if (expiry !== undefined) {
      const field = this.#groups.store.layout.fields[partition.indexOf(expiry.column)]!;
      this.#ends = new ExpiryIndex(this.#groups.store, field, expiry);
    }
    this.#pendingAt = this.#rows.layout.extras[0]!.at;
    this.#order = storedOrder(this.#rows, this.#sort);
    this.stores = [this.#groups.store, this.#rows];
    this.#output = new RankedOutput({schema: this.schema, store: this.#rows, rank});
  }

  push(_input: number, batch: Batch): Slices {
    refuseRetractions(this.label, batch);
    if (this.#size === 0) return NO_SLICES;
    const {pages, arena, layout} = this.#rows;
    const beforeStored = arrivalOrder(this.#rows, this.#sort, batch.columns);
    const beforeFresh = rowOrder(this.#input, this.#sort, batch.columns);
    const before: RowOrder = (row, id) => {
      const pending = this.#pending(id);
      return pending === 0 ? beforeStored(row, id) : beforeFresh(row, this.#fresh[pending - 1]!);
    };
    for (let from = 0; from < batch.length; from += CHUNK_ROWS) {
      const to = Math.min(batch.length, from + CHUNK_ROWS);
      this.#groups.resolve(batch, this.#partition, from, to, this.#ids);
      this.#ends?.add(this.#groups.fresh, this.#groups.freshCount);
      this.#freshCount = 0;
      for (let row = from; row < to; row++) {
        for (let copies = Math.min(this.#size, copiesOf(batch, row)); copies > 0; copies--) {
          if (!this.#offer(row, this.#ids[row - from]!, before)) break;
        }
      }
      for (let c = 0; c < this.#input.length; c++) {
        writeColumn(pages, arena, layout.fields[c]!, batch.columns[c]!, this.#fresh, this.#freshIds, this.#freshCount);
      }
      for (let w = 0; w < this.#freshCount; w++) this.#setPending(this.#freshIds[w]!, 0);
    }
    return NO_SLICES;
  }

  /** Puts a row of the batch into the list of a group, unless it comes after all of a full one. */
  #offer(row: number, group: number, before: RowOrder): boolean {
    const {store} = this.#groups;
    const {ints, shift, mask, stride} = store.pages;
    const at = this.#listAt;
    const page = ints[group >> shift]!;
    const base = (group & mask) * stride;
    const size = this.#size;
    const last = page[base + at[size - 1]!]!;
    if (last !== 0 && before(row, last - 1) >= 0) return false;
    store.touch(group);
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const id = page[base + at[middle]!]!;
      if (id === 0 || before(row, id - 1) < 0) high = middle;
      else low = middle + 1;
    }
    for (let place = size - 1; place > low; place--) page[base + at[place]!] = page[base + at[place - 1]!]!;
    page[base + at[low]!] = this.#add(row) + 1;
    if (last !== 0) this.#drop(last - 1);
    return true;
  }

  #add(row: number): number {
    if (this.#freshCount === this.#fresh.length) {
      this.#fresh = doubled(this.#fresh);
      this.#freshIds = doubled(this.#freshIds);
    }
    const id = this.#rows.alloc();
    this.#fresh[this.#freshCount] = row;
    this.#freshIds[this.#freshCount] = id;
    this.#setPending(id, ++this.#freshCount);
    return id;
  }

  #drop(id: number): void {
    const pending = this.#pending(id);
    if (pending !== 0) {
      // Not written yet, and in no list of before: its place can be used again.
      const last = --this.#freshCount;
      this.#fresh[pending - 1] = this.#fresh[last]!;
      this.#freshIds[pending - 1] = this.#freshIds[last]!;
      this.#setPending(this.#freshIds[last]!, pending);
      this.#rows.free(id);
      return;
    }
    if (this.#droppedCount === this.#dropped.length) this.#dropped = doubled(this.#dropped);
    this.#dropped[this.#droppedCount++] = id;
  }

  #pending(id: number): number {
    const {ints, shift, mask, stride} = this.#rows.pages;
    return ints[id >> shift]![(id & mask) * stride + this.#pendingAt]!;
  }

  #setPending(id: number, pending: number): void {
    const {ints, shift, mask, stride} = this.#rows.pages;
    ints[id >> shift]![(id & mask) * stride + this.#pendingAt] = pending;
  }

  *flush(out: BatchSink): Slices {
    const {undo, pages} = this.#groups.store;
    const {shift, mask, stride} = pages;
    if (out.wanted) {
      for (let slot = 0; slot < undo.count; slot++) {
        const group = undo.ids[slot]!;
        const old = undo.pages.ints[slot >> undo.pages.shift]!;
        const oldBase = (slot & undo.pages.mask) * stride;
        const wasThere = (old[oldBase + FLAGS_WORD]! & LIVE) !== 0;
        if (this.#rank) this.#comparePlaces(wasThere ? old : null, oldBase, pages.ints[group >> shift]!, (group & mask) * stride);
        else this.#compareSets(wasThere ? old : null, oldBase, pages.ints[group >> shift]!, (group & mask) * stride);
        if (this.#output.room < 2 * MOST_FIRST_ROWS) yield* this.#output.emit(out);
        if (slot % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield;
      }
      yield* this.#output.emit(out);
    }
    for (let d = 0; d < this.#droppedCount; d++) this.#rows.free(this.#dropped[d]!);
    this.#droppedCount = 0;
    if (this.#ends === undefined) return;
    yield* this.#ends.expire((ids, count) => {
      for (let k = 0; k < count; k++) this.#dropGroup(ids[k]!);
    });
  }

  #dropGroup(group: number): void {
    const {ints, shift, mask, stride} = this.#groups.store.pages;
    const page = ints[group >> shift]!;
    const base = (group & mask) * stride;
    for (let place = 0; place < this.#size; place++) {
      const id = page[base + this.#listAt[place]!]!;
      if (id !== 0) this.#rows.free(id - 1);
    }
    this.#groups.free(group);
  }

  isDue(): boolean {
    return this.#ends?.isDue() === true;
  }

  /** Every place of the window that has another row counts. */
  #comparePlaces(old: Int32Array | null, oldBase: number, now: Int32Array, base: number): void {
    for (let place = this.#offset; place < this.#size; place++) {
      const at = this.#listAt[place]!;
      const was = old === null ? 0 : old[oldBase + at]!;
      const is = now[base + at]!;
      if (was === is) continue;
      if (was !== 0) this.#output.add(was - 1, place + 1, -1);
      if (is !== 0) this.#output.add(is - 1, place + 1, 1);
    }
  }

  /** Rows that came into or left the window count; both lists are in the same order. */
  #compareSets(old: Int32Array | null, oldBase: number, now: Int32Array, base: number): void {
    const at = this.#listAt;
    let o = this.#offset;
    let n = this.#offset;
    for (;;) {
      const was = old === null || o >= this.#size ? 0 : old[oldBase + at[o]!]!;
      const is = n >= this.#size ? 0 : now[base + at[n]!]!;
      if (was === 0 && is === 0) return;
      const order = was === is ? 0 : was === 0 ? 1 : is === 0 ? -1 : this.#order(was - 1, is - 1);
      if (order < 0) this.#output.add(was - 1, 0, -1);
      if (order > 0) this.#output.add(is - 1, 0, 1);
      if (order <= 0) o++;
      if (order >= 0) n++;
    }
  }

  rollback(): void {
    this.#droppedCount = 0;
    this.#output.reset();
  }
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(2 * numbers.length);
  grown.set(numbers);
  return grown;
}
