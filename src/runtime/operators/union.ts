import type {Batch, Schema} from '../batch/batch.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';

/**
 * What: UNION ALL of any number of inputs of one schema.
 * Law: Δout = Σ Δinput.
 * State: none.
 * Cost: none; batches pass through.
 */
export class UnionOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];

  constructor({label, schema}: {readonly label: string; readonly schema: Schema}) {
    this.label = label;
    this.schema = schema;
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    if (out.wanted) yield* out.emit(batch);
  }

  flush(): Slices {
    return NO_SLICES;
  }
}
