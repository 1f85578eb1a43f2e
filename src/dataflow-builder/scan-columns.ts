import type {DataflowScan} from '../planner/dataflow/dataflow-plan.ts';
import type {Column} from '../runtime/batch/column.ts';
import {BatchBuilder} from '../runtime/batch/batch-builder.ts';
import type {Batch, Schema} from '../runtime/batch/batch.ts';
import type {BatchSink, Operator, Slices} from '../runtime/graph/operator.ts';

type PickColumns = (batch: Batch, columns: readonly number[], schema: Schema) => Batch;

/**
 * What: some columns of its input, in another order, without copying; `pick` may make those that the input lacks.
 * Law: linear. State: none. Cost: O(1) a batch, O(rows) for columns that are missing.
 */
export class ScanColumns implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  readonly #columns: readonly number[];
  readonly #pick: PickColumns;

  constructor(label: string, schema: Schema, columns: readonly number[], pick: PickColumns = pickColumns) {
    this.label = label;
    this.schema = schema;
    this.#columns = columns;
    this.#pick = pick;
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    yield* out.emit(this.#pick(batch, this.#columns, this.schema));
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
  return new ScanColumns(label, schema, columns, traced === undefined ? pickColumns : pickTraced);
}

export function pickColumns(batch: Batch, columns: readonly number[]): Batch {
  return {length: batch.length, columns: columns.map(c => batch.columns[c]!), weights: batch.weights};
}

/** Columns that the batch does not have are NULL: a view's rows come with more, as they are made, than the view holds. */
function pickTraced({length, columns: given, weights}: Batch, columns: readonly number[], schema: Schema): Batch {
  return {length, columns: columns.map((c, i) => given[c] ?? nulls(schema[i]!, length)), weights};
}
