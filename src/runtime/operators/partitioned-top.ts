import type {Batch, Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {copiesOf, refuseRetractions, RowWindow} from './row-window.ts';
import {sortBatch} from './sort-batch.ts';
import {rowOrder, type SortColumn} from './sort-order.ts';
import type {TopArgs} from './top.ts';

/** Rows looked at between two pauses. */
const ROWS_PER_SLICE = 8192;

export type PartitionedTopArgs = TopArgs & {
  /** Rows equal in all of these columns form a partition. */
  readonly partition: readonly SortColumn[];
};

/**
 * What: ORDER BY with LIMIT and OFFSET within each partition (LATERAL … LIMIT, DISTINCT ON), for queries that are fed once. Partitions come
 * one after the other, in some order.
 * Law: out = Σ over partitions: rows offset … offset + limit of its rows in order, a row of weight k standing for k rows.
 * State: none that lasts: all input rows, in columns.
 * Invariants: the input has positive weights only.
 * Cost: O(n log n).
 */
export class PartitionedTopOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  readonly #args: PartitionedTopArgs;
  readonly #rows: BatchBuilder;

  constructor(args: PartitionedTopArgs) {
    this.label = args.label;
    this.schema = args.schema;
    this.#args = args;
    this.#rows = new BatchBuilder(args.schema);
  }

  *push(_input: number, batch: Batch): Slices {
    refuseRetractions(this.label, batch);
    const rows = Int32Array.from({length: batch.length}, (_, row) => row);
    this.#rows.gather(batch, rows, 0, rows.length);
    yield;
  }

  *flush(out: BatchSink): Slices {
    const {partition, sort, limit, offset} = this.#args;
    const batch = this.#rows.build();
    if (batch.length > 0 && out.wanted) {
      const rows = yield* sortBatch(this.schema, [...partition, ...sort], batch);
      const compare = rowOrder(this.schema, partition, batch.columns);
      const window = new RowWindow({schema: this.schema, batch, limit, offset});
      for (let k = 0; k < rows.length; k++) {
        if (k > 0 && compare(rows[k - 1]!, rows[k]!) !== 0) window.restart();
        yield* window.add(rows[k]!, copiesOf(batch, rows[k]!), out);
        if (k % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) yield;
      }
      yield* window.finish(out);
    }
    this.rollback();
  }

  rollback(): void {
    this.#rows.reset();
  }
}
