import {EventRandom} from '../event-random.ts';
import {ascii, type JsonWriter} from '../json-writer.ts';
import {randomUrl} from './nexmark-text.ts';

const HOT = ['Google', 'Facebook', 'Baidu', 'Apple'];
const OTHERS = 10_000;

/** Channel and url of bids: half of them come through four channels with one url each, the others through 10,000 numbered ones. */
export class NexmarkChannels {
  /** `Google","url":"https://…` of every channel, one after the other: what lies between the outer quotes of both values. */
  readonly #bytes: Uint8Array;
  readonly #starts: Uint32Array;

  constructor(seed: number) {
    const random = new EventRandom(seed);
    const pieces = Array.from({length: HOT.length + OTHERS}, (_, i) => {
      random.begin(i, 2);
      const url = randomUrl(random);
      if (i < HOT.length) return `${HOT[i]!}","url":"${url}`;
      const number = i - HOT.length;
      return `channel-${number}","url":"${url}${random.below(10) > 0 ? `&channel_id=${Math.abs(reverseBits(number))}` : ''}`;
    });
    this.#bytes = ascii(pieces.join(''));
    this.#starts = new Uint32Array(pieces.length + 1);
    pieces.forEach((piece, i) => (this.#starts[i + 1] = this.#starts[i]! + piece.length));
  }

  write(out: JsonWriter, random: EventRandom): void {
    const hot = random.below(2) > 0;
    const channel = hot ? random.below(HOT.length) : HOT.length + random.below(OTHERS);
    out.range(this.#bytes, this.#starts[channel]!, this.#starts[channel + 1]!);
  }
}

function reverseBits(value: number): number {
  let reversed = 0;
  for (let i = 0; i < 32; i++) reversed = (reversed << 1) | ((value >>> i) & 1);
  return reversed;
}
