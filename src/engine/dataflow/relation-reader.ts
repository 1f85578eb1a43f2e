import {pickColumns} from '../../dataflow-builder/scan-columns.ts';
import type {Batch, Schema} from '../../runtime/batch/batch.ts';
import {BatchBuilder} from '../../runtime/batch/batch-builder.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import type {MapKernel} from '../../runtime/operators/map.ts';
import type {Pin} from '../../runtime/rows/pin.ts';
import type {ReadableRows} from '../../runtime/views/readable-rows.ts';
import type {ViewErrors} from './view-errors.ts';

/** Stored rows read between two pauses. */
const SCAN_ROWS = 4096;

/**
 * Reads the rows of a relation: those of a store, or of the state that a view's top operator keeps anyway, put through the view's last
 * projection and filter.
 */
export class RelationReader {
  readonly rows: ReadableRows;
  /** What the relation leaves out because it could not be computed: of views. */
  errors: ViewErrors | null = null;
  readonly #kernel: MapKernel | null;
  /** For each of the relation's key columns in order, which of the store's key columns it is; null = no lookup. */
  readonly #keyOrder: readonly number[] | null;
  readonly #builder: BatchBuilder;

  constructor(rows: ReadableRows, kernel: MapKernel | null, keyOrder: readonly number[] | null) {
    this.rows = rows;
    this.#kernel = kernel;
    this.#keyOrder = keyOrder;
    this.#builder = new BatchBuilder(rows.schema);
  }

  get schema(): Schema {
    return this.rows.schema;
  }

  get canLookUp(): boolean {
    return this.#keyOrder !== null;
  }

  /** The row whose key columns (in the relation's order) equal row 0 of `keys`, as a batch valid until the next call; null = none. */
  lookup(keys: Batch, at: Pin | null): Batch | null {
    this.#builder.reset();
    const ordered = pickColumns(keys, this.#keyOrder!);
    return this.rows.lookup(ordered, 0, this.#builder, at) === 0 ? null : this.#project(this.#builder.build());
  }

  /** Emits every row of the pinned step. */
  *scan(at: Pin, out: BatchSink): Slices {
    const builder = new BatchBuilder(this.rows.schema);
    for (let from = 0; from >= 0;) {
      from = this.rows.scan(from, SCAN_ROWS, builder, at);
      if (builder.length === 0) continue;
      const batch = this.#project(builder.build());
      if (batch !== null) yield* out.emit(batch);
      builder.reset();
      yield;
    }
  }

  #project(batch: Batch): Batch | null {
    if (this.#kernel === null) return batch;
    // Rows that fail are listed in the view's errors.
    return this.#kernel.run(batch).batch;
  }
}
