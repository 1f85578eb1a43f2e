/** The wall clock, or a time that stands still until it is set anew: for tests of what time does. Microseconds since 1970. */
export class SettableClock {
  readonly #wall: () => number;
  #at: number | undefined;

  constructor(wall: () => number = () => Date.now() * 1000) {
    this.#wall = wall;
  }

  now(): number {
    return this.#at ?? this.#wall();
  }

  /** undefined = goes on with the wall clock. */
  set(at: number | undefined): void {
    this.#at = at;
  }
}
