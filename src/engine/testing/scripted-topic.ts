import type {OpenSlabSource, PartitionPosition, SlabHandlers, SlabSource, SourceEvent} from '../../connectors/slab-source.ts';
import {slabOf} from './slab-of.ts';

const SLAB_RECORDS = 4096;

/** A topic in memory whose readers get its records when the test says so. */
export class ScriptedTopic {
  readonly #partitions: string[][];
  readonly #timestamp: number;
  readonly #readers: ScriptedReader[] = [];
  /** How many more slabs a reader gets, by the number of its opening from 0; absent = all that there are. */
  readonly #budgets = new Map<number, number>();
  readonly #lagging = new Set<number>();

  /** `timestamp` of every record, ms since 1970. */
  constructor(partitions: number, timestamp = 1_700_000_000_000) {
    this.#timestamp = timestamp;
    this.#partitions = Array.from({length: partitions}, () => []);
  }

  readonly open: OpenSlabSource = (_options, positions, handlers) => {
    const number = this.#readers.length;
    const reader = new ScriptedReader(positions, handlers, this.#partitions, {
      timestamp: this.#timestamp,
      spend: () => this.#spend(number),
      lags: partition => this.#lagging.has(partition),
    });
    this.#readers.push(reader);
    reader.schedule();
    return reader;
  };

  get opened(): number {
    return this.#readers.length;
  }

  isOpen(reader: number): boolean {
    return this.#readers[reader]?.closed === false;
  }

  append(partition: number, ...records: readonly object[]): void {
    this.#partitions[partition]!.push(...records.map(r => JSON.stringify(r)));
    for (const reader of this.#readers) reader.schedule();
  }

  /** Lets a reader have so many more slabs. */
  allow(reader: number, slabs: number): void {
    this.#budgets.set(reader, slabs);
    this.#readers[reader]?.schedule();
  }

  /** Nothing comes of a partition any more, or again. */
  lag(partition: number, lags: boolean): void {
    if (lags) this.#lagging.add(partition);
    else this.#lagging.delete(partition);
    for (const reader of this.#readers) reader.schedule();
  }

  /** What a reader has delivered, and which partitions it was asked to pause. */
  progress(reader: number): {readonly slabs: number; readonly paused: readonly number[]} {
    const {slabs, paused} = this.#readers[reader]!;
    return {slabs, paused: [...paused]};
  }

  left(reader: number): number {
    return this.#budgets.get(reader) ?? Infinity;
  }

  #spend(reader: number): boolean {
    const left = this.#budgets.get(reader) ?? Infinity;
    this.#budgets.set(reader, Math.max(0, left - 1));
    return left > 0;
  }

  tell(reader: number, event: SourceEvent): void {
    this.#readers[reader]!.handlers.onEvent(event);
  }
}

/** What a reader asks its topic for. `spend`: whether it may have another slab. */
type TopicShare = {readonly timestamp: number; readonly spend: () => boolean; readonly lags: (partition: number) => boolean};

class ScriptedReader implements SlabSource {
  closed = false;
  slabs = 0;
  readonly paused = new Set<number>();
  readonly handlers: SlabHandlers;
  readonly #offsets: Map<number, number>;
  readonly #partitions: readonly (readonly string[])[];
  readonly #topic: TopicShare;

  constructor(positions: readonly PartitionPosition[], handlers: SlabHandlers, partitions: string[][], topic: TopicShare) {
    this.handlers = handlers;
    this.#offsets = new Map(positions.map(({partition, offset}) => [partition, offset]));
    this.#partitions = partitions;
    this.#topic = topic;
  }

  schedule(): void {
    setImmediate(() => {
      if (this.closed) return;
      for (const [partition, offset] of this.#offsets) {
        if (this.paused.has(partition) || this.#topic.lags(partition)) continue;
        const texts = this.#partitions[partition]!.slice(offset, offset + SLAB_RECORDS);
        const {timestamp} = this.#topic;
        const records = texts.map((text, i) => ({offset: offset + i, timestamp, value: Buffer.from(text)}));
        if (records.length === 0) continue;
        if (!this.#topic.spend()) return;
        if (!this.handlers.onSlab(slabOf(partition, records, offset + records.length))) return;
        this.slabs++;
        this.#offsets.set(partition, offset + records.length);
        this.schedule();
      }
    });
  }

  resume(): void {
    this.schedule();
  }

  pausePartition(partition: number): void {
    this.paused.add(partition);
  }

  resumePartition(partition: number): void {
    this.paused.delete(partition);
    this.schedule();
  }

  endOffset(partition: number): number {
    return this.#partitions[partition]!.length;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
