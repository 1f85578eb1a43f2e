import type {SqlError} from '../../common/sql-error.ts';
import type {JournalPosition} from '../../runtime/durability/journal.ts';
import type {StepContent} from '../../runtime/durability/step-record.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import {datumsToBatch} from '../../codegen/datum-column.ts';
import type {Batch} from '../../runtime/batch/batch.ts';
import type {RelationChange, SkippedRecords} from './commands.ts';
import {ERROR_TYPES} from './stored-relation.ts';
import {JournalledDeltas} from './journalled-deltas.ts';
import type {RelationChanges} from './relation-changes.ts';
import type {Relations} from './relations.ts';
import type {StepInput} from './step-runner.ts';
import type {TransactionBlock} from './transaction-block.ts';

type Args = {
  readonly changes: readonly RelationChange[];
  readonly ddl: string | null;
  readonly relations: Relations;
  readonly relationChanges: RelationChanges;
  /** The transaction whose writes are applied; undefined = it has made none. */
  readonly block: TransactionBlock | undefined;
  readonly newestStep: number;
  /** Work that belongs to the changes, once they are made. */
  readonly after?: Slices | undefined;
  readonly published: (position: JournalPosition | undefined) => void;
  readonly failed: (error: SqlError) => void;
};

/** COMMIT: the transaction's DDL, then its writes, in one step and one record of the journal. New views take in what their inputs hold already. */
export class CommitStep implements StepInput {
  readonly #args: Args;
  readonly #deltas: JournalledDeltas;

  constructor(args: Args) {
    this.#args = args;
    this.#deltas = new JournalledDeltas(args.relations);
  }

  *push(time: number): Slices {
    const {changes, relationChanges, block, newestStep, after} = this.#args;
    for (const change of changes) {
      if (change.kind === 'truncate') yield* this.#deltas.empty(change.relation);
      else if (change.kind === 'reset-stream') {
        relationChanges.resetStream(change.stream);
        yield* this.#deltas.apply(change.stream.errors, skippedRecords(change.skipped, time));
      } else yield* relationChanges.apply(change);
    }
    if (after !== undefined) yield* after;
    if (block !== undefined) yield* block.deltas(newestStep, time, (relation, batch) => this.#deltas.apply(relation, batch));
  }

  record(): StepContent | null {
    const {changes, ddl} = this.#args;
    const content = this.#deltas.content(ddl);
    return content === null && changes.length > 0 ? {streams: [], deltas: [], ddl} : content;
  }

  published(_step: number, position: JournalPosition | undefined): void {
    this.#deltas.published();
    this.#args.relationChanges.applied();
    this.#args.published(position);
  }

  failed(error: SqlError): void {
    this.#deltas.undone();
    this.#args.relationChanges.undoApplied();
    this.#args.failed(error);
  }
}

/** What a RESET leaves in `<stream>$errors`. */
function skippedRecords(skipped: readonly SkippedRecords[], time: number): Batch {
  return datumsToBatch(
    ERROR_TYPES,
    skipped.map(({partition, offset, reason}) => [partition, BigInt(offset), null, null, reason, null, BigInt(time)]),
  );
}
