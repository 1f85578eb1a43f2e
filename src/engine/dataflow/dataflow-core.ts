import {errorToData, sqlError} from '../../common/sql-error.ts';
import {unreachable} from '../../common/unreachable.ts';
import {detachedContext} from '../../functions/evaluation-context.ts';
import {Journal} from '../../runtime/durability/journal.ts';
import type {JournalContent} from '../../runtime/durability/journal-format.ts';
import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import {Graph} from '../../runtime/graph/graph.ts';
import type {Command, RelationChange, Reply, ReplyValue} from './commands.ts';
import type {CoreOptions, CoreParts} from './core-options.ts';
import type {CoreOutput} from './core-output.ts';
import {EarlyRequests} from './early-requests.ts';
import {Checkpointer} from './checkpointer.ts';
import {CommitStep} from './commit-step.ts';
import {heldBack} from './held-back.ts';
import {IngestionGate} from './ingestion-gate.ts';
import {LiveStep} from './live-step.ts';
import {Lookups} from './lookups.ts';
import type {LookupRequest} from './lookup-messages.ts';
import {accountOf} from './memory-account.ts';
import {MemoryLimit} from './memory-limit.ts';
import {QueryRunner} from './query-runner.ts';
import {Recovery} from './recovery.ts';
import {RelationChanges} from './relation-changes.ts';
import {Relations} from './relations.ts';
import {runningPlan} from './running-plan.ts';
import {SliceTimer, StepClock} from './slice-clock.ts';
import {startQuery} from './start-query.ts';
import {statusOf, type DataflowStatus} from './status.ts';
import {StepRunner} from './step-runner.ts';
import {StreamWaits} from './stream-waits.ts';
import {EventTime} from './time/event-time.ts';
import {StepTime} from './time/step-time.ts';
import {Transactions} from './transactions.ts';
import {scannedRelations} from './view-runtime.ts';

/** Commands that do not wait for the recovery. */
const ALWAYS: ReadonlySet<Command['kind']> = new Set(['recover', 'status', 'source-event', 'shutdown']);

/**
 * The dataflow side: owns all state, runs the steps, answers reads. Knows nothing of threads: `work` does a slice of whatever is due and
 * says whether more is waiting.
 */
export class DataflowCore {
  stopped = false;
  readonly #output: CoreOutput;
  readonly #journal: Journal;
  readonly #steps: StepRunner;
  readonly #stepTime: StepTime;
  readonly #relations: Relations;
  readonly #relationChanges: RelationChanges;
  readonly #checkpointer: Checkpointer;
  readonly #options: CoreOptions;
  readonly #files: FileLayer;
  readonly #queries: QueryRunner;
  readonly #lookups: Lookups;
  readonly #transactions: Transactions;
  readonly #streamWaits: StreamWaits;
  /** Commands that wait for the step in progress, oldest first. */
  readonly #betweenSteps: Command[] = [];
  #queryTurn = false;
  readonly #clock: StepClock;
  readonly #slices: SliceTimer;
  readonly #memory: MemoryLimit;
  readonly #gate: IngestionGate;
  /** What the journal tells of the run before, until the recovery begins. */
  #past: readonly JournalContent[];
  #recovery: {readonly work: Recovery; readonly command: number} | undefined;
  #recovered = false;
  readonly #early = new EarlyRequests();

