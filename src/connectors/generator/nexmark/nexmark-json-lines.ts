import {JsonWriter} from '../json-writer.ts';
import {NexmarkGenerator, type NexmarkOptions} from './nexmark-generator.ts';

const NEWLINE = 10;

export type NexmarkLines = {readonly events: number; readonly bytes: number};

/** Writes nexmark events as JSON lines, for loading topics and files. Keeps its tables between calls. */
export class NexmarkJsonLines {
  readonly #generator: NexmarkGenerator;

  constructor({seed = 1, eventsPerSecond = 10_000, baseTime = 1_700_000_000_000}: Partial<NexmarkOptions> = {}) {
    this.#generator = new NexmarkGenerator({seed, eventsPerSecond, baseTime});
  }

  /**
   * Writes events `from`, `from` + 1, … to `target`, each with a newline: `count` of them, or as many as are sure to fit. `ends`, if
   * given, receives where each one ends (before its newline).
   */
  write(target: Uint8Array, from: number, count: number, ends?: Int32Array): NexmarkLines {
    const writer = new JsonWriter(target);
    const last = target.length - this.#generator.maxBytes - 1;
    let events = 0;
    for (; events < count && writer.at <= last; events++) {
      this.#generator.write(from + events, writer, 0);
      if (ends !== undefined) ends[events] = writer.at;
      target[writer.at++] = NEWLINE;
    }
    return {events, bytes: writer.at};
  }
}
