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

export function pickColumns(batch: Batch, columns: readonly number[]): Batch {
  return {length: batch.length, columns: columns.map(c => batch.columns[c]!), weights: batch.weights};
}
