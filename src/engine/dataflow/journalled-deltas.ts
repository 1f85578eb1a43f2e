import {encodeBatch} from '../../runtime/batch/batch-bytes.ts';
import type {Batch} from '../../runtime/batch/batch.ts';
import type {StepRecord} from '../../runtime/durability/step-record.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {Relations} from './relations.ts';

/** Deltas of tables on their way into the graph, and their copies for the journal. */
export class JournalledDeltas {
  readonly deltas: StepRecord['deltas'][number][] = [];
  readonly #relations: Relations;

  constructor(relations: Relations) {
    this.#relations = relations;
  }

  /** Applies a delta to a stored relation as part of the step in progress. */
  *apply(relation: number, batch: Batch): Slices {
    if (batch.length === 0) return;
    this.deltas.push({relation, batch: encodeBatch(batch)});
    yield* this.#relations.stored.get(relation)!.source.emit(batch);
  }

  /** Retracts every row that the relation has as of the last published step. */
  *empty(relation: number): Slices {
    const reader = this.#relations.reader(relation);
    if (reader === undefined) return;
    const pin = reader.rows.pin();
    try {
      yield* reader.scan(pin, {wanted: true, emit: batch => this.apply(relation, negated(batch))});
    } finally {
      pin.release();
    }
  }
}

function negated({length, columns, weights}: Batch): Batch {
  const negative = new Int32Array(length);
  for (let row = 0; row < length; row++) negative[row] = weights === null ? -1 : -weights[row]!;
  return {length, columns, weights: negative};
}
