import type {StreamPiece} from '../../runtime/durability/step-record.ts';
import type {ReaderQueue} from './reader-queue.ts';
import {copyRecords, recordBytes, splitRecords, type RecordBatch} from './record-batch.ts';

type Held = {readonly batch: RecordBatch; readonly bytes: number; readonly leavesVersion: number; readonly inRing: boolean};

/** Bytes of records that may wait for their steps; what is on its way when that is reached comes on top: at most a ring. */
export const REPLAY_BYTES = 1 << 24;

export type RecordedInputArgs = {
  readonly queue: ReaderQueue;
  readonly offsetLeaf: number;
  readonly limit: number;
  /** Asks the reader for no more of a partition, or to go on with it. */
  readonly pause: (partition: number, isPaused: boolean) => void;
};

/**
 * A stream's records while journalled steps run again: the reader delivers them in slabs and an order of its own; here they wait by
 * partition and are cut where each step had cut them. Partitions that are far ahead of the step that is due rest meanwhile, so that it does
 * not matter how far the one behind them lags.
 */
export class RecordedInput {
  readonly #queue: ReaderQueue;
  readonly #offsetLeaf: number;
  readonly #limit: number;
  readonly #pause: RecordedInputArgs['pause'];
  readonly #held = new Map<number, Held[]>();
  /** Next offset of each partition of what has come. */
  readonly #come = new Map<number, number>();
  readonly #paused = new Set<number>();
  #bytes = 0;

  constructor({queue, offsetLeaf, limit, pause}: RecordedInputArgs) {
    this.#queue = queue;
    this.#offsetLeaf = offsetLeaf;
    this.#limit = limit;
    this.#pause = pause;
  }

  /** Bytes that wait here. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The first piece whose records have not all come yet, or undefined: the step can run. */
  missing(pieces: readonly StreamPiece[]): StreamPiece | undefined {
    for (const piece of pieces) {
      while ((this.#come.get(piece.partition) ?? 0) < piece.nextOffset) {
        this.#goOnWith(piece.partition);
        const leavesVersion = this.#queue.leavesVersion;
        const batch = this.#queue.take();
        if (batch === undefined) return piece;
        this.#hold(batch, leavesVersion);
        const {partition} = batch.header;
        if (partition !== piece.partition && this.#bytes > this.#limit) this.#rest(partition);
      }
    }
    return undefined;
  }

  #hold(batch: RecordBatch, leavesVersion: number): void {
    const {partition, nextOffset} = batch.header;
    const held = this.#held.get(partition);
    const entry: Held = {batch, bytes: recordBytes(batch), leavesVersion, inRing: true};
    this.#bytes += entry.bytes;
    if (held === undefined) this.#held.set(partition, [entry]);
    else held.push(entry);
    this.#come.set(partition, nextOffset);
  }

  #rest(partition: number): void {
    if (this.#paused.has(partition)) return;
    this.#paused.add(partition);
    this.#pause(partition, true);
  }

  #goOnWith(partition: number): void {
    if (this.#paused.delete(partition)) this.#pause(partition, false);
  }

  /** The records of a piece that is not missing. */
  *take({partition, nextOffset}: StreamPiece): Generator<RecordBatch> {
    const held = this.#held.get(partition) ?? [];
    for (let first = held[0]; first !== undefined; first = held[0]) {
      if (first.batch.header.nextOffset <= nextOffset) {
        held.shift();
        this.#bytes -= first.bytes;
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

  /** Copies what waits out of the ring and gives the ring's memory back; with room again those go on that rest. */
  settle(): void {
    for (const held of this.#held.values()) {
      for (const [i, entry] of held.entries()) if (entry.inRing) held[i] = {...entry, batch: copyRecords(entry.batch), inRing: false};
    }
    this.#queue.release();
    if (this.#bytes < this.#limit / 2) for (const partition of [...this.#paused]) this.#goOnWith(partition);
  }

  /** The last recorded step has run: what came beyond it is for the steps to come. */
  finish(): void {
    this.settle();
    for (const partition of [...this.#paused]) this.#goOnWith(partition);
    // Batches with fewer leaves come before those with more, as they did in the ring.
    this.#queue.giveBack([...this.#held.values()].flat().sort((a, b) => a.leavesVersion - b.leavesVersion));
    this.#held.clear();
    this.#bytes = 0;
  }
}
