import {MESSAGE_BATCH, readBatchColumns, readBatchHeader} from '../../runtime/ring/batch-message.ts';
import {RingConsumer, type RingMemory} from '../../runtime/ring/byte-ring.ts';
import {readBadRecords} from '../ingest/bad-records.ts';
import type {RecordBatch} from './record-batch.ts';

/** A batch and the version of the leaves that it carries. */
type Versioned = {readonly batch: RecordBatch; readonly leavesVersion: number};

/** The consuming end of one reader's ring. What is taken stays valid until `release`. */
export class ReaderQueue {
  readonly #ring: RingConsumer;
  #peeked: RecordBatch | undefined;
  #ringVersion = 0;
  /** Taken before, in memory of their own, and not used: they come first. */
  #returned: Versioned[] = [];
  /** Those of them that were taken since the last release. */
  #reused: Versioned[] = [];
  /** The version that held at the last release. */
  #releasedVersion = 0;

  constructor(memory: RingMemory) {
    this.#ring = new RingConsumer(memory);
  }

  /** Version of the leaves that the batches from here on carry. */
  get leavesVersion(): number {
    return this.#returned[0]?.leavesVersion ?? this.#ringVersion;
  }

  /** The next batch without taking it, or undefined. */
  peek(): RecordBatch | undefined {
    if (this.#returned[0] !== undefined) return this.#returned[0].batch;
    while (this.#peeked === undefined) {
      const address = this.#ring.take();
      if (address < 0) return undefined;
      if (this.#ring.words[(address >> 2) + 1] !== MESSAGE_BATCH) {
        this.#ringVersion = this.#ring.words[(address >> 2) + 2]!;
        continue;
      }
      const header = readBatchHeader(this.#ring, address);
      const bad = header.badRecords === 0 ? [] : readBadRecords(this.#ring.bytes.buffer, header.badRecordsAt, header.badRecords);
      this.#peeked = {header, columns: readBatchColumns(this.#ring, address), bad};
    }
    return this.#peeked;
  }

  take(): RecordBatch | undefined {
    const batch = this.peek();
    if (this.#returned.length > 0) this.#reused.push(this.#returned.shift()!);
    else this.#peeked = undefined;
    return batch;
  }

  /** Gives batches back that were taken and are in memory of their own: they come again before all others. */
  giveBack(batches: readonly Versioned[]): void {
    this.#returned = [...batches, ...this.#returned];
  }

  /** Gives back the memory of everything taken; a batch that was only peeked at must have been taken too. */
  release(): void {
    this.#reused = [];
    if (this.#peeked !== undefined) return;
    this.#ring.releaseTo(this.#ring.position);
    this.#releasedVersion = this.#ringVersion;
  }

  /** Everything that was taken since the last release comes again. */
  rewind(): void {
    this.#returned = [...this.#reused, ...this.#returned];
    this.#reused = [];
    this.#peeked = undefined;
    this.#ring.rewind();
    this.#ringVersion = this.#releasedVersion;
  }

  /** Bytes that wait in the ring. */
  get bytes(): number {
    return this.#ring.used;
  }
}
