import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {OrderedCursor} from '../rows/ordered-index.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import {readField} from '../rows/read-field.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowStore} from '../rows/row-store.ts';
import {ExpiryIndex, type RowExpiry} from '../time/expiry-index.ts';
import {timeOf} from '../time/stored-time.ts';
import {LEFT, type JoinKeys} from './join-pairs.ts';
import {NullKeys} from './null-keys.ts';
import {isLive, PartitionedRows, Partitions} from './partitioned-rows.ts';
import {totalSort} from './stored-order.ts';

const ROWS_AT_ONCE = 2048;
const IDENTITY = Int32Array.from({length: MAX_BATCH_ROWS}, (_, k) => k);

export type AsOfJoinArgs = {
  readonly label: string;
  readonly left: Schema;
  readonly right: Schema;
  readonly keys: JoinKeys;
  readonly joinType: 'inner' | 'left';
  /** Columns of the times, int64. */
  readonly leftTime: number;
  readonly rightTime: number;
  /** The right row's time has to be before the left row's, and not the same. */
  readonly strict: boolean;
  /**
   * left: rows below the bound get no other right row and are not retracted, they are dropped; right: no left row below the bound comes any
   * more, of the rows before it the last of each key is kept.
   */
  readonly expiry?: {readonly left?: RowExpiry | undefined; readonly right?: RowExpiry | undefined} | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: each left row with the right row that has equal keys and the latest time up to that of the left row; left: padded with NULLs where there
 *   is none. Of right rows with one time it is the last in the order of their other columns.
 * Law: Δout = −old pair + new pair for each left row that changed or has another right row.
 * State: both inputs in the order of time within their keys (partitioned-rows.ts), which they share; for each left row its right row.
 * Invariants: between steps the right row of each left row is the one of the law. A changed right row matters to the left rows from its time to
 *   that of the next right row.
 * Cost: O(|Δ| · log rows), plus the left rows that a right change reaches.
 */
export class AsOfJoinOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly #args: AsOfJoinArgs;
  readonly #left: PartitionedRows;
  readonly #right: PartitionedRows;
  readonly #leftNulls: NullKeys;
  readonly #rightNulls: NullKeys;
  /** Word of a left row: its right row + 1, 0 = it has none. */
  readonly #matchAt: number;
  readonly #leftEnds: ExpiryIndex | undefined;
  readonly #rightEnds: ExpiryIndex | undefined;
  readonly #builder: BatchBuilder;
  readonly #leftCursor = new OrderedCursor();
  readonly #rightCursor = new OrderedCursor();
  readonly #pairs = {
    lefts: new Int32Array(MAX_BATCH_ROWS),
    rights: new Int32Array(MAX_BATCH_ROWS),
    weights: new Int32Array(MAX_BATCH_ROWS),
    count: 0,
  };

  constructor(args: AsOfJoinArgs) {
    const {label, left, right, keys, leftTime, rightTime, expiry, budget, hashMask} = args;
    this.label = label;
    this.schema = [...left, ...right];
    this.#args = args;
    const kinds = keys.left.map(c => left[c]!);
    const partitions = new Partitions({label: `${label} keys`, kinds, budget, hashMask});
    const side = (name: string, schema: Schema, columns: readonly number[], time: number, rowExtras: readonly 'word'[]) => {
      const sort = totalSort(schema, [{column: time, descending: false, nullsFirst: false}]);
      return new PartitionedRows({label: `${label} ${name}`, schema, partition: columns, sort, rowExtras, partitions, budget, hashMask});
    };
    this.#left = side('left', left, keys.left, leftTime, ['word']);
    this.#right = side('right', right, keys.right, rightTime, []);
    this.#leftNulls = new NullKeys(left, keys.left, keys.nullSafe);
    this.#rightNulls = new NullKeys(right, keys.right, keys.nullSafe);
    this.#matchAt = this.#left.rowExtras[0]!.at;
    this.stores = [this.#left.store, this.#right.store, partitions.store];
    if (expiry?.left !== undefined) this.#leftEnds = endsOf(this.#left, expiry.left);
    if (expiry?.right !== undefined) this.#rightEnds = endsOf(this.#right, expiry.right);
    this.#builder = new BatchBuilder(this.schema);
  }

  *push(input: number, batch: Batch, out: BatchSink): Slices {
    if (input !== LEFT) {
      this.#right.add(this.#rightNulls.split(batch).keyed);
      return;
    }
    const {keyed, unkeyed} = this.#leftNulls.split(batch);
    this.#left.add(keyed);
    if (unkeyed !== null && this.#args.joinType === 'left' && out.wanted) yield* this.#pad(unkeyed, out);
  }

  *#pad({columns, length, weights}: Batch, out: BatchSink): Slices {
    for (let from = 0; from < length; from += MAX_BATCH_ROWS) {
      const to = Math.min(length, from + MAX_BATCH_ROWS);
      const rows = Int32Array.from({length: to - from}, (_, k) => from + k);
      this.#builder.columns.forEach((column, c) => {
        if (c < columns.length) column.gather(columns[c]!, rows, 0, rows.length);
        else column.appendNulls(rows.length);
      });
      this.#builder.addedWeights(weights, rows, 0, rows.length);
      yield* this.#builder.emit(out);
    }
  }

  *flush(out: BatchSink): Slices {
    const moved: number[] = [];
    yield* this.#right.settle((id, was, is) => {
      if (was === is) return;
      moved.push(id);
      if (is) this.#note(this.#rightEnds, id);
    });
    const fresh: number[] = [];
    yield* this.#left.settle((id, was, is) => {
      if (!is || was) return;
      fresh.push(id);
      this.#note(this.#leftEnds, id);
    });
    for (let k = 0; k < fresh.length; k++) {
      this.#setMatch(fresh[k]!, this.#latestUpTo(this.#left.groupOf(fresh[k]!), timeOf(this.#left.store.pages, this.#leftTime, fresh[k]!)));
      if (k % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield;
    }
    for (let k = 0; k < moved.length; k++) {
      yield* this.#rematch(moved[k]!);
      if (k % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield;
    }
    if (out.wanted) yield* this.#emit(out);
    yield* this.#expire();
    yield* this.#left.freeGone();
    yield* this.#right.freeGone();
  }

  get #leftTime() {
    return this.#left.store.layout.fields[this.#args.leftTime]!;
  }

  get #rightTime() {
    return this.#right.store.layout.fields[this.#args.rightTime]!;
  }

  /** The right row for a time, −1 = none. */
  #latestUpTo(group: number, time: number): number {
    if (Number.isNaN(time)) return -1;
    this.#right.index.seekPrefix(this.#rightCursor, group, time, !this.#args.strict);
    return this.#rightCursor.previous();
  }

  /** Finds anew the right row of the left rows that a right row which came or went can be of. */
  *#rematch(id: number): Slices {
    const {pages} = this.#right.store;
    const time = timeOf(pages, this.#rightTime, id);
    if (Number.isNaN(time)) return;
    const group = this.#right.groupOf(id);
    const {strict} = this.#args;
    this.#right.index.seekPrefix(this.#rightCursor, group, time, true);
    const next = this.#rightCursor.peek();
    const match = this.#rightCursor.previous();
    const end = next < 0 ? Infinity : timeOf(pages, this.#rightTime, next);
    this.#left.index.seekPrefix(this.#leftCursor, group, time, strict);
    for (let row = this.#leftCursor.peek(), k = 1; row >= 0; row = this.#leftCursor.peek(), k++) {
      const at = timeOf(this.#left.store.pages, this.#leftTime, row);
      if (Number.isNaN(at) || (strict ? at > end : at >= end)) return;
      this.#setMatch(row, match);
      this.#leftCursor.next();
      if (k % ROWS_AT_ONCE === 0) yield;
    }
  }

  #matchOf({ints, shift, mask, stride}: RowPages, row: number): number {
    return ints[row >> shift]![(row & mask) * stride + this.#matchAt]! - 1;
  }

  #setMatch(row: number, right: number): void {
    const {store} = this.#left;
    if (this.#matchOf(store.pages, row) === right) return;
    store.touch(row);
    const {ints, shift, mask, stride} = store.pages;
    ints[row >> shift]![(row & mask) * stride + this.#matchAt] = right + 1;
  }

  *#emit(out: BatchSink): Slices {
    const {undo, pages} = this.#left.store;
    for (let slot = 0; slot < undo.count; slot++) {
      const id = undo.ids[slot]!;
      const oldWeight = isLive(undo.pages, slot) ? this.#left.weightOf(undo.pages, slot) : 0;
      const oldMatch = oldWeight === 0 ? -1 : this.#matchOf(undo.pages, slot);
      const weight = this.#left.weightOf(pages, id);
      const match = this.#matchOf(pages, id);
      if (oldMatch === match || weight === 0 || oldWeight === 0) {
        this.#change(id, weight === 0 ? oldMatch : match, weight - oldWeight);
      } else {
        this.#change(id, oldMatch, -oldWeight);
        this.#change(id, match, weight);
      }
      if (this.#pairs.count > MAX_BATCH_ROWS - 2) yield* this.#emitPairs(out);
      if (slot % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield;
    }
    yield* this.#emitPairs(out);
  }

  #change(left: number, right: number, weight: number): void {
    if (weight === 0 || (right < 0 && this.#args.joinType === 'inner')) return;
    const {lefts, rights, weights} = this.#pairs;
    const k = this.#pairs.count++;
    lefts[k] = left;
    rights[k] = right;
    weights[k] = weight;
  }

  *#emitPairs(out: BatchSink): Slices {
    const {lefts, rights, weights, count} = this.#pairs;
    const left = this.#left.store;
    const right = this.#right.store;
    const width = left.layout.fields.length;
    for (let c = 0; c < width; c++) readField(left.pages, left.arena, left.layout.fields[c]!, lefts, 0, count, this.#builder.columns[c]!);
    // Runs of rows that have a match, and of such that have none.
    for (let from = 0; from < count;) {
      const matched = rights[from]! >= 0;
      let to = from + 1;
      while (to < count && rights[to]! >= 0 === matched) to++;
      for (let c = width; c < this.#builder.columns.length; c++) {
        const column = this.#builder.columns[c]!;
        if (matched) readField(right.pages, right.arena, right.layout.fields[c - width]!, rights, from, to, column);
        else column.appendNulls(to - from);
      }
      from = to;
    }
    this.#builder.addedWeights(weights, IDENTITY, 0, count);
    this.#pairs.count = 0;
    yield* this.#builder.emit(out);
  }

  // ---- time ------------------------------------------------------------------------------------------------------------------------------

  #note(ends: ExpiryIndex | undefined, id: number): void {
    if (ends === undefined) return;
    single[0] = id;
    ends.add(single, 1);
  }

  isDue(): boolean {
    return this.#leftEnds?.isDue() === true || this.#rightEnds?.isDue() === true;
  }

  *#expire(): Slices {
    if (this.#leftEnds !== undefined) {
      yield* this.#leftEnds.expire((ids, count) => {
        for (let k = 0; k < count; k++) this.#discard(this.#left, ids[k]!);
      });
    }
    if (this.#rightEnds !== undefined) {
      const bound = this.#rightEnds.bound.current();
      yield* this.#rightEnds.expire((ids, count) => {
        for (let k = 0; k < count; k++) if (this.#right.weightOf(this.#right.store.pages, ids[k]!) > 0) this.#dropFollowed(ids[k]!, bound);
      });
    }
  }

  #discard(rows: PartitionedRows, id: number): void {
    if (rows.weightOf(rows.store.pages, id) === 0) return;
    rows.store.touch(id);
    rows.discard(id);
  }

  /** Drops right rows before one that all left rows to come are behind, and that one if another such follows, unless a left row has them. */
  #dropFollowed(id: number, bound: number): void {
    let next = id;
    for (;;) {
      this.#right.seek(this.#rightCursor, next);
      const row = this.#rightCursor.previous();
      if (row < 0) break;
      if (this.#isRead(row)) next = row;
      else this.#discard(this.#right, row);
    }
    this.#right.seek(this.#rightCursor, id);
    this.#rightCursor.next();
    const follower = this.#rightCursor.peek();
    const isFollowed = follower >= 0 && timeOf(this.#right.store.pages, this.#rightTime, follower) < bound;
    if (isFollowed && !this.#isRead(id)) this.#discard(this.#right, id);
  }

  #isRead(right: number): boolean {
    const time = timeOf(this.#right.store.pages, this.#rightTime, right);
    this.#left.index.seekPrefix(this.#leftCursor, this.#right.groupOf(right), time, this.#args.strict);
    const reader = this.#leftCursor.peek();
    return reader >= 0 && this.#matchOf(this.#left.store.pages, reader) === right;
  }

  rollback(): void {
    this.#pairs.count = 0;
    this.#builder.reset();
  }
}

const single = new Int32Array(1);

function endsOf({store}: PartitionedRows, expiry: RowExpiry): ExpiryIndex {
  return new ExpiryIndex(store, store.layout.fields[expiry.column]!, expiry);
}
