import {MAX_BATCH_ROWS, type Schema} from '../../batch/batch.ts';
import type {BatchBuilder} from '../../batch/batch-builder.ts';
import type {Column} from '../../batch/column.ts';
import type {BatchSink, Slices} from '../../graph/operator.ts';
import {matchColumn} from '../../rows/match-column.ts';
import {ExpiryIndex, type RowExpiry} from '../../time/expiry-index.ts';
import type {SnapshotBudget} from '../../rows/pin.ts';
import {readField} from '../../rows/read-field.ts';
import {layoutRows, type Extra} from '../../rows/row-layout.ts';
import type {RowPages} from '../../rows/row-pages.ts';
import {RowStore} from '../../rows/row-store.ts';
import {writeField} from '../../rows/write-field.ts';
import {isLive, type PartitionedRows} from '../partitioned-rows.ts';

const ROWS_AT_ONCE = 2048;

export type AnalyticResultsArgs = {
  readonly label: string;
  readonly source: PartitionedRows;
  /** Word of a stored row for the head of its chain. */
  readonly headAt: number;
  readonly outputs: Schema;
  /** Calls of which a row may have no value. */
  readonly fallible: readonly number[];
  /** Of one of the values. */
  readonly expiry?: RowExpiry | undefined;
  readonly budget?: SnapshotBudget | undefined;
};

/**
 * The values of window functions, one stored row for each copy of each input row, or that a call has none for it: those of an input row are
 * chained, in the order of its copies. What they were before the step is in the undo log, so that the output's change can be told.
 */
export class AnalyticResults {
  readonly store: RowStore;
  readonly #source: PartitionedRows;
  readonly #headAt: number;
  readonly #baseAt: number;
  readonly #nextAt: number;
  /** By call: the bit that says that it has no value. */
  readonly #failures: ReadonlyMap<number, Extra>;
  readonly #ends: ExpiryIndex | undefined;
  #misses = new Uint8Array(64);

