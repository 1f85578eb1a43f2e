import {unreachable} from '../../common/unreachable.ts';
import type {Batch, Schema} from '../batch/batch.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import type {RowExpiry} from '../time/expiry-index.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowStore} from '../rows/row-store.ts';
import {isLive, PartitionedRows} from './partitioned-rows.ts';
import {RankedOutput} from './ranked-output.ts';
import {refuseRetractions} from './row-window.ts';
import type {SortColumn} from './sort-order.ts';
import {totalSort} from './stored-order.ts';

export type RankFunction = 'row-number' | 'rank' | 'dense-rank';

const ROWS_AT_ONCE = 2048;
const GROUPS_AT_ONCE = 64;
/** What a row's mark says instead of its rank: not looked at yet, behind the window, before it. */
const FRESH = 0;
const BEHIND = -1;
const BEFORE = -2;

export type RankedTopArgs = {
  readonly label: string;
  readonly input: Schema;
  readonly partition: readonly number[];
  readonly sort: readonly SortColumn[];
  readonly rank: RankFunction;
  /** Ranks offset + 1 … offset + limit are in the window. */
  readonly limit: number;
  readonly offset: number;
  /** One more output column, the rank. */
  readonly output: boolean;
  /** The input never retracts: rows behind the window are dropped. */
  readonly appendOnly: boolean;
  /** Of a partition column: partitions below the bound are dropped. */
  readonly expiry?: RowExpiry | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: the rows of each partition whose row_number, rank or dense_rank is offset + 1 … offset + limit. Rows that tie are numbered in the order
 *   of their other columns, and one behind the other where they are equal; rank and dense_rank give ties one rank.
 * Law: Δout = −old window(p) + new window(p) for each partition p that a change reaches.
 * State: every row with its weight, ordered in its partition (partitioned-rows.ts), and its mark: the first rank that its copies have in the
 *   result (where ranks are not shown: how many of them are in it), or on which side of the window it is; per partition the last row of a full window. Over append-only input only the
 *   rows that are not behind the window.
 * Invariants: between steps no mark is FRESH, and no row in the window or before it comes after one behind it. So a change behind the window
 *   needs no look at the partition, and a look may end at the first row that has been behind the window already.
 * Cost: O(|Δ| · log rows), plus O(limit + offset) ranks per partition that a change reaches.
 */
export class RankedTopOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly #function: RankFunction;
  readonly #end: number;
  readonly #offset: number;
  readonly #showsRank: boolean;
  readonly #appendOnly: boolean;
  readonly #rows: PartitionedRows;
  readonly #markAt: number;
  /** Words of a partition: the last row of its window + 1, 0 = it is not full; whether it is to be looked at in this step. */
  readonly #lastAt: number;
  readonly #dueAt: number;
  readonly #output: RankedOutput;

  constructor({label, input, partition, sort, rank, limit, offset, output, appendOnly, expiry, budget, hashMask}: RankedTopArgs) {
    this.label = label;
    this.schema = output ? [...input, 'i64'] : input;
    this.#function = rank;
    this.#end = limit + offset;
    this.#offset = offset;
    this.#showsRank = output;
    this.#appendOnly = appendOnly;
    this.#rows = new PartitionedRows({
      label,
      schema: input,
      partition,
      sort: rank === 'row-number' ? totalSort(input, sort) : sort,
      rowExtras: ['word'],
      groupExtras: ['word', 'word'],
      expiry,
      budget,
      hashMask,
    });
    this.stores = this.#rows.stores;
    this.#markAt = this.#rows.rowExtras[0]!.at;
    [this.#lastAt, this.#dueAt] = this.#rows.groupExtras.map(extra => extra.at) as [number, number];
    this.#output = new RankedOutput({schema: this.schema, store: this.#rows.store, rank: output});
  }

  push(_input: number, batch: Batch): Slices {
    if (this.#appendOnly) refuseRetractions(this.label, batch);
    this.#rows.add(batch);
    return NO_SLICES;
  }

  *flush(out: BatchSink): Slices {
    const due: number[] = [];
    yield* this.#rows.settle((id, was, is) => {
      if (!was && !is) return;
      if (this.#isBehind(id, was)) {
        if (is && !was) this.#setMark(id, BEHIND);
      } else this.#makeDue(this.#rows.groupOf(id), due);
    });
    for (let d = 0; d < due.length; d++) {
      this.#look(due[d]!);
      if (d % GROUPS_AT_ONCE === GROUPS_AT_ONCE - 1) yield;
    }
    if (this.#appendOnly) yield* this.#dropBehind();
    if (out.wanted) yield* this.#emit(out);
    yield* this.#rows.expire();
    yield* this.#rows.freeGone();
  }

  isDue(): boolean {
    return this.#rows.isDue();
  }

  /** Whether a row that has changed was, or has come, behind the window, where it does not matter. */
  #isBehind(id: number, was: boolean): boolean {
    if (was) return this.#mark(this.#rows.store.pages, id) === BEHIND;
    const last = this.#groupWord(this.#rows.groupOf(id), this.#lastAt);
    return last !== 0 && this.#rows.order(id, last - 1) > 0;
  }

  #makeDue(group: number, due: number[]): void {
    if (this.#groupWord(group, this.#dueAt) !== 0) return;
    this.#rows.groups.touch(group);
    this.#setGroupWord(group, this.#dueAt, 1);
    due.push(group);
  }

  /** Ranks the rows of a partition to the end of the window and marks them. */
  #look(group: number): void {
    const {index, order, store} = this.#rows;
    let copies = 0;
    let rank = 0;
    let previous = -1;
    let last = -1;
    index.walk(group, id => {
      const weight = this.#rows.weightOf(store.pages, id);
      switch (this.#function) {
        case 'row-number':
          rank = copies + 1;
          break;
        case 'rank':
          if (previous < 0 || order(previous, id) !== 0) rank = copies + 1;
          break;
        case 'dense-rank':
          if (previous < 0 || order(previous, id) !== 0) rank++;
          break;
        default:
          unreachable(this.#function);
      }
      copies += weight;
      previous = id;
      const mark = this.#mark(store.pages, id);
      if (rank > this.#end) {
        if (mark === BEHIND) return false;
        this.#setMark(id, BEHIND);
        return true;
      }
      const now = this.#markOf(rank, copies);
      if (mark !== now) this.#setMark(id, now);
      last = id;
      return true;
    });
    const full = (this.#function === 'dense-rank' ? rank : copies) >= this.#end;
    this.#setGroupWord(group, this.#lastAt, full ? last + 1 : 0);
    this.#setGroupWord(group, this.#dueAt, 0);
  }

  /** Mark of a row whose copies begin with `rank`; up to its last one there are `copies` rows. */
  #markOf(rank: number, copies: number): number {
    if (this.#function !== 'row-number') return rank <= this.#offset ? BEFORE : this.#showsRank ? rank : 1;
    if (copies <= this.#offset) return BEFORE;
    return this.#showsRank ? rank : Math.min(copies, this.#end) - Math.max(rank - 1, this.#offset);
  }

  *#dropBehind(): Slices {
    const {undo, pages} = this.#rows.store;
    for (let slot = 0; slot < undo.count; slot++) {
      const id = undo.ids[slot]!;
      if (this.#mark(pages, id) === BEHIND) this.#rows.discard(id);
      if (slot % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield;
    }
  }

  *#emit(out: BatchSink): Slices {
    const {undo, pages} = this.#rows.store;
    const numbers = this.#showsRank && this.#function === 'row-number';
    for (let slot = 0; slot < undo.count; slot++) {
      const id = undo.ids[slot]!;
      const oldMark = isLive(undo.pages, slot) ? this.#mark(undo.pages, slot) : FRESH;
      const oldWeight = this.#rows.weightOf(undo.pages, slot);
      const weight = this.#rows.weightOf(pages, id);
      const mark = weight === 0 ? FRESH : this.#mark(pages, id);
      if (mark > 0 || oldMark > 0) {
        if (numbers && (weight > 1 || oldWeight > 1)) yield* this.#renumber(id, oldMark, oldWeight, mark, weight, out);
        else if (this.#showsRank) this.#rerank(id, oldMark, oldWeight, mark, weight);
        else {
          const change = this.#copies(mark, weight) - this.#copies(oldMark, oldWeight);
          if (change !== 0) this.#output.add(id, 0, change);
        }
        if (this.#output.room < 2) yield* this.#output.emit(out);
      }
      if (slot % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield;
    }
    yield* this.#output.emit(out);
  }

  #copies(mark: number, weight: number): number {
    if (mark <= 0) return 0;
    return this.#function === 'row-number' ? mark : weight;
  }

  /** All copies of a row have one rank. */
  #rerank(id: number, oldMark: number, oldWeight: number, mark: number, weight: number): void {
    if (mark === oldMark) {
      if (weight !== oldWeight) this.#output.add(id, mark, weight - oldWeight);
      return;
    }
    if (oldMark > 0) this.#output.add(id, oldMark, -oldWeight);
    if (mark > 0) this.#output.add(id, mark, weight);
  }

  /** The copies of a row have numbers of their own. */
  *#renumber(id: number, oldMark: number, oldWeight: number, mark: number, weight: number, out: BatchSink): Slices {
    const first = (from: number) => Math.max(from, this.#offset + 1);
    const last = (from: number, copies: number) => (from > 0 ? Math.min(from + copies - 1, this.#end) : 0);
    const [oldFrom, oldTo] = [first(oldMark), last(oldMark, oldWeight)];
    const [from, to] = [first(mark), last(mark, weight)];
    for (let number = oldFrom; number <= oldTo; number++) {
      if (number >= from && number <= to) continue;
      if (this.#output.room === 0) yield* this.#output.emit(out);
      this.#output.add(id, number, -1);
    }
    for (let number = from; number <= to; number++) {
      if (number >= oldFrom && number <= oldTo) continue;
      if (this.#output.room === 0) yield* this.#output.emit(out);
      this.#output.add(id, number, 1);
    }
  }

  rollback(): void {
    this.#output.reset();
  }

  #mark({ints, shift, mask, stride}: RowPages, row: number): number {
    return ints[row >> shift]![(row & mask) * stride + this.#markAt]!;
  }

  #setMark(id: number, mark: number): void {
    const {store} = this.#rows;
    store.touch(id);
    store.pages.ints[id >> store.pages.shift]![(id & store.pages.mask) * store.pages.stride + this.#markAt] = mark;
  }

  #groupWord(group: number, at: number): number {
    const {ints, shift, mask, stride} = this.#rows.groups.pages;
    return ints[group >> shift]![(group & mask) * stride + at]!;
  }

  #setGroupWord(group: number, at: number, value: number): void {
    const {ints, shift, mask, stride} = this.#rows.groups.pages;
    ints[group >> shift]![(group & mask) * stride + at] = value;
  }
}
