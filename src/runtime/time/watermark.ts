/**
 * How far the event time of one stream has come: no row with a time below it is expected any more. Microseconds since 1970, −Infinity =
 * nothing is known. It only grows, and within a step it has two values: `previous`, by which lateness is decided, and `current`, which
 * holds for everything that happens once the step's rows are in.
 */
export class Watermark {
  #previous = -Infinity;
  #current = -Infinity;
  #leader: Watermark | undefined;

  /** As of the end of the step before. */
  get previous(): number {
    return this.#leader?.previous ?? this.#previous;
  }

  /** As of the end of the step in progress; `previous` until the step's rows are in. */
  get current(): number {
    return this.#leader?.current ?? this.#current;
  }

  /** Moves the step in progress on; a smaller value changes nothing. */
  advance(to: number): void {
    if (to > this.#current) this.#current = to;
  }

  /** The step in progress is over. */
  publish(): void {
    this.#previous = this.#current;
  }

  rollback(): void {
    this.#current = this.#previous;
  }

  /** Is what `leader` is from now on: a private graph that joins the shared one. */
  follow(leader: Watermark): void {
    this.#leader = leader;
  }
}
