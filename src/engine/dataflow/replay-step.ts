import type {SqlError} from '../../common/sql-error.ts';
import {decodeBatch} from '../../runtime/batch/batch-bytes.ts';
import type {StepRecord, StreamPiece} from '../../runtime/durability/step-record.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {RelationChange} from './commands.ts';
import type {RelationChanges} from './relation-changes.ts';
import type {Relations} from './relations.ts';
import type {StepInput} from './step-runner.ts';
import {takeIn, type StreamTarget} from './take-in.ts';

type ReplayStepArgs = {
  readonly recorded: StepRecord;
  readonly relations: Relations;
  readonly relationChanges: RelationChanges;
  /** What the step made that must be made where it stands in history. */
  readonly changes: readonly RelationChange[];
  readonly onFailed: (error: SqlError) => void;
};

/** A journalled step once more: the same records in the same order, the same deltas, at the same time. What has been dropped since is left out. */
export class ReplayStep implements StepInput {
  readonly recorded: StepRecord;
  readonly #relations: Relations;
  readonly #relationChanges: RelationChanges;
  readonly #targets: readonly (StreamTarget & {readonly pieces: readonly StreamPiece[]})[];
  readonly #changes: readonly RelationChange[];
  readonly #onFailed: (error: SqlError) => void;

  constructor({recorded, relations, relationChanges, changes, onFailed}: ReplayStepArgs) {
    this.recorded = recorded;
    this.#relations = relations;
    this.#relationChanges = relationChanges;
    this.#changes = changes;
    this.#onFailed = onFailed;
    this.#targets = recorded.streams.flatMap(({relation, pieces}) => {
      const stream = relations.streams.get(relation);
      return stream === undefined ? [] : [{stream, errors: relations.stored.get(stream.spec.errors)!, pieces}];
    });
  }

  /** A piece whose records have not come yet; undefined = the step can run. */
  missing(): {readonly relation: number; readonly piece: StreamPiece} | undefined {
    for (const {stream, pieces} of this.#targets) {
      const piece = stream.recorded!.missing(pieces);
      // Without those that are gone the step runs with what has come: the stream stays where it stopped, and says so.
      if (piece !== undefined && !stream.recordsAreGone) return {relation: stream.spec.relation, piece};
    }
    return undefined;
  }

  /** Lets the readers go on while it waits for records. */
  settleInput(): void {
    for (const {stream} of this.#targets) stream.recorded!.settle();
  }

  *push(time: number): Slices {
    for (const change of this.#changes) yield* this.#relationChanges.apply(change);
    for (const target of this.#targets) {
      for (const piece of target.pieces) for (const records of target.stream.recorded!.take(piece)) yield* takeIn(target, records, time);
    }
    for (const {relation, batch} of this.recorded.deltas) {
      const stored = this.#relations.stored.get(relation);
      if (stored === undefined) continue;
      const rows = decodeBatch(batch);
      stored.time?.enter(rows, time);
      yield* stored.source.emit(rows);
    }
  }

  record(): StepRecord {
    return this.recorded;
  }

  published(): void {
    for (const {stream} of this.#targets) stream.settle();
    for (const {relation, pieces} of this.recorded.streams)
      for (const {nextOffset} of pieces) this.#relations.stored.get(relation)?.log?.set(nextOffset);
    this.#relationChanges.applied();
    this.settleInput();
  }

  failed(error: SqlError): void {
    this.#relationChanges.undoApplied();
    this.#onFailed(error);
  }
}
