import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {columnTimes} from '../time/column-times.ts';
import type {TimeBound} from '../time/time-bound.ts';

/** Takes the rows that came too late: row `row` of a batch of the gate's input, and the window that it missed, where the gate knows it. */
export interface LateSink {
  add(batch: Batch, row: number, window: {readonly start: number; readonly end: number} | null): void;
}

/** Windows of a time, as of HOP and CUMULATE, in µs; those whose `edge` lies before `bound` are closed. */
export type LateWindows = {
  readonly slide: number;
  readonly size: number;
  readonly offset: number;
  readonly cumulate: boolean;
  readonly edge: 'start' | 'end';
  readonly bound: TimeBound;
};

export type LateGateArgs = {
  readonly label: string;
  readonly input: Schema;
  /** The output is the first `columns` columns of the input; those behind them are for the sink only. */
  readonly columns: number;
  /** Number of the time column. */
  readonly time: number;
  readonly bound: TimeBound;
  /** A row is kept out when all of its windows are closed, and told of for each that is. */
  readonly windows?: LateWindows | undefined;
  /** Absent: somebody below has told of the rows already. */
  readonly late?: LateSink | undefined;
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
  /** Rows that have been told of. */
  count = 0;

  constructor(args: LateGateArgs) {
    this.label = args.label;
    this.schema = args.input.slice(0, args.columns);
    this.#args = args;
    this.#builder = new BatchBuilder(this.schema);
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    const {columns, time, windows} = this.#args;
    const {length, weights} = batch;
    const kept: Batch = {length, columns: batch.columns.slice(0, columns), weights};
    const scratch = length <= this.#times.length ? this.#times : new Float64Array(length);
    const times = columnTimes(batch.columns[time]!, length, scratch);
    // A row before this has missed something.
    const limit = windows === undefined ? this.#args.bound.previous() : firstWholeTime(windows);
    let row = 0;
    while (row < length && !(times[row]! < limit)) row++;
    if (row === length) {
      if (out.wanted) yield* out.emit(kept);
      return;
    }
    const count = this.#split(batch, times, limit);
    if (count === 0 || !out.wanted) return;
    this.#builder.gather(kept, this.#rows, 0, count);
    yield* this.#builder.emit(out);
  }

  /** Tells of what is late; returns how many rows stay. */
  #split(batch: Batch, times: Float64Array, limit: number): number {
    if (this.#rows.length < batch.length) this.#rows = new Int32Array(batch.length);
    let count = 0;
    for (let row = 0; row < batch.length; row++) {
      const time = times[row]!;
      if (!(time < limit) || this.#hasOpenWindow(batch, row, time)) this.#rows[count++] = row;
      else if (this.#args.windows === undefined) this.#tell(batch, row, null);
    }
    return count;
  }

  /** Tells of the closed windows of a row; whether there is one that is open. */
  #hasOpenWindow(batch: Batch, row: number, time: number): boolean {
    const {windows} = this.#args;
    if (windows === undefined) return false;
    const {slide, size, offset, cumulate, edge} = windows;
    const bound = windows.bound.previous();
    const step = cumulate ? size : slide;
    // So far from now doubles do not tell windows apart.
    if (!Number.isSafeInteger(time - size)) {
      if (time + (edge === 'end' ? size : 0) >= bound) return true;
      this.#tell(batch, row, null);
      return false;
    }
    const start = Math.floor((time - offset) / step) * step + offset;
    let open = false;
    for (let end = start + size; end > time; end -= slide) {
      const window = {start: cumulate ? start : end - size, end};
      if (window[edge] < bound) this.#tell(batch, row, window);
      else open = true;
    }
    return open;
  }

  #tell(batch: Batch, row: number, window: {start: number; end: number} | null): void {
    if (this.#args.late === undefined) return;
    this.count++;
    this.#args.late.add(batch, row, window);
  }

  flush(): Slices {
    return NO_SLICES;
  }

  rollback(): void {
    this.#builder.reset();
  }
}

/** The first time all of whose windows are open. */
function firstWholeTime({slide, size, offset, cumulate, edge, bound}: LateWindows): number {
  const time = bound.previous();
  if (!Number.isFinite(time)) return time;
  if (edge === 'start') {
    // Windows that cumulate have their start in common; the first one of hopping windows lies up to a size before their times.
    const step = cumulate ? size : slide;
    const first = Math.ceil((time - offset) / step) * step + offset;
    return cumulate ? first : first + size - slide;
  }
  // Windows end at edges of this offset; the first one behind a time must not lie before the bound.
  const shift = offset + (size % slide);
  return Math.ceil((time - shift) / slide) * slide + shift - slide;
}
