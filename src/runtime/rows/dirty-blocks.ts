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
  #marks = new Uint8Array(16);
  /** Blocks that were ever marked are below this. */
  #blocks = 0;
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
    return this.#marks.length;
  }

  /** To be called before a row is changed. */
  mark(row: number): void {
    const block = row >> this.blockShift;
    if (block >= this.#blocks) this.#growTo(block + 1);
    const state = this.#marks[block]!;
    if (state === this.#now) return;
    if (state === this.#pending) this.#handOver(block, block + 1);
    this.#marks[block] = this.#now;
  }

  markAll(rows: Int32Array, n: number): void {
    const now = this.#now;
    for (let k = 0; k < n; k++) {
      const block = rows[k]! >> this.blockShift;
      // Beyond the end it is undefined.
      const state = this.#marks[block];
      if (state === now) continue;
      if (state === 0 && block < this.#blocks) this.#marks[block] = now;
      else this.mark(rows[k]!);
    }
  }

  #growTo(blocks: number): void {
    this.#blocks = blocks;
    if (blocks <= this.#marks.length) return;
    const grown = new Uint8Array(Math.max(blocks, this.#marks.length * 2));
    grown.set(this.#marks);
    this.#marks = grown;
  }

  /** Begins a checkpoint of the rows below `limit`; the result does the sweep. */
  checkpoint(writer: BlockWriter, full: boolean, limit: number): Slices {
    const everything = full || this.#incomplete || this.#writer !== null;
    this.#pending = this.#now;
    this.#now = 3 - this.#now;
    this.#writer = writer;
    this.#incomplete = false;
    const blocks = Math.ceil(limit / (1 << this.blockShift));
    if (blocks > this.#blocks) this.#growTo(blocks);
    if (everything) this.#marks.fill(this.#pending, 0, blocks);
    return this.#sweep(this.#blocks);
  }

  *#sweep(blocks: number): Slices {
    let finished = false;
    let bytes = 0;
    let runs = 0;
    const perPage = this.#pages.rowsPerPage >> this.blockShift;
    try {
      for (let b = this.#marks.indexOf(this.#pending); b >= 0 && b < blocks; b = this.#marks.indexOf(this.#pending, b)) {
        const first = b;
        const end = Math.min(blocks, (Math.floor(b / perPage) + 1) * perPage);
        // Growth replaces the array, but not while this runs.
        const marks = this.#marks;
        while (b < end && marks[b] === this.#pending) marks[b++] = 0;
        this.#handOver(first, b);
        bytes += (b - first) * this.blockBytes;
        if (bytes < BYTES_PER_SLICE && ++runs < RUNS_PER_SLICE) continue;
        bytes = runs = 0;
        yield;
      }
      finished = true;
    } finally {
      this.#incomplete = !finished;
      this.#pending = IDLE;
      this.#writer = null;
    }
  }

  /** Writes blocks of one page. */
  #handOver(first: number, end: number): void {
    const {bytes, rowsPerPage} = this.#pages;
    const perPage = rowsPerPage >> this.blockShift;
    const page = Math.floor(first / perPage);
    const from = (first - page * perPage) * this.blockBytes;
    this.#writer!.blocks(this.#section, first, bytes[page]!.subarray(from, from + (end - first) * this.blockBytes));
  }

  clear(): void {
    this.#marks = new Uint8Array(16);
    this.#blocks = 0;
    this.#pending = IDLE;
    this.#writer = null;
  }
}
