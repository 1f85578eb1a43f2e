import type {RecordSlab} from '../../slab-source.ts';
import {CorruptBatch} from './batch-header.ts';
import type {HeldFrame} from './held-frame.ts';
import type {PartitionState} from './partition-state.ts';
import {RecordWalker, type FetchedPiece} from './record-walker.ts';

/** The event loop gets a turn after this long. */
const SLICE_MS = 4;

type QueuedPiece = {readonly state: PartitionState; readonly generation: number; readonly piece: FetchedPiece; readonly frame: HeldFrame};

export type DeliveryArgs = {
  readonly checkCrcs: boolean;
  /** False = refused: the same slab comes again after `resume`. */
  readonly onRecords: (slab: RecordSlab) => boolean;
  /** A piece has been delivered to its end. */
  readonly onPieceDone: (state: PartitionState) => void;
  readonly onCorrupt: (state: PartitionState, error: CorruptBatch) => void;
};

/** Hands fetched pieces out slab by slab, in the order of their arrival, on turns of its own. */
export class DeliveryQueue {
  readonly #args: DeliveryArgs;
  readonly #walker: RecordWalker;
  #queue: QueuedPiece[] = [];
  #current: QueuedPiece | undefined;
  /** The walker's slab has been refused and is to be offered again. */
  #offered = false;
  #scheduled = false;
  #closed = false;

  constructor(args: DeliveryArgs) {
    this.#args = args;
    this.#walker = new RecordWalker({checkCrcs: args.checkCrcs});
  }

  add(state: PartitionState, piece: FetchedPiece, frame: HeldFrame): void {
    frame.addPiece();
    this.#queue.push({state, generation: state.generation, piece, frame});
    this.#schedule();
  }

  /** Goes on after a refusal. */
  resume(): void {
    this.#schedule();
  }

  /** Drops what is queued for partitions that have been rewound since. */
  dropStale(): void {
    const stale = (queued: QueuedPiece): boolean => queued.generation !== queued.state.generation;
    const dropped = this.#queue.filter(stale);
    if (dropped.length > 0) this.#queue = this.#queue.filter(queued => !stale(queued));
    if (this.#current !== undefined && stale(this.#current)) {
      dropped.push(this.#current);
      this.#current = undefined;
      // A refusal concerns the consumer, not the slab: delivery goes on only with `resume`.
    }
    for (const {frame} of dropped) frame.release();
  }

  close(): void {
    this.#closed = true;
    for (const {frame} of this.#queue.splice(0)) frame.release();
    this.#current?.frame.release();
    this.#current = undefined;
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    const deadline = performance.now() + SLICE_MS;
    for (;;) {
      if (this.#closed) return;
      const current = this.#current ?? this.#openNext();
      if (current === undefined) return;
      if (!this.#offered && !this.#walk(current)) continue;
      const {slab} = this.#walker;
      this.#offered = true;
      if (!this.#args.onRecords(slab)) return;
      this.#offered = false;
      if (current.generation === current.state.generation) current.state.deliveredOffset = slab.nextOffset;
      if (performance.now() > deadline) {
        this.#schedule();
        return;
      }
    }
  }

  #openNext(): QueuedPiece | undefined {
    this.#offered = false;
    const next = this.#queue.shift();
    if (next === undefined) return undefined;
    this.#current = next;
    this.#walker.open(next.piece);
    return next;
  }

  /** Whether there is a slab to offer; at the end of the piece, and on damage, the piece is finished here. */
  #walk(current: QueuedPiece): boolean {
    try {
      if (this.#walker.next()) return true;
      this.#finish(current);
      this.#args.onPieceDone(current.state);
    } catch (error) {
      if (!(error instanceof CorruptBatch)) throw error;
      this.#finish(current);
      this.#args.onCorrupt(current.state, error);
    }
    return false;
  }

  #finish(current: QueuedPiece): void {
    this.#current = undefined;
    current.frame.release();
  }
}