  constructor({label, source, headAt, outputs, fallible, expiry, budget}: AnalyticResultsArgs) {
    const layout = layoutRows(outputs, ['word', 'word', ...fallible.map(() => 'bit' as const)]);
    this.store = new RowStore({label: `${label} values`, layout, budget});
    this.#failures = new Map(fallible.map((call, i) => [call, layout.extras[2 + i]!]));
    this.#source = source;
    if (expiry !== undefined) this.#ends = new ExpiryIndex(this.store, this.store.layout.fields[expiry.column]!, expiry);
    this.#headAt = headAt;
    [this.#baseAt, this.#nextAt] = this.store.layout.extras.map(extra => extra.at) as [number, number];
  }

  /** The first copy's values, −1 without. */
  first(row: number): number {
    return wordAt(this.#source.store.pages, row, this.#headAt) - 1;
  }

  next(result: number): number {
    return wordAt(this.store.pages, result, this.#nextAt) - 1;
  }

  /** Makes as many places as a touched input row has copies. */
  resize(row: number, copies: number): void {
    let last = -1;
    let at = this.first(row);
    for (let k = 0; k < copies; k++) {
      if (at < 0) {
        at = this.store.alloc();
        setWord(this.store.pages, at, this.#baseAt, row);
        this.#link(row, last, at);
      }
      last = at;
      at = this.next(at);
    }
    if (at < 0) return;
    this.#link(row, last, -1);
    for (let surplus = at; surplus >= 0;) {
      const next = this.next(surplus);
      this.store.free(surplus);
      surplus = next;
    }
  }

  #link(row: number, last: number, result: number): void {
    if (last < 0) {
      setWord(this.#source.store.pages, row, this.#headAt, result + 1);
      return;
    }
    this.store.touch(last);
    setWord(this.store.pages, last, this.#nextAt, result + 1);
  }

  /** Stores the values of one call, row `k` of the column for `results[from + k]`, where they differ. */
  write(call: number, column: Column, results: Int32Array, from: number, count: number): void {
    const {pages, arena, layout} = this.store;
    const field = layout.fields[call]!;
    if (this.#misses.length < count) this.#misses = new Uint8Array(2 * count);
    const misses = this.#misses.fill(0, 0, count);
    const rows = results.subarray(from, from + count);
    matchColumn(pages, arena, field, column, 0, count, rows, misses, 'exact');
    for (let k = 0; k < count; k++) {
      if (misses[k] === 0) continue;
      this.store.touch(rows[k]!);
      writeField(pages, arena, field, column, k, rows[k]!);
    }
  }

  /** Stores for which of the results `results[from + k]` a fallible call has no value. */
  writeFailures(call: number, failed: Uint8Array, results: Int32Array, from: number, count: number): void {
    const {at, mask} = this.#failures.get(call)!;
    for (let k = 0; k < count; k++) {
      const result = results[from + k]!;
      const word = wordAt(this.store.pages, result, at);
      if (((word & mask) !== 0) === (failed[k] !== 0)) continue;
      this.store.touch(result);
      setWord(this.store.pages, result, at, word ^ mask);
    }
  }

  hasFailed(call: number, result: number): boolean {
    const bit = this.#failures.get(call);
    return bit !== undefined && (wordAt(this.store.pages, result, bit.at) & bit.mask) !== 0;
  }

  /** The first call that has no value in a row of `pages`, −1 = all have one. */
  #failedCall(pages: RowPages, row: number): number {
    for (const [call, {at, mask}] of this.#failures) if ((wordAt(pages, row, at) & mask) !== 0) return call;
    return -1;
  }

  /** Appends one call's value. */
  read(call: number, result: number, out: BatchBuilder): void {
    readField(this.store.pages, this.store.arena, this.store.layout.fields[call]!, Int32Array.of(result), 0, 1, out.columns[0]!);
  }

  /** Gives the input rows whose values are below the bound to `visit`; at the end of a step. */
  *expire(visit: (row: number) => void): Slices {
    if (this.#ends === undefined) return;
    const {undo} = this.store;
    const changed = new Int32Array(undo.count);
    let count = 0;
    for (let slot = 0; slot < undo.count; slot++) if (this.store.isLive(undo.ids[slot]!)) changed[count++] = undo.ids[slot]!;
    this.#ends.add(changed, count);
    yield* this.#ends.expire((results, due) => {
      for (let k = 0; k < due; k++) if (this.store.isLive(results[k]!)) visit(wordAt(this.store.pages, results[k]!, this.#baseAt));
    });
  }

  isDue(): boolean {
    return this.#ends?.isDue() === true;
  }

  /**
   * Emits what the step has changed: input columns ++ the first values. Input rows that are gone are still in their places. A row without a
   * value is given to `failed` instead.
   */
  *emitChanges(builder: BatchBuilder, out: BatchSink, failed: (call: number, inputRow: number, weight: number) => void): Slices {
    const {undo, pages} = this.store;
    const old = new Int32Array(ROWS_AT_ONCE);
    const now = new Int32Array(ROWS_AT_ONCE);
    const bases = new Int32Array(ROWS_AT_ONCE);
    for (let from = 0; from < undo.count; from += ROWS_AT_ONCE) {
      const to = Math.min(undo.count, from + ROWS_AT_ONCE);
      let olds = 0;
      let news = 0;
      for (let slot = from; slot < to; slot++) {
        if (isLive(undo.pages, slot) && !this.#fails(undo.pages, slot, -1, failed)) old[olds++] = slot;
        const id = undo.ids[slot]!;
        if (this.store.isLive(id) && !this.#fails(pages, id, 1, failed)) now[news++] = id;
      }
      this.#append(undo.pages, old, olds, bases, builder, -1);
      this.#append(pages, now, news, bases, builder, 1);
      if (builder.length + 2 * ROWS_AT_ONCE > MAX_BATCH_ROWS) yield* builder.emit(out);
      yield;
    }
    yield* builder.emit(out);
  }

  #fails(pages: RowPages, row: number, weight: number, failed: (call: number, inputRow: number, weight: number) => void): boolean {
    const call = this.#failures.size === 0 ? -1 : this.#failedCall(pages, row);
    if (call >= 0) failed(call, wordAt(pages, row, this.#baseAt), weight);
    return call >= 0;
  }

  #append(pages: RowPages, rows: Int32Array, count: number, bases: Int32Array, builder: BatchBuilder, weight: number): void {
    if (count === 0) return;
    for (let k = 0; k < count; k++) bases[k] = wordAt(pages, rows[k]!, this.#baseAt);
    const input = this.#source.store;
    const width = input.layout.fields.length;
    for (let c = 0; c < width; c++) readField(input.pages, input.arena, input.layout.fields[c]!, bases, 0, count, builder.columns[c]!);
    for (let c = width; c < builder.columns.length; c++) {
      readField(pages, this.store.arena, this.store.layout.fields[c - width]!, rows, 0, count, builder.columns[c]!);
    }
    builder.added(count, weight);
  }
}

function wordAt({ints, shift, mask, stride}: RowPages, row: number, at: number): number {
  return ints[row >> shift]![(row & mask) * stride + at]!;
}

function setWord({ints, shift, mask, stride}: RowPages, row: number, at: number, value: number): void {
  ints[row >> shift]![(row & mask) * stride + at] = value;
}
