import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import {readField} from '../rows/read-field.ts';
import type {RowStore} from '../rows/row-store.ts';
import {WeightedRows} from '../rows/weighted-rows.ts';
import {columnTimes} from '../time/column-times.ts';
import {ExpiryQueue} from '../time/expiry-queue.ts';
import {timeOf} from '../time/stored-time.ts';
import type {TimeBound} from '../time/time-bound.ts';

const ROWS_PER_SLICE = 4096;

export type TemporalFilterArgs = {
  readonly label: string;
  readonly input: Schema;
  /** The output is the first `columns` columns of the input. */
  readonly columns: number;
  /** Column with the time from which on a row counts; absent = from the beginning. A row with NULL there never counts. */
  readonly from?: number | undefined;
  /** Column with the time from which on it counts no more; absent = never. A row with NULL there never counts. */
  readonly until?: number | undefined;
  /** now(): the time of the step. */
  readonly now: TimeBound;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: WHERE with now(): a row counts while from ≤ now < until.
 * Law: Σ out = {row ∈ Σ in | from ≤ now < until}: rows come and go as time passes, without input.
 * State: the rows that will come or go, in the order of the time at which they do; no others.
 * Invariants: now does not go back. While a step's rows come in the state is that of the time before; `flush` lets the time pass. Rows
 *      that are over are not there, those that count already do not wait to come. A delta of a row that is over means nothing any more.
 * Cost: O(|Δ| + log rows per change); time costs nothing until a row is due.
 */
export class TemporalFilter implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly #args: TemporalFilterArgs;
  readonly #rows: WeightedRows;
  readonly #coming: ExpiryQueue | undefined;
  readonly #going: ExpiryQueue | undefined;
  readonly #kept: BatchBuilder;
  readonly #builder: BatchBuilder;
  readonly #one = new Int32Array(1);
  readonly #scratch = [new Float64Array(MAX_BATCH_ROWS), new Float64Array(MAX_BATCH_ROWS)] as const;

  constructor(args: TemporalFilterArgs) {
    const {label, input, columns, from, until, budget, hashMask} = args;
    this.label = label;
    this.schema = input.slice(0, columns);
    this.#args = args;
    this.#rows = new WeightedRows({label, schema: input, budget, hashMask});
    const {store} = this.#rows;
    this.stores = [store];
    const passed = () => args.now.previous();
    if (from !== undefined) this.#coming = new ExpiryQueue(store, store.layout.fields[from]!, passed);
    if (until !== undefined) this.#going = new ExpiryQueue(store, store.layout.fields[until]!, passed);
    this.#kept = new BatchBuilder(input);
    this.#builder = new BatchBuilder(this.schema);
  }

  /** When the next row comes or goes, µs since 1970; Infinity = nothing waits. */
  nextTime(): number {
    return Math.min(this.#coming?.next ?? Infinity, this.#going?.next ?? Infinity);
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    const {columns, from, until, now} = this.#args;
    const time = now.previous();
    const {length} = batch;
    const starts = from === undefined ? undefined : columnTimes(batch.columns[from]!, length, this.#scratch[0]);
    const ends = until === undefined ? undefined : columnTimes(batch.columns[until]!, length, this.#scratch[1]);
    const kept = new Int32Array(length);
    const counting = new Int32Array(length);
    let keptCount = 0;
    let countingCount = 0;
    for (let row = 0; row < length; row++) {
      // NaN, for NULL, compares as false.
      if (ends !== undefined && !(time < ends[row]!)) continue;
      if (starts !== undefined && !(starts[row]! <= time) && !(starts[row]! > time)) continue;
      const counts = starts === undefined || starts[row]! <= time;
      if (counts) counting[countingCount++] = row;
      if (!counts || ends !== undefined) kept[keptCount++] = row;
    }
    if (keptCount > 0) this.#keep(batch, kept, keptCount);
    if (countingCount === 0 || !out.wanted) return;
    this.#builder.gather({...batch, columns: batch.columns.slice(0, columns)}, counting, 0, countingCount);
    yield* this.#builder.emit(out);
  }

  #keep(batch: Batch, rows: Int32Array, count: number): void {
    this.#kept.gather(batch, rows, 0, count);
    this.#rows.add(this.#kept.build(), 1, this.#queue);
    this.#kept.reset();
  }

  readonly #queue = (fresh: Int32Array, count: number): void => {
    this.#coming?.add(fresh, count);
    this.#going?.add(fresh, count);
  };

  *flush(out: BatchSink): Slices {
    yield* this.#rows.freeEmpty(this.#free);
    const time = this.#args.now.current();
    yield* this.#pass(this.#coming, time, out, 1);
    yield* this.#pass(this.#going, time, out, -1);
  }

  /** Lets the rows come (sign 1) or go (−1) whose time is up. */
  *#pass(queue: ExpiryQueue | undefined, time: number, out: BatchSink, sign: 1 | -1): Slices {
    if (queue === undefined) return;
    const {store} = this.#rows;
    const ids = new Int32Array(ROWS_PER_SLICE);
    for (let count = queue.take(time, ids); count > 0; count = queue.take(time, ids)) {
      store.touchAll(ids, count);
      // A row that ends before it starts goes without having come.
      const counting = sign > 0 ? ids.subarray(0, count) : ids.subarray(0, count).filter(id => this.#startOf(id) <= time);
      if (out.wanted) {
        this.#append(counting, sign);
        yield* this.#builder.emit(out);
      }
      if (sign < 0 || this.#going === undefined) for (let k = 0; k < count; k++) this.#free(ids[k]!);
      yield;
    }
  }

  #append(ids: Int32Array, sign: 1 | -1): void {
    const {store} = this.#rows;
    const {fields} = store.layout;
    for (let c = 0; c < this.schema.length; c++)
      readField(store.pages, store.arena, fields[c]!, ids, 0, ids.length, this.#builder.columns[c]!);
    for (let k = 0; k < ids.length; k++) this.#builder.added(1, sign * this.#rows.weightOf(store.pages, ids[k]!));
  }

  readonly #free = (id: number): void => {
    this.#one[0] = id;
    this.#coming?.remove(this.#one, 1);
    this.#going?.remove(this.#one, 1);
    this.#rows.rows.free(id);
  };

  #startOf(id: number): number {
    const {from} = this.#args;
    return from === undefined ? -Infinity : timeOf(this.#rows.store.pages, this.#rows.store.layout.fields[from]!, id);
  }

  isDue(): boolean {
    return this.nextTime() <= this.#args.now.current();
  }

  rollback(): void {
    this.#kept.reset();
    this.#builder.reset();
  }
}
