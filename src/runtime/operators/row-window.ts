import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Slices} from '../graph/operator.ts';

/** Of copies of rows that come in order: `limit` after the first `offset`, as rows of weight 1 in full batches. */
export class RowWindow {
  readonly #limit: number;
  readonly #offset: number;
  readonly #batch: Batch;
  readonly #builder: BatchBuilder;
  readonly #rows = new Int32Array(MAX_BATCH_ROWS);
  #count = 0;
  #skip = 0;
  #left = 0;

  /** The rows are those of `batch`. */
  constructor({schema, batch, limit, offset}: {schema: Schema; batch: Batch; limit: number; offset: number}) {
    this.#limit = limit;
    this.#offset = offset;
    this.#batch = {...batch, weights: null};
    this.#builder = new BatchBuilder(schema);
    this.restart();
  }

  /** Counts anew. */
  restart(): void {
    this.#skip = this.#offset;
    this.#left = this.#limit;
  }

  /** No further row will be let through. */
  get full(): boolean {
    return this.#left === 0;
  }

  *add(row: number, copies: number, out: BatchSink): Slices {
    const skipped = Math.min(this.#skip, copies);
    this.#skip -= skipped;
    let wanted = Math.min(copies - skipped, this.#left);
    this.#left -= wanted;
    for (; wanted > 0; wanted--) {
      this.#rows[this.#count++] = row;
      if (this.#count === MAX_BATCH_ROWS) yield* this.finish(out);
    }
  }

  /** Emits what is left. */
  *finish(out: BatchSink): Slices {
    this.#builder.gather(this.#batch, this.#rows, 0, this.#count);
    this.#count = 0;
    yield* this.#builder.emit(out);
  }
}

/** Copies that a row of a batch stands for. */
export function copiesOf(batch: Batch, row: number): number {
  return batch.weights === null ? 1 : batch.weights[row]!;
}

export function refuseRetractions(label: string, {weights, length}: Batch): void {
  if (weights?.subarray(0, length).some(w => w < 0) === true) throw new Error(`internal error: ${label} was given a retraction`);
}
