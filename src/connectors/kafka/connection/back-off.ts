/** Exponential back-off with ±20 % jitter, so that many readers do not come back at the same moment. */
export class BackOff {
  readonly #initialMs: number;
  readonly #maximumMs: number;
  readonly #random: () => number;
  #failures = 0;

  constructor({
    initialMs = 100,
    maximumMs = 10_000,
    random = Math.random,
  }: {initialMs?: number; maximumMs?: number; random?: () => number} = {}) {
    this.#initialMs = initialMs;
    this.#maximumMs = maximumMs;
    this.#random = random;
  }

  get failures(): number {
    return this.#failures;
  }

  /** The time to wait in ms before the next attempt; grows with every call until `reset`. */
  next(): number {
    const base = Math.min(this.#maximumMs, this.#initialMs * 2 ** Math.min(this.#failures, 30));
    this.#failures++;
    return Math.round(base * (0.8 + 0.4 * this.#random()));
  }

  reset(): void {
    this.#failures = 0;
  }
}
