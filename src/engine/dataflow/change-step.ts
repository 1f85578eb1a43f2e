import type {SqlError} from '../../common/sql-error.ts';
import type {JournalPosition} from '../../runtime/durability/journal.ts';
import type {StepRecord} from '../../runtime/durability/step-record.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {RelationChange} from './commands.ts';
import type {Relations} from './relations.ts';
import type {StepInput} from './step-runner.ts';

/** A step that changes which relations there are. New views take in what their inputs hold already. */
export class ChangeStep implements StepInput {
  readonly #args: {
    readonly changes: readonly RelationChange[];
    readonly ddl: string | null;
    readonly relations: Relations;
    /** Work that belongs to the changes, once they are made. */
    readonly after?: Slices | undefined;
    readonly published: (position: JournalPosition | undefined) => void;
    readonly failed: (error: SqlError) => void;
  };

  constructor(args: {
    changes: readonly RelationChange[];
    ddl: string | null;
    relations: Relations;
    after?: Slices | undefined;
    published(position: JournalPosition | undefined): void;
    failed(error: SqlError): void;
  }) {
    this.#args = args;
  }

  *push(): Slices {
    for (const change of this.#args.changes) yield* this.#args.relations.apply(change);
    if (this.#args.after !== undefined) yield* this.#args.after;
  }

  record(): Omit<StepRecord, 'step' | 'time'> {
    return {inputs: [], deltas: [], ddl: this.#args.ddl};
  }

  published(_step: number, position: JournalPosition | undefined): void {
    this.#args.relations.applied();
    this.#args.published(position);
  }

  failed(error: SqlError): void {
    this.#args.relations.undoApplied();
    this.#args.failed(error);
  }
}
