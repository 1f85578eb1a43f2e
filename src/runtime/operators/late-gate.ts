import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {columnTimes} from '../time/column-times.ts';
import type {TimeBound} from '../time/time-bound.ts';

/** Takes the rows that came too late: row `row` of a batch of the gate's input, and the bound that it missed. */
export interface LateSink {
  add(batch: Batch, row: number, bound: number): void;
}

export type LateGateArgs = {
  readonly label: string;
  readonly input: Schema;
  /** The output is the first `columns` columns of the input; those behind them are for the sink only. */
  readonly columns: number;
  /** Number of the time column. */
  readonly time: number;
  readonly bound: TimeBound;
  readonly late: LateSink;
};

/**
 * What: keeps rows away from state that time has freed already, and hands them to a sink, so that none is lost silently.
 * Law: linear in each step: out(Δ) = {row ∈ Δ | time ≥ bound at the end of the step before, or time is NULL}.
 * State: none; the bound is journalled with the steps.
 * Cost: one comparison a row; rows are copied in batches with late ones only.
 */
export class LateGate implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  readonly #args: LateGateArgs;
  readonly #builder: BatchBuilder;
  readonly #times = new Float64Array(MAX_BATCH_ROWS);
  #rows = new Int32Array(MAX_BATCH_ROWS);

  constructor(args: LateGateArgs) {
    this.label = args.label;
    this.schema = args.input.slice(0, args.columns);
    this.#args = args;
    this.#builder = new BatchBuilder(this.schema);
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    const {columns, time, bound: timeBound} = this.#args;
    const bound = timeBound.previous();
    const {length, weights} = batch;
    const kept: Batch = {length, columns: batch.columns.slice(0, columns), weights};
    const scratch = length <= this.#times.length ? this.#times : new Float64Array(length);
    const times = columnTimes(batch.columns[time]!, length, scratch);
    let row = 0;
    while (row < length && !(times[row]! < bound)) row++;
    if (row === length) {
      if (out.wanted) yield* out.emit(kept);
      return;
    }
    if (this.#rows.length < length) this.#rows = new Int32Array(length);
    let count = 0;
    for (row = 0; row < length; row++) {
      if (times[row]! < bound) this.#args.late.add(batch, row, bound);
      else this.#rows[count++] = row;
    }
    if (count === 0 || !out.wanted) return;
    this.#builder.gather(kept, this.#rows, 0, count);
    yield* this.#builder.emit(out);
  }

  flush(): Slices {
    return NO_SLICES;
  }

  rollback(): void {
    this.#builder.reset();
  }
}
