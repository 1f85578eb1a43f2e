import type {Batch, Schema} from '../../runtime/batch/batch.ts';
import type {BatchSink, Operator, Slices} from '../../runtime/graph/operator.ts';

/** What: hands its input to a sink outside of the graph: the end of an ad-hoc query. Law: identity. State: none. */
export class ForwardTo implements Operator {
  readonly label = 'result';
  readonly schema: Schema;
  readonly stores = [];
  readonly terminal = true;
  readonly #sink: BatchSink;

  constructor(sink: BatchSink, schema: Schema) {
    this.#sink = sink;
    this.schema = schema;
  }

  push(_input: number, batch: Batch): Slices {
    return this.#sink.emit(batch);
  }

  *flush(): Slices {}
}
