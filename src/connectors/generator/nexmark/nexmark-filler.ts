import {EventRandom} from '../event-random.ts';
import type {JsonWriter} from '../json-writer.ts';

const FILLER_CHARACTERS = 1 << 18;
const GROUP = 6;
const LETTERS = 26;
const BACKSLASH = 92;

/**
 * The text that fills records up to their size. The reference takes six letters from each random 32-bit number by signed remainders, so
 * its alphabet is the 51 characters from `H` to `z`, a backslash among them, in runs of six of either half: most events need an escape.
 */
export class NexmarkFiller {
  /** The text with its backslashes escaped, and where each character of the text begins in it. */
  readonly #escaped: Uint8Array;
  readonly #index: Uint32Array;

  constructor(seed: number) {
    const random = new EventRandom(seed);
    random.begin(0, 1);
    this.#index = new Uint32Array(FILLER_CHARACTERS + 1);
    const escaped = new Uint8Array(FILLER_CHARACTERS * 2);
    let at = 0;
    let number = 0;
    for (let i = 0; i < FILLER_CHARACTERS; i++) {
      if (i % GROUP === 0) number = random.int32();
      const character = 97 + (number % LETTERS);
      number = (number / LETTERS) | 0;
      this.#index[i] = at;
      if (character === BACKSLASH) escaped[at++] = BACKSLASH;
      escaped[at++] = character;
    }
    this.#index[FILLER_CHARACTERS] = at;
    this.#escaped = escaped.subarray(0, at);
  }

  /** Fills a record whose other fields count `size` up to `average` on average: ±20 % of what is missing. */
  write(out: JsonWriter, random: EventRandom, size: number, average: number): void {
    if (size > average) return;
    const missing = average - size;
    const spread = Math.round(missing * 0.2);
    const length = missing - spread + (spread === 0 ? 0 : random.below(2 * spread));
    const start = random.below(FILLER_CHARACTERS - length);
    out.range(this.#escaped, this.#index[start]!, this.#index[start + length]!);
  }
}
