import type {StreamPiece} from '../../runtime/durability/step-record.ts';
import type {ReaderQueue} from './reader-queue.ts';
import {copyRecords, splitRecords, type RecordBatch} from './record-batch.ts';

type Held = {readonly batch: RecordBatch; readonly leavesVersion: number; readonly inRing: boolean};

/**
 * A stream's records while journalled steps run again: the reader delivers them in slabs and an order of its own; here they wait by
 * partition and are cut where each step had cut them.
 */
export class RecordedInput {
  readonly #queue: ReaderQueue;
  readonly #offsetLeaf: number;
  readonly #held = new Map<number, Held[]>();
  /** Next offset of each partition of what has come. */
  readonly #come = new Map<number, number>();

  constructor(queue: ReaderQueue, offsetLeaf: number) {
    this.#queue = queue;
    this.#offsetLeaf = offsetLeaf;
  }

  /** The first piece whose records have not all come yet, or undefined: the step can run. */
  missing(pieces: readonly StreamPiece[]): StreamPiece | undefined {
    for (const piece of pieces) {
      while ((this.#come.get(piece.partition) ?? 0) < piece.nextOffset) {
        const leavesVersion = this.#queue.leavesVersion;
        const batch = this.#queue.take();
        if (batch === undefined) return piece;
        this.#hold(batch, leavesVersion);
      }
    }
    return undefined;
  }

  #hold(batch: RecordBatch, leavesVersion: number): void {
    const {partition, nextOffset} = batch.header;
    const held = this.#held.get(partition);
    const entry: Held = {batch, leavesVersion, inRing: true};
    if (held === undefined) this.#held.set(partition, [entry]);
    else held.push(entry);
    this.#come.set(partition, nextOffset);
  }

  /** The records of a piece that is not missing. */
  *take({partition, nextOffset}: StreamPiece): Generator<RecordBatch> {
    const held = this.#held.get(partition) ?? [];
    for (let first = held[0]; first !== undefined; first = held[0]) {
      if (first.batch.header.nextOffset <= nextOffset) {
        held.shift();
        yield first.batch;
        if (first.batch.header.nextOffset === nextOffset) return;
        continue;
      }
      const [before, after] = splitRecords(first.batch, nextOffset, this.#offsetLeaf);
      held[0] = {...first, batch: after};
      yield before;
      return;
    }
  }

  /** Copies what waits out of the ring and gives the ring's memory back. */
  settle(): void {
    for (const held of this.#held.values()) {
      for (const [i, {batch, leavesVersion, inRing}] of held.entries())
        if (inRing) held[i] = {batch: copyRecords(batch), leavesVersion, inRing: false};
    }
    this.#queue.release();
  }

  /** The last recorded step has run: what came beyond it is for the steps to come. */
  finish(): void {
    this.settle();
    // Batches with fewer leaves come before those with more, as they did in the ring.
    this.#queue.giveBack([...this.#held.values()].flat().sort((a, b) => a.leavesVersion - b.leavesVersion));
    this.#held.clear();
  }
}
