import type {BlockWriter, Slices} from '../graph/operator.ts';
import type {RowPages} from './row-pages.ts';

/** A block is as many rows (a power of two) as fit in so many bytes: random changes then drag little along into a checkpoint. */
const BLOCK_BYTES = 192;
const BYTES_PER_SLICE = 1 << 20;
const RUNS_PER_SLICE = 2048;
const IDLE = -1;

/**
 * Which blocks of rows changed since the last checkpoint: one byte a block, 0 = clean, else the number (1 or 2, alternating) of the
 * interval in which it changed. A checkpoint turns the current interval into the pending one. A pending block is handed over by the sweep
 * or right before it first changes, whichever comes first: so all of them are of the step at which the checkpoint began.
 */
export class DirtyBlocks {
  readonly blockShift: number;
  readonly #pages: RowPages;
  readonly #section: number;
  readonly #marks: Uint8Array[] = [];
  #now = 1;
  #pending = IDLE;
  #writer: BlockWriter | null = null;
  #incomplete = false;

  constructor(pages: RowPages, section: number) {
    this.#pages = pages;
    this.#section = section;
    this.blockShift = Math.min(pages.shift, Math.max(0, Math.floor(Math.log2(BLOCK_BYTES / (pages.stride * 4)))));
  }

  get blockBytes(): number {
    return (this.#pages.stride * 4) << this.blockShift;
  }

  byteLength(): number {
    return this.#marks.length * (this.#pages.rowsPerPage >> this.blockShift);
  }

  /** To be called before a row is changed. */
  mark(row: number): void {
    const {shift, mask} = this.#pages;
    const marks = this.#marks[row >> shift] ?? this.#addMarks(row >> shift);
    const block = (row & mask) >> this.blockShift;
    const state = marks[block]!;
    if (state === this.#now) return;
    if (state === this.#pending) this.#handOver(row >> shift, block, block + 1);
    marks[block] = this.#now;
  }

  /** Begins a checkpoint of the rows below `limit`; the result does the sweep. */
  checkpoint(writer: BlockWriter, full: boolean, limit: number): Slices {
    const everything = full || this.#incomplete || this.#writer !== null;
    this.#pending = this.#now;
    this.#now = 3 - this.#now;
    this.#writer = writer;
    this.#incomplete = false;
    if (everything) {
      const blocks = Math.ceil(limit / (1 << this.blockShift));
      const perPage = this.#pages.rowsPerPage >> this.blockShift;
      for (let p = 0; p * perPage < blocks; p++) {
        (this.#marks[p] ?? this.#addMarks(p)).fill(this.#pending, 0, Math.min(perPage, blocks - p * perPage));
      }
    }
    return this.#sweep(this.#marks.length);
  }

  *#sweep(pages: number): Slices {
    let finished = false;
    let bytes = 0;
    let runs = 0;
    const blockBytes = this.blockBytes;
    try {
      for (let p = 0; p < pages; p++) {
        const marks = this.#marks[p]!;
        for (let b = marks.indexOf(this.#pending); b >= 0; b = marks.indexOf(this.#pending, b)) {
          const first = b;
          while (b < marks.length && marks[b] === this.#pending) marks[b++] = 0;
          this.#handOver(p, first, b);
          bytes += (b - first) * blockBytes;
          if (bytes < BYTES_PER_SLICE && ++runs < RUNS_PER_SLICE) continue;
          bytes = runs = 0;
          yield;
        }
      }
      finished = true;
    } finally {
      this.#incomplete = !finished;
      this.#pending = IDLE;
      this.#writer = null;
    }
  }

  #handOver(page: number, first: number, end: number): void {
    const perPage = this.#pages.rowsPerPage >> this.blockShift;
    this.#writer!.blocks(
      this.#section,
      page * perPage + first,
      this.#pages.bytes[page]!.subarray(first * this.blockBytes, end * this.blockBytes),
    );
  }

  #addMarks(page: number): Uint8Array {
    for (let p = this.#marks.length; p <= page; p++) this.#marks.push(new Uint8Array(this.#pages.rowsPerPage >> this.blockShift));
    return this.#marks[page]!;
  }

  clear(): void {
    this.#marks.length = 0;
    this.#pending = IDLE;
    this.#writer = null;
  }
}
