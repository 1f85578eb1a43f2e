import type {Batch, Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import type {ErrorSink, KernelError} from './map.ts';

/**
 * Some result rows of a batch: result row k belongs to row `rows[k]` of the batch and has row k of `results`. The results of a row that
 * failed are left out, as far as they were not in an earlier portion.
 */
export type ExpandedRows = {readonly rows: Int32Array; readonly results: Batch; readonly errors: readonly KernelError[] | null};

/** A compiled set-returning call with immutable results: gives the results for a batch in portions of at most MAX_BATCH_ROWS rows. */
export interface ExpandKernel {
  readonly schema: Schema;
  run(batch: Batch): Iterable<ExpandedRows>;
}

export type UnnestArgs = {
  readonly label: string;
  readonly input: Schema;
  readonly kernel: ExpandKernel;
  /** Without it the first error is thrown. */
  readonly errors?: ErrorSink | undefined;
};

/**
 * What: each input row with each of the rows that a set-returning function gives for it. Output: input columns ++ result columns.
 * Law: linear: out(Δ) = {row ++ result ↦ weight}.
 * State: none.
 * Cost: O(|Δ| + results); a pause after each portion, however many rows one call gives.
 */
export class UnnestOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  readonly #kernel: ExpandKernel;
  readonly #errors: ErrorSink | undefined;
  readonly #inputWidth: number;
  readonly #builder: BatchBuilder;

  constructor({label, input, kernel, errors}: UnnestArgs) {
    this.label = label;
    this.schema = [...input, ...kernel.schema];
    this.#kernel = kernel;
    this.#errors = errors;
    this.#inputWidth = input.length;
    this.#builder = new BatchBuilder(input);
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    for (const {rows, results, errors} of this.#kernel.run(batch)) {
      for (const {row, error} of errors ?? []) {
        if (this.#errors === undefined) throw error;
        this.#errors.add(error, batch.weights === null ? 1 : batch.weights[row]!, batch, row);
      }
      if (results.length > 0 && out.wanted) {
        this.#builder.reset();
        this.#builder.gather(batch, rows, 0, results.length);
        const repeated = this.#builder.build();
        const columns = [...repeated.columns.slice(0, this.#inputWidth), ...results.columns];
        yield* out.emit({length: results.length, columns, weights: repeated.weights});
      }
      yield;
    }
  }

  *flush(): Slices {}
}