  constructor(options: CoreOptions, {files, output, clock = new StepClock(), slices = new SliceTimer()}: CoreParts) {
    const graph = new Graph();
    this.#output = output;
    this.#clock = clock;
    this.#slices = slices;
    this.#past = options.past;
    this.#journal = Journal.open(files, options.journalDirectory);
    const evaluation = detachedContext();
    const eventTime = new EventTime(evaluation);
    const {step, time} = options.manifest ?? {step: 0, time: 0};
    this.#steps = new StepRunner({graph, journal: this.#journal, clock, eventTime, step, time});
    this.#stepTime = new StepTime({clock, steps: this.#steps, eventTime, graph});
    this.#relations = new Relations({graph, output, eventTime});
    this.#memory = new MemoryLimit(options.memoryLimit, () => accountOf(this.#relations));
    this.#gate = new IngestionGate(this.#memory);
    this.#checkpointer = new Checkpointer(this.#relations, this.#journal, this.#steps, output);
    this.#relationChanges = new RelationChanges({
      relations: this.#relations,
      graph,
      evaluation,
      files,
      newestRows: options.newestRows,
      beforeDrop: () => {
        if (this.#checkpointer.busy) this.#checkpointer.abandon('an object was dropped');
      },
    });
    this.#options = options;
    this.#files = files;
    this.#queries = new QueryRunner(output);
    this.#lookups = new Lookups(this.#relations, output);
    this.#streamWaits = new StreamWaits(this.#relations, output);
    this.#transactions = new Transactions({
      relations: this.#relations,
      relationChanges: this.#relationChanges,
      steps: this.#steps,
      queries: this.#queries,
      output,
    });
  }

  handle(command: Command): void {
    if (!this.#recovered && !ALWAYS.has(command.kind)) {
      this.#early.command(command);
      return;
    }
    try {
      this.#dispatch(command);
    } catch (error) {
      this.#reply({id: command.id, ok: false, error: errorToData(error)});
    }
  }

  lookup(request: LookupRequest): void {
    if (!this.#recovered || this.#lookups.mustWait(request)) {
      this.#early.lookup(request);
      return;
    }
    this.#lookups.answer(request);
  }

  /** Works for about one slice; true = there is more to do at once. */
  work(): boolean {
    this.#lookups.deliver();
    const live = this.#workOnSteps();
    this.#streamWaits.check();
    for (const {output} of this.#relations.deliveries.values()) output.retry();
    const queries = (!live || this.#queryTurn) && this.#queries.work(this.#slices);
    this.#queryTurn = !this.#queryTurn;
    const written = !this.#steps.busy && this.#checkpointer.work(this.#slices.begin());
    const hydrated =
      this.#recovered && this.#gate.isOpen(performance.now()) && this.#relations.hydrations.work(this.#slices.begin(), !this.#steps.busy);
    if (hydrated) this.#startWaiting();
    return live || written || hydrated || queries || this.#steps.busy || this.#betweenSteps.length > 0;
  }

  /** How long there is nothing to do unless somebody rings, in ms. */
  idleFor(): number {
    const now = performance.now();
    const retryAt = Math.min(...[...this.#relations.deliveries.values()].map(({output}) => output.retryAt));
    const closed = Math.min(this.#gate.closedFor(now) || Infinity, Math.max(1, retryAt - now));
    if (!this.#recovered) return closed;
    return Math.min(closed, this.#stepTime.untilDue(), this.#queries.untilAwake());
  }

  #workOnSteps(): boolean {
    if (!this.#steps.busy && !this.#beginStep()) return false;
    this.#steps.resume(this.#slices.begin());
    return true;
  }

  /** Begins the next step, if something is waiting for one. */
  #beginStep(): boolean {
    if (this.#recovery !== undefined) return this.#beginPastStep(this.#recovery.work);
    if (this.#relations.hydrations.feeding) return false;
    const ready = this.#relations.deferred.takeReady();
    if (ready.length > 0) {
      this.#steps.beginPast(this.#deferredStep(ready), {step: this.#steps.step, time: this.#steps.time});
      return true;
    }
    const command = this.#betweenSteps.shift();
    if (command !== undefined) {
      this.#runBetweenSteps(command);
      return true;
    }
    if (this.#relations.hydrations.holding) return false;
    const held = heldBack(this.#relations.deliveries.values());
    const streams = this.#relations.streamsWithInput().filter(({stream}) => !held.has(stream.spec.relation));
    const due = this.#stepTime.isDue();
    if (!due) for (const command of this.#stepTime.takeDone()) this.#done(command, {data: this.#clock.next()});
    if (streams.length === 0 && !due) return false;
    if (!this.#gate.isOpen(performance.now())) return false;
    this.#steps.begin(
      new LiveStep(streams, {
        published: () => this.#gate.succeeded(),
        failed: error => {
          if (this.#gate.failed(error, performance.now())) this.#output.event({kind: 'failed', error: errorToData(error)});
        },
      }),
    );
    return true;
  }

  /** Builds what a restart had to leave out because a view below was catching up. */
  #deferredStep(changes: readonly RelationChange[]): CommitStep {
    return new CommitStep({
      changes,
      ddl: null,
      relations: this.#relations,
      relationChanges: this.#relationChanges,
      block: undefined,
      newestStep: this.#steps.step,
      published: () => this.#startWaiting(),
      failed: error => this.#output.event({kind: 'failed', error: errorToData(error)}),
    });
  }

  #beginPastStep(recovery: Recovery): boolean {
    const next = recovery.next();
    if (next === 'waiting') return false;
    if (next === 'done') this.#finishRecovery();
    else this.#steps.beginPast(next.input, next.at);
    return true;
  }

  /** Tries what had to wait for a view. */
  #startWaiting(): void {
    this.#early.retry(this);
  }

  /** The state is back: what came meanwhile is done now. */
  #finishRecovery(): void {
    const {work, command} = this.#recovery!;
    this.#recovery = undefined;
    this.#clock.atLeast(work.end.time);
    this.#recovered = true;
    this.#startWaiting();
    this.#done(command, {data: this.#steps.step});
  }

  #recover(command: Command, changes: readonly RelationChange[]): void {
    const {manifest, segmentsDirectory, replayBytes} = this.#options;
    const journal = this.#past;
    this.#past = [];
    const work = new Recovery({
      manifest,
      journal,
      changes,
      relations: this.#relations,
      relationChanges: this.#relationChanges,
      checkpointer: this.#checkpointer,
      files: this.#files,
      segmentsDirectory,
      replayBytes,
      failed: error => this.#reply({id: command.id, ok: false, error: errorToData(error)}),
      outdated: view =>
        this.#output.event({kind: 'notice', message: `the state of view "${view}" was written by another version: it is built anew`}),
      lost: message => this.#output.event({kind: 'notice', message}),
    });
    this.#recovery = {work, command: command.id};
  }

  #dispatch(command: Command): void {
    switch (command.kind) {
      case 'recover':
        return this.#recover(command, command.changes);
      case 'apply':
      case 'write':
      case 'begin':
      case 'stage':
      case 'rollback':
      case 'pause-stream':
      case 'resume-stream':
      case 'checkpoint':
      case 'set-clock':
      case 'shutdown':
        this.#betweenSteps.push(command);
        return;
      case 'checkpoint-committed':
        this.#checkpointer.committed(command.journalFile, command.deliveries);
        return this.#done(command.id);
      case 'checkpoint-failed':
        this.#checkpointer.abandon('its files could not be written');
        if (command.delivery !== undefined)
          this.#relations.views.get(command.delivery.relation)?.delivery?.output.failed(command.delivery.reason);
        return this.#done(command.id);
      case 'query':
        if (scannedRelations(command.query.plan).some(id => this.#relations.isHydrating(id))) {
          this.#early.command(command);
          return;
        }
        try {
          const warnings = startQuery(command.query, this.#transactions.snapshot(command.query.session), this.#relations, this.#queries);
          return this.#done(command.id, {warnings});
        } catch (error) {
          this.#queries.fail(command.query.query, errorToData(error));
          return this.#done(command.id);
        }
      case 'credit':
        this.#queries.credit(command.query, command.rows);
        return this.#done(command.id);
      case 'taken':
        this.#queries.taken(command.query, command.bytes);
        return this.#done(command.id);
      case 'close-query':
        this.#early.forget(command.query);
        this.#cancelWrite(command.query);
        this.#queries.close(command.query);
        return this.#done(command.id);
      case 'prepare-lookup':
        this.#lookups.prepare(command.lookup);
        return this.#done(command.id);
      case 'forget-lookup':
        this.#lookups.forget(command.lookup);
        return this.#done(command.id);
      case 'unread-streams': {
        const {frontier} = this.#transactions.snapshot(command.session);
        const isUnread = (id: number): boolean => this.#relations.streams.has(id) && !frontier.has(id);
        return this.#done(command.id, {data: command.relations.filter(isUnread)});
      }
      case 'await-streams':
        return this.#streamWaits.add(command.wait, command.id, command.streams);
      case 'stop-waiting':
        this.#streamWaits.stop(command.wait);
        return this.#done(command.id);
      case 'source-event':
        this.#relations.readers.tell(command.reader, command.event);
        return this.#done(command.id);
      case 'running-plan':
        return this.#done(command.id, {data: runningPlan(command.relation, this.#relations)});
      case 'status':
        return this.#done(command.id, {data: this.#status(command.session)});
      default:
        return unreachable(command);
    }
  }

  #status(session: number): DataflowStatus {
    const rests = this.#recovered ? this.#gate.reason(performance.now()) : undefined;
    return statusOf(this.#relations, this.#transactions.snapshot(session), {
      rests,
      recovery: this.#recovery?.work.progress(),
      time: this.#clock.next(),
    });
  }

  /** Ends a write that has not begun, or asks the running one to end. */
  #cancelWrite(query: number): void {
    const queued = this.#betweenSteps.findIndex(command => command.kind === 'write' && command.write.query === query);
    const [write] = queued < 0 ? [] : this.#betweenSteps.splice(queued, 1);
    if (write === undefined) this.#transactions.cancel(query);
    else this.#reply({id: write.id, ok: false, error: errorToData(sqlError('query_canceled', 'canceling statement due to user request'))});
  }

  #runBetweenSteps(command: Command): void {
    try {
      this.#runNow(command);
    } catch (error) {
      this.#reply({id: command.id, ok: false, error: errorToData(error)});
    }
  }

  #runNow(command: Command): void {
    switch (command.kind) {
      case 'apply':
        if (command.changes.some(change => change.kind === 'add-view')) this.#memory.assertRoom(performance.now());
        this.#gate.succeeded();
        return this.#steps.begin(this.#transactions.apply(command));
      case 'checkpoint':
        if (this.#checkpointer.busy) throw sqlError('object_in_use', 'a checkpoint is in progress already');
        return this.#checkpointer.begin(command.id, this.#clock.next(), command.deliver);
      case 'shutdown':
        this.#journal.close();
        this.stopped = true;
        return this.#done(command.id);
      case 'write':
        if (command.write.operation !== 'delete') this.#memory.assertRoom(performance.now());
        this.#assertDeliverable(command.write.relation);
        return this.#steps.begin(this.#transactions.write(command));
      case 'pause-stream':
        return this.#done(command.id, {data: this.#relations.pauseStream(command.relation)});
      case 'resume-stream':
        this.#relations.resumeStream(command.relation);
        return this.#done(command.id);
      case 'set-clock':
        return this.#stepTime.set(command.id, command.at);
      case 'begin':
        this.#transactions.begin(command.session);
        return this.#done(command.id);
      case 'stage':
        this.#transactions.stage(command.session, command.changes);
        return this.#done(command.id);
      case 'rollback':
        this.#transactions.rollback(command.session);
        return this.#done(command.id);
      default:
        throw sqlError('feature_not_supported', `${command.kind} is not supported yet`);
    }
  }

  /** Refuses rows for a sink that has too many waiting. */
  #assertDeliverable(relation: number): void {
    const reason = heldBack(this.#relations.deliveries.values()).get(relation);
    if (reason !== undefined) throw sqlError('io_error', reason, {hint: 'Make room for it, or drop the sink.'});
  }

  #done(id: number, value: ReplyValue = {}): void {
    this.#reply({id, ok: true, value});
  }

  #reply(reply: Reply): void {
    this.#output.reply(reply);
  }
}
