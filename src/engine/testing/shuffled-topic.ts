import type {OpenSlabSource, RecordSlab, SlabHandlers, SlabSource} from '../../connectors/slab-source.ts';
import {slabOf, type SlabRecord} from './slab-of.ts';

/** A record, or a place where none is: a marker, or compacted away. */
export type TopicRecord = string | null;

/**
 * A topic in memory whose readers deliver slabs of random sizes, partitions in random order: each reading of it is cut and interleaved
 * differently, but for the order within a partition.
 */
export class ShuffledTopic {
  readonly partitions: readonly TopicRecord[][];
  readonly #random: () => number;
  readonly #readers = new Set<ShuffledReader>();

  constructor(partitions: number, random: () => number) {
    this.partitions = Array.from({length: partitions}, () => []);
    this.#random = random;
  }

  add(partition: number, records: readonly TopicRecord[]): void {
    this.partitions[partition]!.push(...records);
    for (const reader of this.#readers) reader.wake();
  }

  /** Where the partitions end. */
  get ends(): number[] {
    return this.partitions.map(records => records.length);
  }

  readonly open: OpenSlabSource = (_options, positions, handlers) => {
    const reader = new ShuffledReader(this, new Map(positions.map(p => [p.partition, p.offset])), handlers, this.#random);
    this.#readers.add(reader);
    reader.closed = () => this.#readers.delete(reader);
    reader.wake();
    return reader;
  };
}

class ShuffledReader implements SlabSource {
  closed: () => void = () => {};
  readonly #topic: ShuffledTopic;
  readonly #next: Map<number, number>;
  readonly #handlers: SlabHandlers;
  readonly #random: () => number;
  #refused: RecordSlab | undefined;
  readonly #paused = new Set<number>();
  #scheduled = false;
  #ended = false;

  constructor(topic: ShuffledTopic, next: Map<number, number>, handlers: SlabHandlers, random: () => number) {
    this.#topic = topic;
    this.#next = next;
    this.#handlers = handlers;
    this.#random = random;
  }

  wake(): void {
    if (this.#scheduled || this.#ended) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#offer();
    });
  }

  resume(): void {
    this.wake();
  }

  pausePartition(partition: number): void {
    this.#paused.add(partition);
    // As Kafka's reader does: what was refused comes again later, cut otherwise.
    if (this.#refused?.partition === partition) this.#refused = undefined;
  }

  resumePartition(partition: number): void {
    this.#paused.delete(partition);
    this.wake();
  }

  endOffset(partition: number): number {
    return this.#topic.partitions[partition]!.length;
  }

  close(): Promise<void> {
    this.#ended = true;
    this.closed();
    return Promise.resolve();
  }

  #offer(): void {
    if (this.#ended) return;
    const slab = this.#refused ?? this.#nextSlab();
    if (slab === undefined) return;
    if (!this.#handlers.onSlab(slab)) {
      this.#refused = slab;
      return;
    }
    this.#refused = undefined;
    this.#next.set(slab.partition, slab.nextOffset);
    this.wake();
  }

  #nextSlab(): RecordSlab | undefined {
    const waiting = this.#topic.partitions.flatMap((records, p) =>
      (this.#next.get(p) ?? 0) < records.length && !this.#paused.has(p) ? [p] : [],
    );
    const partition = waiting[Math.floor(this.#random() * waiting.length)];
    if (partition === undefined) return undefined;
    const from = this.#next.get(partition) ?? 0;
    const left = this.#topic.partitions[partition]!.length - from;
    const most = Math.ceil(left * this.#random());
    const to = from + Math.max(1, most);
    return slabOf(partition, recordsOf(this.#topic.partitions[partition]!, from, to), to);
  }
}

/** Those that are there of [from, to). */
function recordsOf(records: readonly TopicRecord[], from: number, to: number): SlabRecord[] {
  return records.slice(from, to).flatMap((text, i) => {
    const offset = from + i;
    return text === null ? [] : [{offset, timestamp: 1_700_000_000_000 + offset, value: Buffer.from(text)}];
  });
}
