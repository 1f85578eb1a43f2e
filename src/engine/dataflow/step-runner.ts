import {toSqlError, type SqlError} from '../../common/sql-error.ts';
import type {Graph} from '../../runtime/graph/graph.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {Slice} from '../../runtime/graph/run-slices.ts';
import type {Journal, JournalPosition} from '../../runtime/durability/journal.ts';
import {encodeStepRecord, type StepContent} from '../../runtime/durability/step-record.ts';
import type {StepClock} from './slice-clock.ts';
import type {EventTime} from './time/event-time.ts';

/** A place in history; `time` in µs since 1970. */
export type Moment = {readonly step: number; readonly time: number};

/** What one step takes in: pushes deltas into the graph and says what the journal must know of them. */
export type StepInput = {
  /** `time` of the step, µs since 1970. */
  push(time: number): Slices;
  /** null = nothing changed: there is no step, and `published` is told the last one. */
  record(): StepContent | null;
  /** After publication; `position` = where the journal stands, undefined = nothing was written to it. */
  published(step: number, position: JournalPosition | undefined): void;
  /** The step was undone. */
  failed(error: SqlError): void;
};

export type StepRunnerArgs = Moment & {
  readonly graph: Graph;
  readonly journal: Journal;
  readonly clock: StepClock;
  readonly eventTime: EventTime;
};

/**
 * Runs steps through the graph, one at a time, in slices: push, move the watermarks, flush, journal, publish. Until `publish` readers see the step before.
 * A step that throws is rolled back whole.
 */
export class StepRunner {
  readonly #graph: Graph;
  readonly #journal: Journal;
  readonly #clock: StepClock;
  readonly #eventTime: EventTime;
  #running: Slices | undefined;
  step: number;
  time: number;

  constructor({graph, journal, clock, eventTime, step, time}: StepRunnerArgs) {
    this.#eventTime = eventTime;
    this.#graph = graph;
    this.#journal = journal;
    this.#clock = clock;
    this.step = step;
    this.time = time;
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Begins a step; `resume` works on it. */
  begin(input: StepInput): void {
    this.#running = this.#run(input, undefined);
  }

  /** Runs what the journal or a checkpoint tells of, as of its own moment: nothing is journalled. */
  beginPast(input: StepInput, at: Moment): void {
    this.#running = this.#run(input, at);
  }

  /** Works until the step is published or the slice is over. */
  resume(slice: Slice): void {
    while (this.#running !== undefined) {
      if (this.#running.next().done === true) this.#running = undefined;
      else if (slice.over) return;
    }
  }

  *#run(input: StepInput, past: Moment | undefined): Slices {
    const {step, time} = past ?? {step: this.step + 1, time: this.#clock.next()};
    const eventTime = this.#eventTime;
    eventTime.begin(time);
    try {
      yield* input.push(time);
      const content = input.record();
      if (content === null) {
        eventTime.rollback();
        return input.published(this.step, undefined);
      }
      if (past !== undefined) eventTime.settleAs(content);
      const record = past === undefined ? eventTime.settle(content, time) : content;
      yield* this.#graph.flush();
      if (past === undefined) this.#journal.append(encodeStepRecord({...record, step, time}));
    } catch (error) {
      this.#graph.rollback();
      eventTime.rollback();
      input.failed(toSqlError(error));
      return;
    }
    this.#graph.publish();
    eventTime.publish();
    this.step = step;
    this.time = time;
    input.published(this.step, this.#journal.position);
  }
}
