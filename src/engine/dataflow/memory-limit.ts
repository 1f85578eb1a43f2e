import {sqlError} from '../../common/sql-error.ts';

/** How stale the account may be, in ms. */
const MEASURE_MS = 50;

/** What the state takes, what waits in rings, and the largest piece of state. */
export type MemoryAccount = {
  readonly state: number;
  readonly queued: number;
  readonly largest: {readonly relation: string; readonly operator: string; readonly bytes: number} | undefined;
};

/** The bound on state and queues. What has been queued drains through steps only, so it never keeps them from going on. */
export class MemoryLimit {
  readonly #bytes: number;
  readonly #measure: () => MemoryAccount;
  #measuredAt = -Infinity;
  #exceeded: string | undefined;

  /** `bytes`: Infinity = none. */
  constructor(bytes: number, measure: () => MemoryAccount) {
    this.#bytes = bytes;
    this.#measure = measure;
  }

  /** What is too much, in words; undefined = all is well. `now` in ms. */
  exceeded(now: number): string | undefined {
    if (this.#bytes === Infinity || now - this.#measuredAt < MEASURE_MS) return this.#exceeded;
    this.#measuredAt = now;
    const {state, queued, largest} = this.#measure();
    const counted = this.#exceeded === undefined ? state + queued : state;
    const isTooMuch = state > 0 && counted > this.#bytes;
    const where =
      largest === undefined ? '' : `; the largest state is ${largest.operator} of "${largest.relation}" with ${megabytes(largest.bytes)}`;
    this.#exceeded = isTooMuch ? `memory limit of ${megabytes(this.#bytes)} reached (${megabytes(counted)} in use)${where}` : undefined;
    return this.#exceeded;
  }

  /** State has been freed, or is about to be. */
  measureAnew(): void {
    this.#measuredAt = -Infinity;
  }

  /** Refuses what would make the state grow: 53200. */
  assertRoom(now: number): void {
    const exceeded = this.exceeded(now);
    if (exceeded !== undefined)
      throw sqlError('out_of_memory', exceeded, {hint: 'Drop views or delete rows, or start the server with a larger --memory-limit.'});
  }
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
