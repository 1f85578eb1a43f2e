import type {Batch, Schema} from '../batch/batch.ts';
import type {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import type {Pin} from '../rows/pin.ts';
import type {RowStore} from '../rows/row-store.ts';
import {WeightedRows, type WeightedRowsArgs} from '../rows/weighted-rows.ts';
import type {ReadableRows} from './readable-rows.ts';

/**
 * What: keeps a relation without a key as a Z-set. Passes its input on.
 * Law: contents = Σ deltas.
 * State: each distinct row with its weight.
 * Invariants: at the end of a step every weight is positive; rows of weight 0 are gone.
 * Cost: O(|Δ|).
 */
export class ZsetView implements Operator, ReadableRows {
  readonly label: string;
  readonly schema: Schema;
  readonly key = null;
  readonly stores: readonly RowStore[];
  readonly #rows: WeightedRows;
  readonly #columns: readonly number[];

  constructor(args: WeightedRowsArgs) {
    this.#columns = args.schema.map((_, c) => c);
    this.label = args.label;
    this.schema = args.schema;
    this.#rows = new WeightedRows(args);
    this.stores = [this.#rows.store];
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    this.#rows.add(batch);
    if (out.wanted) yield* out.emit(batch);
  }

  flush(): Slices {
    return this.#rows.freeEmpty();
  }

  rowCount(at: Pin | null): number {
    return this.#rows.store.rowCount(at);
  }

  pin(): Pin {
    return this.#rows.store.pin();
  }

  lookup(): number {
    throw new Error(`internal error: ${this.label} has no key`);
  }

  /** How many copies of row `row` of a batch of the view's columns there are. */
  copies(batch: Batch, row: number, at: Pin | null): number {
    let weight = 0;
    this.#rows.rows.lookup(batch, this.#columns, row, at, (pages, rows) => (weight = this.#rows.weightOf(pages, rows[0]!)));
    return weight;
  }

  scan(from: number, max: number, out: BatchBuilder, at: Pin | null): number {
    return this.#rows.store.scan(at, from, max, (pages, rows, count) => this.#rows.read(pages, rows, count, out));
  }
}
