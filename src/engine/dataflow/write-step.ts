import type {SqlError} from '../../common/sql-error.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {JournalPosition} from '../../runtime/durability/journal.ts';
import type {StepContent} from '../../runtime/durability/step-record.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {WriteSpec} from './commands.ts';
import {JournalledDeltas} from './journalled-deltas.ts';
import type {Relations} from './relations.ts';
import type {StepInput} from './step-runner.ts';
import {scannedRelations} from './view-runtime.ts';
import {TransactionBlock} from './transaction-block.ts';
import {WriteStatement} from './write-statement.ts';

type Args = {
  readonly spec: WriteSpec;
  readonly relations: Relations;
  /** The last published step. */
  readonly step: number;
  /** The transaction whose statement it is; undefined = a statement by itself, applied in a step of its own. */
  readonly block: TransactionBlock | undefined;
  readonly published: (statement: WriteStatement, position: JournalPosition | undefined) => void;
  readonly failed: (error: SqlError) => void;
};

/** An INSERT, UPDATE or DELETE: evaluated over the last published step and applied at once, or evaluated in its block and kept there. */
export class WriteStep implements StepInput {
  readonly query: number;
  readonly #args: Args;
  readonly #deltas: JournalledDeltas;
  #statement: WriteStatement | undefined;
  #cancelled = false;

  constructor(args: Args) {
    this.query = args.spec.query;
    this.#args = args;
    this.#deltas = new JournalledDeltas(args.relations);
  }

  /** Fails the statement at its next slice, unless it is being published already. */
  cancel(): void {
    this.#cancelled = true;
  }

  *push(time: number): Slices {
    const {spec, relations, step} = this.#args;
    relations.requireServed(scannedRelations(spec.source));
    const block = this.#args.block ?? new TransactionBlock(relations, {step, time});
    try {
      this.#statement = new WriteStatement(spec, block.changesOf(spec.relation), block, time);
      yield* this.#watched(this.#statement.run());
      if (block === this.#args.block) return;
      yield* this.#watched(block.deltas(step, time, (relation, batch) => this.#deltas.apply(relation, batch)));
    } finally {
      if (block !== this.#args.block) block.release();
    }
  }

  *#watched(slices: Slices): Slices {
    while (slices.next().done !== true) {
      yield;
      if (this.#cancelled) slices.throw(sqlError('query_canceled', 'canceling statement due to user request'));
    }
  }

  record(): StepContent | null {
    return this.#deltas.content(null);
  }

  published(_step: number, position: JournalPosition | undefined): void {
    this.#deltas.published();
    this.#args.published(this.#statement!, position);
  }

  failed(error: SqlError): void {
    this.#deltas.undone();
    this.#args.failed(error);
  }
}
