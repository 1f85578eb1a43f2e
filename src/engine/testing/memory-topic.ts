import type {OpenSlabSource, PartitionPosition, SlabHandlers, SlabSource} from '../../connectors/slab-source.ts';
import {slabOf} from './slab-of.ts';

const SLAB_RECORDS = 1024;

/** A topic in memory with one partition, for tests: records appear when the test appends them, for every reader that is open. */
export class MemoryTopic {
  readonly records: Uint8Array[] = [];
  readonly #sources = new Set<MemorySource>();

  readonly open: OpenSlabSource = (_options, positions, handlers) => {
    const source = new MemorySource(this, positions, handlers, () => this.#sources.delete(source));
    this.#sources.add(source);
    setImmediate(() => source.resume());
    return source;
  };

  append(records: readonly Uint8Array[]): void {
    for (const record of records) this.records.push(record);
    for (const source of this.#sources) source.resume();
  }
}

class MemorySource implements SlabSource {
  readonly #topic: MemoryTopic;
  readonly #handlers: SlabHandlers;
  readonly #onClose: () => void;
  #next: number;

  constructor(topic: MemoryTopic, positions: readonly PartitionPosition[], handlers: SlabHandlers, onClose: () => void) {
    this.#topic = topic;
    this.#next = positions[0]?.offset ?? 0;
    this.#handlers = handlers;
    this.#onClose = onClose;
  }

  resume(): void {
    while (this.#next < this.#topic.records.length) {
      const from = this.#next;
      const timestamp = Date.now();
      const records = this.#topic.records.slice(from, from + SLAB_RECORDS).map((value, i) => ({offset: from + i, timestamp, value}));
      if (!this.#handlers.onSlab(slabOf(0, records, from + records.length))) return;
      this.#next = from + records.length;
    }
  }

  endOffset(): number {
    return this.#topic.records.length;
  }

  close(): Promise<void> {
    this.#onClose();
    return Promise.resolve();
  }
}
