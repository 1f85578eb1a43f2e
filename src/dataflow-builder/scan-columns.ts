import type {DataflowScan} from '../planner/dataflow/dataflow-plan.ts';
import type {Column} from '../runtime/batch/column.ts';
import {BatchBuilder} from '../runtime/batch/batch-builder.ts';
import type {Batch, Schema} from '../runtime/batch/batch.ts';
import type {BatchSink, Operator, Slices} from '../runtime/graph/operator.ts';

/**
 * What: some columns of its input, in another order, without copying.
 * Law: linear. State: none. Cost: O(1) a batch.
 */
export class ScanColumns implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  readonly #columns: readonly number[];

  constructor(label: string, schema: Schema, columns: readonly number[]) {
    this.label = label;
    this.schema = schema;
    this.#columns = columns;
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    yield* out.emit(pickColumns(batch, this.#columns));
  }

  *flush(): Slices {}
}

/**
 * What: as ScanColumns; columns that the input does not have are NULL. A view's rows come with more, as they are made, than the view holds.
 * Law: linear. State: none. Cost: O(1) a batch, O(rows) for columns that are missing.
 */
export class TracedColumns implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  readonly #columns: readonly number[];

  constructor(label: string, schema: Schema, columns: readonly number[]) {
    this.label = label;
    this.schema = schema;
    this.#columns = columns;
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    const {length, weights} = batch;
    yield* out.emit({length, columns: this.#columns.map((c, i) => batch.columns[c] ?? nulls(this.schema[i]!, length)), weights});
  }

  *flush(): Slices {}
}

function nulls(kind: Schema[number], length: number): Column {
  const builder = new BatchBuilder([kind]);
  builder.columns[0]!.appendNulls(length);
  return builder.columns[0]!.build();
}

/** The columns that a scan reads of the rows of a relation. */
export function columnsOf({relation, columns, traced}: DataflowScan, schema: Schema): Operator {
  const label = `scan(${relation})`;
  return traced === undefined ? new ScanColumns(label, schema, columns) : new TracedColumns(label, schema, columns);
}

export function pickColumns(batch: Batch, columns: readonly number[]): Batch {
  return {length: batch.length, columns: columns.map(c => batch.columns[c]!), weights: batch.weights};
}
