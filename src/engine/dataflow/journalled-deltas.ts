import {datumAt, datumsToBatch} from '../../codegen/datum-column.ts';
import {encodeBatch} from '../../runtime/batch/batch-bytes.ts';
import type {Batch} from '../../runtime/batch/batch.ts';
import type {StepContent, StepRecord, StreamSection} from '../../runtime/durability/step-record.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {LogPosition} from './log-position.ts';
import type {Relations} from './relations.ts';
import {ERROR_TYPES, type StoredRelation} from './stored-relation.ts';
import type {Refusal} from './time/record-entry.ts';

/** Deltas of tables on their way into the graph, and their copies for the journal. */
export class JournalledDeltas {
  readonly deltas: StepRecord['deltas'][number][] = [];
  readonly #relations: Relations;
  readonly #logs = new Map<number, LogPosition>();

  constructor(relations: Relations) {
    this.#relations = relations;
  }

  /** Applies a delta to a stored relation as part of the step in progress. */
  *apply(relation: number, batch: Batch): Slices {
    const stored = this.#relations.stored.get(relation)!;
    if (stored.log !== undefined) {
      stored.log.advance(batch.length);
      this.#logs.set(relation, stored.log);
    }
    if (stored.time === undefined || batch.length === 0) return yield* this.#put(stored, batch);
    const {now} = this.#relations.eventTime;
    const entered = stored.time.enter(batch, now.current);
    yield* this.#put(stored, entered.batch);
    if (entered.refused.length === 0) return;
    const errors = this.#relations.stored.get(stored.errors!)!;
    yield* this.#put(errors, refusedRows(stored, batch, entered.refused, BigInt(now.current)));
  }

  *#put({relation, source}: StoredRelation, batch: Batch): Slices {
    if (batch.length === 0) return;
    this.deltas.push({relation, batch: encodeBatch(batch)});
    yield* source.emit(batch);
  }

  /** What the journal must know of it; null = nothing has changed. */
  content(ddl: string | null): StepContent | null {
    const streams = [...this.#logs].map(([relation, {next}]): StreamSection => ({relation, pieces: [{partition: 0, nextOffset: next}]}));
    return this.deltas.length === 0 && ddl === null && streams.length === 0 ? null : {streams, deltas: this.deltas, ddl};
  }

  /** The step is published. */
  published(): void {
    for (const log of this.#logs.values()) log.publish();
  }

  /** The step was undone. */
  undone(): void {
    for (const log of this.#logs.values()) log.rollback();
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

/** Rows of an embedded stream that its guard refused, as rows of `$errors`. */
function refusedRows({columns}: StoredRelation, batch: Batch, refused: readonly Refusal[], at: bigint): Batch {
  const [partition, offset, stamp] = ['_partition', '_offset', '_timestamp'].map(name => columns.findIndex(c => c.name === name));
  const value = (column: number, row: number) => datumAt(batch.columns[column]!, columns[column]!.type, row);
  return datumsToBatch(
    ERROR_TYPES,
    refused.map(({row, column, reason}) => [value(partition!, row), value(offset!, row), value(stamp!, row), column, reason, null, at]),
  );
}

function negated({length, columns, weights}: Batch): Batch {
  const negative = new Int32Array(length);
  for (let row = 0; row < length; row++) negative[row] = weights === null ? -1 : -weights[row]!;
  return {length, columns, weights: negative};
}
