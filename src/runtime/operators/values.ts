import type {Batch, Schema} from '../batch/batch.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {layoutRows} from '../rows/row-layout.ts';
import {RowStore} from '../rows/row-store.ts';

/**
 * What: constant rows, emitted in the first step.
 * Law: out = the rows.
 * State: one empty row once they were emitted, so that a recovered graph does not emit them again.
 * Cost: O(rows), once.
 */
export class ValuesOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly unprompted = true;
  readonly #batches: readonly Batch[];
  readonly #store: RowStore;

  /** `batches` are kept: their arrays must not be reused. */
  constructor({label, schema, batches}: {readonly label: string; readonly schema: Schema; readonly batches: readonly Batch[]}) {
    this.label = label;
    this.schema = schema;
    this.#batches = batches;
    this.#store = new RowStore({label, layout: layoutRows([])});
    this.stores = [this.#store];
  }

  push(): Slices {
    throw new Error(`internal error: ${this.label} takes no input`);
  }

  *flush(out: BatchSink): Slices {
    if (this.#store.liveRows > 0) return;
    this.#store.alloc();
    for (const batch of this.#batches) yield* out.emit(batch);
  }
}
