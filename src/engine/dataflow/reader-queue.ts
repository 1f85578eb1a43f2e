import {MESSAGE_BATCH, readBatchColumns, readBatchHeader, type BatchHeader} from '../../runtime/ring/batch-message.ts';
import {RingConsumer, type RingMemory} from '../../runtime/ring/byte-ring.ts';
import type {Column} from '../../runtime/batch/column.ts';
import {readBadRecords, type BadRecord} from '../ingest/bad-records.ts';

/** A decoded slab: columns by the reader's leaves (null = not decoded), and what could not be decoded. */
export type RecordBatch = {readonly header: BatchHeader; readonly columns: readonly (Column | null)[]; readonly bad: readonly BadRecord[]};

/** The consuming end of one reader's ring. What is taken stays valid until `release`. */
export class ReaderQueue {
  readonly #ring: RingConsumer;
  #peeked: RecordBatch | undefined;
  /** Version of the leaves that the batches from here on carry. */
  leavesVersion = 0;

  constructor(memory: RingMemory) {
    this.#ring = new RingConsumer(memory);
  }

  /** The next batch without taking it, or undefined. */
  peek(): RecordBatch | undefined {
    while (this.#peeked === undefined) {
      const address = this.#ring.take();
      if (address < 0) return undefined;
      if (this.#ring.words[(address >> 2) + 1] !== MESSAGE_BATCH) {
        this.leavesVersion = this.#ring.words[(address >> 2) + 2]!;
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
    this.#peeked = undefined;
    return batch;
  }

  /** Gives back the memory of everything taken; a batch that was only peeked at must have been taken too. */
  release(): void {
    if (this.#peeked === undefined) this.#ring.releaseTo(this.#ring.position);
  }
}
