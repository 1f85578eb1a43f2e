import type {Batch, Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';

export type LimitArgs = {readonly label: string; readonly schema: Schema; readonly limit: number; readonly offset: number};

/**
 * What: LIMIT and OFFSET without an order, for queries that are fed once: rows pass as they come. Every output row has weight 1.
 * Law: out = some `limit` rows of the input less some `offset` others.
 * State: none that lasts: two counters. `done` tells whoever feeds the query that no further row matters.
 * Invariants: the input has positive weights only.
 * Cost: O(offset + limit).
 */
export class LimitOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  readonly #limit: number;
  readonly #offset: number;
  readonly #builder: BatchBuilder;
  #skip: number;
  #left: number;

  constructor({label, schema, limit, offset}: LimitArgs) {
    this.label = label;
    this.schema = schema;
    this.#limit = this.#left = limit;
    this.#offset = this.#skip = offset;
    this.#builder = new BatchBuilder(schema);
  }

  get done(): boolean {
    return this.#left === 0;
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    for (let row = 0; row < batch.length && this.#left > 0; row++) {
      const weight = batch.weights === null ? 1 : batch.weights[row]!;
      if (weight < 0) throw new Error(`internal error: ${this.label} was given a retraction`);
      const skipped = Math.min(this.#skip, weight);
      this.#skip -= skipped;
      let copies = Math.min(weight - skipped, this.#left);
      this.#left -= copies;
      for (; copies > 0; copies--) {
        this.#builder.appendRange(batch, row, row + 1);
        if (this.#builder.full) yield* this.#builder.emit(out);
      }
    }
    yield* this.#builder.emit(out);
  }

  *flush(): Slices {}

  rollback(): void {
    this.#builder.reset();
    this.#skip = this.#offset;
    this.#left = this.#limit;
  }
}
