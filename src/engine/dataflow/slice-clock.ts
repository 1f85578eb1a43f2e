/** Longest stretch of work between two looks at reads and commands, in ms (DESIGN: at most 4). */
export const SLICE_MS = 4;

/** The clock of the dataflow side; tests put a virtual one in its place. Microseconds since 1970, never going back. */
export class StepClock {
  readonly #now: () => number;
  #last = 0;

  constructor(now: () => number = () => Date.now() * 1000) {
    this.#now = now;
  }

  next(): number {
    this.#last = Math.max(this.#last, this.#now());
    return this.#last;
  }

  /** Takes over the time of a recovered step, so that time does not go back across a restart. */
  atLeast(time: number): void {
    this.#last = Math.max(this.#last, time);
  }
}
