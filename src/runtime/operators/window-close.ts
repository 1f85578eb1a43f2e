import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import type {RowStore} from '../rows/row-store.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import {WeightedRows} from '../rows/weighted-rows.ts';
import {ExpiryIndex} from '../time/expiry-index.ts';
import type {TimeBound} from '../time/time-bound.ts';

export type WindowCloseArgs = {
  readonly label: string;
  readonly schema: Schema;
  /** Column with an edge of each row's window. */
  readonly time: number;
  /** No row changes any more whose edge lies before it. */
  readonly bound: TimeBound;
  /** The bound moves with the clock: then time is to be looked at so often, µs. */
  readonly every?: {readonly now: TimeBound; readonly micros: number} | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: EMIT ON WINDOW CLOSE: holds the rows of open windows back and lets each go once, when nothing can change it any more.
 * Law: Σ out = {row ↦ weight ∈ Σ in | edge < bound}; out is append-only.
 * State: the rows of open windows with their weights. Rows without a window (NULL) stay.
 * Invariants: its input changes no row whose edge is below the bound (late-gate.ts).
 * Cost: O(|Δ|), and each row once more at its end.
 */
export class WindowClose implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly #rows: WeightedRows;
  readonly #due: ExpiryIndex;
  readonly #every: WindowCloseArgs['every'];
  readonly #builder: BatchBuilder;

  constructor({label, schema, time, bound, every, budget, hashMask}: WindowCloseArgs) {
    this.label = label;
    this.schema = schema;
    this.#every = every;
    this.#rows = new WeightedRows({label, schema, budget, hashMask});
    this.stores = [this.#rows.store];
    this.#due = new ExpiryIndex(this.#rows.store, this.#rows.store.layout.fields[time]!, {bound, width: 1});
    this.#builder = new BatchBuilder(schema);
  }

  *push(_input: number, batch: Batch): Slices {
    this.#rows.add(batch, 1, (fresh, count) => this.#due.add(fresh, count));
    yield;
  }

  *flush(out: BatchSink): Slices {
    yield* this.#rows.freeEmpty();
    const {store, rows} = this.#rows;
    // The index may not pause in the middle of what it hands over, so what is emitted is collected first.
    let full = false;
    const slices = this.#due.expire((ids, count) => {
      this.#rows.read(store.pages, ids, count, this.#builder);
      for (let k = 0; k < count; k++) rows.free(ids[k]!);
      full = this.#builder.length >= MAX_BATCH_ROWS / 2;
    });
    while (slices.next().done !== true) {
      if (full) yield* this.#builder.emit(out);
      full = false;
      yield;
    }
    yield* this.#builder.emit(out);
  }

  /** Edge of the first window that is open; Infinity if there is none. */
  oldest(): number {
    return this.#due.oldest();
  }

  isDue(): boolean {
    return this.#due.isDue();
  }

  nextTime(): number {
    return this.#every === undefined || this.#due.isEmpty ? Infinity : this.#every.now.current() + this.#every.micros;
  }

  rollback(): void {
    this.#builder.reset();
  }
}
