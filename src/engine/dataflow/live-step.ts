import {datumsToBatch} from '../../codegen/datum-column.ts';
import type {SqlError} from '../../common/sql-error.ts';
import type {JournalPosition} from '../../runtime/durability/journal.ts';
import type {StepRecord} from '../../runtime/durability/step-record.ts';
import {MAX_BATCH_ROWS} from '../../runtime/batch/batch.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {BadRecord} from '../ingest/bad-records.ts';
import {ERROR_TYPES, type StoredRelation} from './stored-relation.ts';
import type {StepInput} from './step-runner.ts';
import type {StreamRuntime} from './stream-runtime.ts';

/** Rows that a live step takes at most (it may exceed this by one batch): about one slice of work. */
const STEP_ROWS = MAX_BATCH_ROWS;

/** A step of what the streams' readers have queued, or of one transaction's writes: see `DeltaStep` for those. */
export class LiveStep implements StepInput {
  readonly #streams: readonly {readonly stream: StreamRuntime; readonly errors: StoredRelation}[];
  readonly #time: () => number;
  readonly #moved = new Map<string, {relation: number; partition: number; nextOffset: number}>();
  readonly #onFailed: (error: SqlError) => void;

  constructor(
    streams: readonly {stream: StreamRuntime; errors: StoredRelation}[],
    time: () => number,
    onFailed: (error: SqlError) => void,
  ) {
    this.#streams = streams;
    this.#time = time;
    this.#onFailed = onFailed;
  }

  *push(): Slices {
    let rows = 0;
    for (const {stream, errors} of this.#streams) {
      const {queue, source} = stream;
      if (queue === undefined) continue;
      while (rows < STEP_ROWS) {
        const taken = queue.take();
        if (taken === undefined) break;
        const {header} = taken;
        rows += header.rows + header.badRecords;
        yield* source.emit(stream.admit(taken));
        if (taken.bad.length > 0) yield* errors.source.emit(this.#errorBatch(taken.bad));
        this.#moved.set(`${stream.spec.relation}/${header.partition}`, {
          relation: stream.spec.relation,
          partition: header.partition,
          nextOffset: header.nextOffset,
        });
      }
    }
  }

  #errorBatch(bad: readonly BadRecord[]) {
    const at = BigInt(this.#time());
    return datumsToBatch(
      ERROR_TYPES,
      bad.map(b => [b.partition, BigInt(b.offset), BigInt(Math.round(b.timestamp * 1000)), b.column, b.reason, b.payload, at]),
    );
  }

  record(): Omit<StepRecord, 'step' | 'time'> {
    return {inputs: [...this.#moved.values()], deltas: [], ddl: null};
  }

  published(_step: number, _position: JournalPosition | undefined): void {
    for (const {stream} of this.#streams) {
      stream.settle();
      stream.queue?.release();
    }
  }

  failed(error: SqlError): void {
    for (const {stream} of this.#streams) stream.settle();
    this.#onFailed(error);
  }
}
