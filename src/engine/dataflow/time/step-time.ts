import {sqlError} from '../../../common/sql-error.ts';
import type {Graph} from '../../../runtime/graph/graph.ts';
import type {StepClock} from '../slice-clock.ts';
import type {StepRunner} from '../step-runner.ts';
import type {EventTime} from './event-time.ts';

type Parts = {readonly clock: StepClock; readonly steps: StepRunner; readonly eventTime: EventTime; readonly graph: Graph};

/** When time alone makes a step due, and SET millrace.clock, which waits for what the new time makes due. */
export class StepTime {
  readonly #parts: Parts;
  #changes: {readonly command: number; readonly at: number}[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether a step is due because time has passed. */
  isDue(): boolean {
    const {clock, steps, eventTime, graph} = this.#parts;
    const at = clock.next();
    // A clock that was set is exact: what looks at the time now and then looks at once.
    const isSet = this.#changes.some(change => change.at > steps.time);
    return isSet || eventTime.isDue(at) || graph.nextTime() <= at;
  }

  /** Until the next step that time makes due, ms; Infinity = none is in sight. */
  untilDue(): number {
    const {clock, eventTime, graph} = this.#parts;
    const at = clock.next();
    const next = Math.min(eventTime.nextChange(at), graph.nextTime());
    return Number.isFinite(next) ? Math.max(1, Math.ceil((next - at) / 1000)) : Infinity;
  }

  /** Sets the clock for a command, which is done when nothing is due any more at the new time. */
  set(command: number, at: number | null): void {
    const {clock, steps} = this.#parts;
    if (at !== null && at < steps.time)
      throw sqlError('invalid_parameter_value', 'the clock does not go back', {
        detail: `The last step was at ${new Date(steps.time / 1000).toISOString()}.`,
      });
    clock.set(at ?? undefined, steps.time);
    this.#changes.push({command, at: clock.next()});
  }

  /** Nothing is due: the commands that have waited for that. */
  takeDone(): readonly number[] {
    const done = this.#changes.map(change => change.command);
    this.#changes = [];
    return done;
  }
}
