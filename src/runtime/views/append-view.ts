import type {Batch, Schema} from '../batch/batch.ts';
import type {BatchBuilder} from '../batch/batch-builder.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import type {Pin, SnapshotBudget} from '../rows/pin.ts';
import {readField} from '../rows/read-field.ts';
import {layoutRows} from '../rows/row-layout.ts';
import type {RowPages} from '../rows/row-pages.ts';
import {RowStore} from '../rows/row-store.ts';
import {writeField} from '../rows/write-field.ts';
import type {ReadableRows} from './readable-rows.ts';

export type AppendViewArgs = {readonly label: string; readonly schema: Schema; readonly budget?: SnapshotBudget | undefined};

/**
 * What: keeps the rows of an input that never retracts, in order of arrival. Passes its input on.
 * Law: contents = Σ deltas.
 * State: the rows.
 * Invariants: weights are positive; a row of weight k is stored k times.
 * Cost: O(|Δ|).
 */
export class AppendView implements Operator, ReadableRows {
  readonly label: string;
  readonly schema: Schema;
  readonly key = null;
  readonly stores: readonly RowStore[];
  readonly #store: RowStore;

  constructor({label, schema, budget}: AppendViewArgs) {
    this.label = label;
    this.schema = schema;
    this.#store = new RowStore({label, layout: layoutRows(schema), budget});
    this.stores = [this.#store];
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    const store = this.#store;
    const {fields} = store.layout;
    for (let row = 0; row < batch.length; row++) {
      const weight = batch.weights === null ? 1 : batch.weights[row]!;
      if (weight < 0) throw new Error(`internal error: ${this.label} got a retraction but its input is append-only`);
      for (let copy = 0; copy < weight; copy++) {
        const id = store.alloc();
        for (let c = 0; c < fields.length; c++) writeField(store.pages, store.arena, fields[c]!, batch.columns[c]!, row, id);
      }
    }
    if (out.wanted) yield* out.emit(batch);
  }

  flush(): Slices {
    return NO_SLICES;
  }

  rowCount(at: Pin | null): number {
    return this.#store.rowCount(at);
  }

  pin(): Pin {
    return this.#store.pin();
  }

  lookup(): number {
    throw new Error(`internal error: ${this.label} has no key`);
  }

  scan(from: number, max: number, out: BatchBuilder, at: Pin | null): number {
    return this.#store.scan(at, from, max, (pages: RowPages, rows: Int32Array, count: number) => {
      const {fields} = this.#store.layout;
      for (let c = 0; c < fields.length; c++) readField(pages, this.#store.arena, fields[c]!, rows, 0, count, out.columns[c]!);
      out.added(count, 1);
    });
  }
}
