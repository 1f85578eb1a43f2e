import type {BlockWriter} from '../graph/operator.ts';
import {CHUNK_HEADER, writeChunkHeader} from './segment-format.ts';

/** Chunks are handed over in pieces of about this size. */
const PIECE_BYTES = 1 << 20;

/**
 * Collects the blocks of one checkpoint, store after store, as chunks of a segment file. `flush` receives finished pieces: whole chunks,
 * in a buffer of their own that the receiver keeps.
 */
export class SegmentWriter {
  readonly #flush: (piece: Uint8Array) => void;
  #piece = new Uint8Array(PIECE_BYTES);
  #used = 0;
  bytes = 0;

  constructor(flush: (piece: Uint8Array) => void) {
    this.#flush = flush;
  }

  /** The writer for the blocks of store number `store`; `blockBytes` as StateStore.blockBytes. */
  forStore(store: number, blockBytes: (section: number) => number): BlockWriter {
    return {blocks: (section, first, bytes) => this.#chunk(store, section, first, blockBytes(section), bytes)};
  }

  #chunk(store: number, section: number, first: number, blockBytes: number, bytes: Uint8Array): void {
    const size = CHUNK_HEADER + bytes.length;
    if (this.#used + size > this.#piece.length) this.finish(size);
    this.#piece.set(bytes, this.#used + CHUNK_HEADER);
    writeChunkHeader(this.#piece, this.#used, {store, section, first, blockBytes}, bytes.length);
    this.#used += size;
  }

  /** Hands over what has been collected. */
  finish(nextBytes = 0): void {
    if (this.#used > 0) {
      this.bytes += this.#used;
      this.#flush(this.#piece.subarray(0, this.#used));
    }
    this.#piece = new Uint8Array(Math.max(PIECE_BYTES, nextBytes));
    this.#used = 0;
  }
}
