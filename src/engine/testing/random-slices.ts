import {SliceTimer} from '../dataflow/slice-clock.ts';

/** Slices of random length, whatever the time: a run is the same each time. */
export class RandomSlices extends SliceTimer {
  readonly #random: (n: number) => number;
  #left = 0;

  constructor(random: (n: number) => number) {
    super();
    this.#random = random;
  }

  override begin(): this {
    this.#left = this.#random(30);
    return this;
  }

  override get over(): boolean {
    return this.#left-- <= 0;
  }
}
