import type {OpenSlabSource, PartitionPosition, RecordSlab, SlabHandlers, SlabSource} from '../../connectors/slab-source.ts';

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
      const slab = slabOf(this.#topic.records, this.#next);
      if (!this.#handlers.onSlab(slab)) return;
      this.#next = slab.nextOffset;
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

function slabOf(records: readonly Uint8Array[], from: number): RecordSlab {
  const count = Math.min(SLAB_RECORDS, records.length - from);
  const slice = records.slice(from, from + count);
  const bytes = Buffer.concat(slice);
  const valueStart = new Int32Array(count);
  const valueEnd = new Int32Array(count);
  let at = 0;
  for (const [i, record] of slice.entries()) {
    valueStart[i] = at;
    valueEnd[i] = at += record.length;
  }
  const absent = new Int32Array(count).fill(-1);
  return {
    partition: 0,
    bytes,
    count,
    offsets: Float64Array.from({length: count}, (_, i) => from + i),
    timestamps: new Float64Array(count).fill(Date.now()),
    valueStart,
    valueEnd,
    keyStart: absent,
    keyEnd: absent,
    headersStart: absent,
    headersEnd: absent,
    nextOffset: from + count,
  };
}
