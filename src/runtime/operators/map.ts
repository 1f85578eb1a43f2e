import type {SqlError} from '../../common/sql-error.ts';
import type {Batch, Schema} from '../batch/batch.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';

/** An expression failed for row `row` of the batch; that row is not in the output. */
export type KernelError = {readonly row: number; readonly error: SqlError};

/** Compiled filter and projection. The result's arrays belong to the kernel and are good until its next call; null = no row passes. */
export interface MapKernel {
  run(batch: Batch): {readonly batch: Batch | null; readonly errors: readonly KernelError[] | null};
}

/** Takes the errors of an operator: `weight` −1 takes back an error that was given for an equal row before. */
export interface ErrorSink {
  add(error: SqlError, weight: number, batch: Batch, row: number): void;
}

export type MapArgs = {
  readonly label: string;
  readonly schema: Schema;
  readonly kernel: MapKernel;
  /** Without it the first error of a row with positive weight is thrown (ad-hoc queries). */
  readonly errors?: ErrorSink | undefined;
  /** Evaluated for its errors, though nobody may want its rows: the view is served from the state below and projected when it is read. */
  readonly terminal?: boolean | undefined;
};

/**
 * What: filter and projection in one pass of generated code.
 * Law: linear: out(Δ) = {f(row) ↦ weight | p(row)}; an error of a row comes and goes with the row.
 * State: none.
 * Cost: O(|Δ|).
 */
export class MapOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  readonly terminal: boolean;
  readonly #kernel: MapKernel;
  readonly #errors: ErrorSink | undefined;

  constructor({label, schema, kernel, errors, terminal = false}: MapArgs) {
    this.label = label;
    this.schema = schema;
    this.#kernel = kernel;
    this.#errors = errors;
    this.terminal = terminal;
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    const result = this.#kernel.run(batch);
    if (result.errors !== null) {
      for (const {row, error} of result.errors) {
        const weight = batch.weights === null ? 1 : batch.weights[row]!;
        if (this.#errors !== undefined) this.#errors.add(error, weight, batch, row);
        else throw error;
      }
    }
    if (result.batch !== null && result.batch.length > 0 && out.wanted) yield* out.emit(result.batch);
  }

  flush(): Slices {
    return NO_SLICES;
  }
}
