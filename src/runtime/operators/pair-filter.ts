import type {Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {Column} from '../batch/column.ts';
import type {ColumnBuilder} from '../batch/column-builder.ts';
import type {I32ColumnBuilder} from '../batch/fixed-column-builders.ts';
import {readField} from '../rows/read-field.ts';
import {LEFT, pairWeight, type JoinPairs} from './join-pairs.ts';
import type {ErrorSink, KernelError, MapKernel} from './map.ts';

/**
 * A compiled residual condition. `kernel` is given the `left` and the `right` columns (ordinals of the inputs), then an i32 column of pair
 * numbers; it returns that column alone for the pairs that pass.
 */
export type ResidualCondition = {readonly left: readonly number[]; readonly right: readonly number[]; readonly kernel: MapKernel};

export type PairFilterArgs = {
  readonly residual: ResidualCondition;
  readonly left: Schema;
  readonly right: Schema;
  /** Without it the first error is thrown. An error is given with the condition's columns of the pair. */
  readonly errors?: ErrorSink | undefined;
};

/** Applies a residual condition to pairs. A pair that fails with an error does not pass. */
export class PairFilter {
  /** The pairs for which the condition failed in the last call. */
  readonly failed = {rows: new Int32Array(0), ids: new Int32Array(0), count: 0};
  readonly #residual: ResidualCondition;
  readonly #errors: ErrorSink | undefined;
  readonly #input: BatchBuilder;

  constructor({residual, left, right, errors}: PairFilterArgs) {
    this.#residual = residual;
    this.#errors = errors;
    this.#input = new BatchBuilder([...residual.left.map(c => left[c]!), ...residual.right.map(c => right[c]!), 'i32']);
  }

  /** Moves the pairs that pass to the front of `pairs`. */
  apply(pairs: JoinPairs): JoinPairs {
    const {rows, ids, count} = pairs;
    const input = this.#input;
    input.reset();
    const {left, right} = this.#residual;
    const leftColumns = input.columns.slice(0, left.length);
    const rightColumns = input.columns.slice(left.length, -1);
    appendDelta(pairs, pairs.side === LEFT ? left : right, pairs.side === LEFT ? leftColumns : rightColumns);
    appendStored(pairs, pairs.side === LEFT ? right : left, pairs.side === LEFT ? rightColumns : leftColumns);
    const numbers = input.columns.at(-1) as I32ColumnBuilder;
    numbers.reserve(count);
    for (let k = 0; k < count; k++) numbers.values[k] = k;
    numbers.length = count;
    input.added(count, 1);
    const batch = input.build();
    const result = this.#residual.kernel.run(batch);
    this.#keepFailed(pairs, result.errors ?? []);
    for (const {row, error} of result.errors ?? []) {
      const weight = pairWeight(pairs, row);
      if (weight === 0) continue;
      if (this.#errors === undefined) throw error;
      this.#errors.add(error, weight, batch, row);
    }
    if (result.batch === null) return {...pairs, count: 0};
    const passing = (result.batch.columns[0] as Extract<Column, {form: 'i32'}>).values;
    for (let k = 0; k < result.batch.length; k++) {
      rows[k] = rows[passing[k]!]!;
      ids[k] = ids[passing[k]!]!;
    }
    return {...pairs, count: result.batch.length};
  }

  #keepFailed({rows, ids}: JoinPairs, errors: readonly KernelError[]): void {
    const {failed} = this;
    failed.count = errors.length;
    if (errors.length === 0) return;
    failed.rows = Int32Array.from(errors, e => rows[e.row]!);
    failed.ids = Int32Array.from(errors, e => ids[e.row]!);
  }
}

/** Appends columns `ordinals` of the batch side of every pair. */
export function appendDelta({batch, rows, count}: JoinPairs, ordinals: readonly number[], out: readonly ColumnBuilder[]): void {
  for (let c = 0; c < ordinals.length; c++) out[c]!.gather(batch.columns[ordinals[c]!]!, rows, 0, count);
}

/** Appends columns `ordinals` of the stored side of every pair. */
export function appendStored({stored, ids, count}: JoinPairs, ordinals: readonly number[], out: readonly ColumnBuilder[]): void {
  const {pages, arena, layout} = stored.store;
  for (let c = 0; c < ordinals.length; c++) readField(pages, arena, layout.fields[ordinals[c]!]!, ids, 0, count, out[c]!);
}
