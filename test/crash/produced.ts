import type {RawProducer} from '../kafka/producer.ts';
import {crashRecord} from './crash-record.ts';
import type {PlacedRow} from './crash-views.ts';
import {below, type Random} from '../../src/common/testing/seeded-random.ts';

/** Partitions of the topic. */
export const PARTITIONS = 3;

/** The last record of each partition that counts, plus one. */
export type Frontier = readonly number[];

/** Produces records and remembers what each means: the independent account of the topic. */
export class Produced {
  readonly partitions: readonly {readonly rows: PlacedRow[]; readonly bad: number[]; end: number}[];
  readonly #producer: RawProducer;
  readonly #random: Random;
  count = 0;

  constructor(producer: RawProducer, random: Random) {
    this.#producer = producer;
    this.#random = random;
    this.partitions = Array.from({length: producer.partitions}, () => ({rows: [], bad: [], end: 0}));
  }

  /** Sends the next `count` records, each to a partition of its own choice, and waits until the broker has them. */
  async send(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const id = this.count++;
      const partition = below(this.#random, this.partitions.length);
      const account = this.partitions[partition]!;
      const {value, row} = crashRecord(id, this.#random);
      const offset = account.end++;
      if (row === undefined) account.bad.push(offset);
      else account.rows.push({...row, partition, offset});
      const room = this.#producer.send(partition, value);
      if (room !== undefined) await room;
    }
    await this.#producer.flush();
  }

  close(): Promise<void> {
    return this.#producer.close();
  }

  get end(): Frontier {
    return this.partitions.map(p => p.end);
  }

  /** The rows below a frontier. */
  *rows(frontier: Frontier): Generator<PlacedRow> {
    for (const [partition, {rows}] of this.partitions.entries())
      for (const row of rows) {
        if (row.offset >= frontier[partition]!) break;
        yield row;
      }
  }

  /** The bad records below a frontier, as [partition, offset] in text. */
  bad(frontier: Frontier): string[][] {
    return this.partitions.flatMap(({bad}, partition) => bad.filter(o => o < frontier[partition]!).map(o => [`${partition}`, `${o}`]));
  }
}
