/**
 * The random numbers of one event: a stream that is a function of (seed, event number) alone, so that generation can begin anywhere.
 * Numbers: mulberry32 on a state that is mixed from both.
 */
export class EventRandom {
  readonly #seed: number;
  #state = 0;

  constructor(seed: number) {
    this.#seed = mix((seed >>> 0) ^ mix(Math.floor(seed / 4294967296) + 0x9e3779b9));
  }

  /** Starts the stream of event `number` (0 … 2^53); `salt` tells apart several streams of one event. */
  begin(number: number, salt = 0): void {
    const high = Math.floor(number / 4294967296);
    this.#state = mix(mix((number >>> 0) ^ this.#seed) + Math.imul(high + 1, 0x9e3779b1) + Math.imul(salt, 0x85ebca6b));
  }

  /** Uniform over the 32-bit integers, signed. */
  int32(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return t ^ (t >>> 14);
  }

  /** Uniform in [0, 1), 32 bits fine. */
  unit(): number {
    return (this.int32() >>> 0) / 4294967296;
  }

  /** Uniform in [0, n), n ≤ 2^32. */
  below(n: number): number {
    return Math.floor(((this.int32() >>> 0) * n) / 4294967296);
  }
}

/** A bijection of the 32-bit integers that spreads neighbours (the finalizer of MurmurHash3). */
function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
