import {isInfiniteTimestamp} from '../../types/date-time-limits.ts';
import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import {formMismatch} from '../batch/form-mismatch.ts';
import type {Int64ColumnBuilder} from '../batch/int64-column-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';

export type HopArgs = {
  readonly label: string;
  readonly input: Schema;
  /** Column of the time, in microseconds. */
  readonly time: number;
  /** Microseconds: safe integers, 0 < slide ≤ size. */
  readonly size: number;
  readonly slide: number;
  readonly offset: number;
  readonly cumulate: boolean;
};

/**
 * What: each row once for every window that its time is in. Output: input ++ start and end of the window. Hopping windows of `size` begin every
 *   `slide`, one of them at `offset`; cumulating ones begin every `size` and end after `slide`, 2 · `slide` … up to `size`. A row without a time
 *   is in no window and comes once, with NULLs; an infinite time is its own window.
 * Law: linear: out(Δ) = {row ++ window ↦ weight | start ≤ time < end}.
 * State: none.
 * Invariants: windows are half open.
 * Cost: O(|Δ| · size / slide); at most one output batch is in flight.
 */
export class HopOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  readonly #args: HopArgs;
  readonly #builder: BatchBuilder;
  readonly #start: Int64ColumnBuilder;
  readonly #end: Int64ColumnBuilder;
  readonly #rows = new Int32Array(MAX_BATCH_ROWS);
  #count = 0;

  constructor(args: HopArgs) {
    this.label = args.label;
    this.schema = [...args.input, 'i64', 'i64'];
    this.#args = args;
    this.#builder = new BatchBuilder(this.schema);
    [this.#start, this.#end] = this.#builder.columns.slice(args.input.length) as [Int64ColumnBuilder, Int64ColumnBuilder];
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    if (!out.wanted) return;
    const {size, slide, offset, cumulate, time} = this.#args;
    const column = batch.columns[time]!;
    if (column.form !== 'i64n' && column.form !== 'i64w') throw formMismatch('i64', column);
    const {validity} = column;
    const every = cumulate ? size : slide;
    const safe = Number.MAX_SAFE_INTEGER - 2 * size - Math.abs(offset);
    for (let row = 0; row < batch.length; row++) {
      if (validity !== null && validity[row] === 0) {
        if (this.#count === MAX_BATCH_ROWS) yield* this.#emit(batch, out);
        this.#rows[this.#count++] = row;
        this.#start.appendNull();
        this.#end.appendNull();
        continue;
      }
      const at = column.form === 'i64n' ? column.values[row]! : Number(column.values[row]!);
      if (at > safe || at < -safe) {
        yield* this.#pushWide(batch, row, BigInt(column.values[row]!), out);
        continue;
      }
      // The last window that has begun.
      let start = Math.floor((at - offset) / every) * every + offset;
      let end = cumulate ? start + (Math.floor((at - start) / slide) + 1) * slide : start + size;
      const last = start + size;
      while (at < end) {
        if (this.#count === MAX_BATCH_ROWS) yield* this.#emit(batch, out);
        this.#rows[this.#count++] = row;
        this.#start.append(start);
        this.#end.append(end > last ? last : end);
        if (!cumulate) {
          start -= slide;
          end -= slide;
        } else if (end >= last) break;
        else end += slide;
      }
    }
    yield* this.#emit(batch, out);
  }

  /** A row whose windows may not be safe integers. */
  *#pushWide(batch: Batch, row: number, at: bigint, out: BatchSink): Slices {
    const [size, slide, offset] = [BigInt(this.#args.size), BigInt(this.#args.slide), BigInt(this.#args.offset)];
    const {cumulate} = this.#args;
    const every = cumulate ? size : slide;
    const rest = (at - offset) % every;
    const begun = at - (rest < 0n ? rest + every : rest);
    let start = isInfiniteTimestamp(at) ? at : begun;
    let end = isInfiniteTimestamp(at) ? at : cumulate ? start + ((at - start) / slide + 1n) * slide : start + size;
    const last = start + size;
    do {
      if (this.#count === MAX_BATCH_ROWS) yield* this.#emit(batch, out);
      this.#addWide(row, start, end > last ? last : end);
      if (!cumulate) {
        start -= slide;
        end -= slide;
      } else if (end >= last) break;
      else end += slide;
    } while (at < end && !isInfiniteTimestamp(at));
  }

  #addWide(row: number, start: bigint, end: bigint): void {
    this.#rows[this.#count++] = row;
    this.#start.appendBigint(clamped(start));
    this.#end.appendBigint(clamped(end));
  }

  *#emit(batch: Batch, out: BatchSink): Slices {
    const {columns} = this.#builder;
    for (let c = 0; c < this.#args.input.length; c++) columns[c]!.gather(batch.columns[c]!, this.#rows, 0, this.#count);
    this.#builder.addedWeights(batch.weights, this.#rows, 0, this.#count);
    this.#count = 0;
    yield* this.#builder.emit(out);
  }

  *flush(): Slices {}

  rollback(): void {
    this.#count = 0;
    this.#builder.reset();
  }
}

/** Windows at the ends of time reach to infinity. */
function clamped(at: bigint): bigint {
  return BigInt.asIntN(64, at) === at ? at : at < 0n ? -(2n ** 63n) : 2n ** 63n - 1n;
}
