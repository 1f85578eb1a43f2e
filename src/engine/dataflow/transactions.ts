import {errorToData, sqlError, toSqlError} from '../../common/sql-error.ts';
import {decodeBatch} from '../../runtime/batch/batch-bytes.ts';
import type {Slices, BatchSink} from '../../runtime/graph/operator.ts';
import {QueryRun} from '../../serving/query-run.ts';
import {RowEncoder} from '../../serving/rows/row-encoder.ts';
import {CommitStep} from './commit-step.ts';
import type {Command, RelationChange, ReplyValue, WriteSpec} from './commands.ts';
import type {CoreOutput} from './core-output.ts';
import type {QueryRunner} from './query-runner.ts';
import type {RelationChanges} from './relation-changes.ts';
import type {Relations} from './relations.ts';
import {NewestStep, type Snapshot} from './snapshot.ts';
import type {StepInput, StepRunner} from './step-runner.ts';
import {TransactionBlock} from './transaction-block.ts';
import type {WriteStatement} from './write-statement.ts';
import {WriteStep} from './write-step.ts';

type CommandOf<K extends Command['kind']> = Extract<Command, {kind: K}>;

type TransactionsArgs = {
  readonly relations: Relations;
  readonly relationChanges: RelationChanges;
  readonly steps: StepRunner;
  readonly queries: QueryRunner;
  readonly output: CoreOutput;
};

/** The transactions that are open on the dataflow side, by session, and the steps that their statements and commits are. */
export class Transactions {
  readonly #blocks = new Map<number, TransactionBlock>();
  readonly #relations: Relations;
  readonly #relationChanges: RelationChanges;
  readonly #steps: StepRunner;
  readonly #queries: QueryRunner;
  readonly #output: CoreOutput;
  #writing: WriteStep | undefined;

  constructor(parts: TransactionsArgs) {
    this.#relations = parts.relations;
    this.#relationChanges = parts.relationChanges;
    this.#steps = parts.steps;
    this.#queries = parts.queries;
    this.#output = parts.output;
  }

  /** What a query of this session reads; 0 = the newest step. */
  snapshot(session: number): Snapshot {
    return session === 0 ? new NewestStep(this.#relations, this.#steps.step) : this.#block(session);
  }

  #block(session: number): TransactionBlock {
    const block = this.#blocks.get(session);
    if (block === undefined) throw sqlError('no_active_sql_transaction', `session ${session} has no transaction`);
    return block;
  }

  begin(session: number): void {
    this.rollback(session);
    const block = new TransactionBlock(this.#relations, this.#steps);
    block.pinAll();
    this.#blocks.set(session, block);
  }

  rollback(session: number): void {
    this.#blocks.get(session)?.release();
    this.#blocks.delete(session);
  }

  stage(session: number, changes: readonly RelationChange[]): void {
    const block = this.#block(session);
    for (const change of changes) block.stage(change);
  }

  /** The step of a write. */
  write({id, write}: CommandOf<'write'>): StepInput {
    const step = new WriteStep({
      spec: write,
      relations: this.#relations,
      step: this.#steps.step,
      block: write.session === 0 ? undefined : this.#block(write.session),
      published: (statement, journalPosition) => {
        this.#writing = undefined;
        this.#reply(id, {affected: statement.affected, journalPosition, data: statement.figures});
        if (write.returning !== undefined) this.#sendReturned(write, statement);
      },
      failed: error => {
        this.#writing = undefined;
        this.#output.reply({id, ok: false, error: errorToData(error)});
      },
    });
    this.#writing = step;
    return step;
  }

  /** Ends the write that runs under this query number, if it can still be ended. */
  cancel(query: number): void {
    if (this.#writing?.query === query) this.#writing.cancel();
  }

  #sendReturned({query, settings, returning}: WriteSpec, {returned}: WriteStatement): void {
    const {expressions, formats} = returning!;
    const encoder = new RowEncoder(
      expressions.map(e => e.type),
      formats,
      {timeZone: settings.timeZone},
    );
    const work = (sink: BatchSink): Slices => emitAll(returned, sink);
    this.#queries.add(query, output => new QueryRun({encoder, output, credit: 0, work, dispose: () => {}}));
  }

  /** The step that makes a transaction's DDL and writes visible. Its block is gone when the step ends, however it ends. */
  apply({id, session, changes, ddl}: CommandOf<'apply'>): StepInput {
    const block = session === 0 ? undefined : this.#block(session);
    this.#blocks.delete(session);
    return new CommitStep({
      changes,
      ddl,
      relations: this.#relations,
      relationChanges: this.#relationChanges,
      block,
      newestStep: this.#steps.step,
      published: journalPosition => {
        block?.release();
        this.#reply(id, {journalPosition});
      },
      failed: error => {
        block?.release();
        this.#output.reply({id, ok: false, error: errorToData(toSqlError(error))});
      },
    });
  }

  #reply(id: number, value: ReplyValue): void {
    this.#output.reply({id, ok: true, value});
  }
}

function* emitAll(batches: readonly Uint8Array[], sink: BatchSink): Slices {
  for (const batch of batches) yield* sink.emit(decodeBatch(batch));
}
