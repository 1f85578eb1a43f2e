import {SettableClock} from '../../common/settable-clock.ts';
import type {Slice} from '../../runtime/graph/run-slices.ts';

/** Longest stretch of work between two looks at reads and commands, in ms. */
const SLICE_MS = 4;

/** Slices one after the other: each is over after 4 ms, or at once when a read or a command has come. */
export class SliceTimer implements Slice {
  readonly #isWanted: () => boolean;
  #end = 0;

  constructor(isWanted: () => boolean = () => false) {
    this.#isWanted = isWanted;
  }

  begin(): Slice {
    this.#end = performance.now() + SLICE_MS;
    return this;
  }

  get over(): boolean {
    return this.#isWanted() || performance.now() >= this.#end;
  }
}

/** The clock of the dataflow side. Microseconds since 1970, never going back. */
export class StepClock {
  readonly #clock: SettableClock;
  #last = 0;

  constructor(clock: SettableClock = new SettableClock()) {
    this.#clock = clock;
  }

  next(): number {
    this.#last = Math.max(this.#last, this.#clock.now());
    return this.#last;
  }

  /** SET millrace.clock; `floor` = time of the last step, which it does not go behind. */
  set(at: number | undefined, floor: number): void {
    this.#clock.set(at);
    this.#last = floor;
  }

  /** Takes over the time of a recovered step, so that time does not go back across a restart. */
  atLeast(time: number): void {
    this.#last = Math.max(this.#last, time);
  }
}
