import {copyBytes} from '../batch/copy-bytes.ts';
import type {BlockWriter, Slices} from '../graph/operator.ts';

const PAGE_SHIFT = 16;
const UNITS_PER_PAGE = 1 << PAGE_SHIFT;
const UNIT_MASK = UNITS_PER_PAGE - 1;
const PAGE_BYTES = UNITS_PER_PAGE * 4;
const FIRST_BYTES = 1024;
export const ARENA_BLOCK_BYTES = 256;
const BLOCKS_PER_PAGE = PAGE_BYTES / ARENA_BLOCK_BYTES;
/** Less dead space than this is never worth a compaction. */
const MIN_DEAD = 2 * PAGE_BYTES;
const NO_PAGE = new Uint8Array(0);

/**
 * Variable-width values of a store, in append-only pages of 256 KB (a larger value has a buffer of its own, spanning several page
 * numbers). A reference counts 4-byte units: page `ref >>> 16`, byte `(ref & 0xffff) * 4`. Bytes are never overwritten while anything may
 * refer to them, so undo logs, pins and a running checkpoint keep bare references.
 *
 * `free` only counts. A page without live bytes is dropped by `reclaim` once no reader can know it; pages that are mostly dead become
 * `victims`, whose live values the owner of the rows moves away bit by bit (row-store.ts).
 */
export class ByteArena {
  readonly pages: Uint8Array[] = [];
  /** Live bytes, rounded up to units, per page. */
  readonly #live: number[] = [];
  readonly #used: number[] = [];
  readonly #checkpointed: number[] = [];
  readonly #diedAt: number[] = [];
  readonly #freeNumbers: number[] = [];
  #tail = -1;
  #reserved = 0;
  #usedTotal = 0;
  /** Some page lost its last live byte since `reclaim` last found none left. */
  #someDied = false;
  liveBytes = 0;
  victims: Uint8Array | null = null;

  /** Copies `source[start … end)` in; returns its reference. */
  put(source: Uint8Array, start: number, end: number): number {
    const size = end - start;
    if (size === 0) return 0;
    const rounded = (size + 3) & ~3;
    const page = this.#pageWith(rounded);
    const at = this.#used[page]!;
    copyBytes(source, start, end, this.pages[page]!, at);
    this.#used[page] = at + rounded;
    this.#live[page]! += rounded;
    this.liveBytes += rounded;
    this.#usedTotal += rounded;
    return (page << PAGE_SHIFT) | (at >> 2);
  }

  /** Notes that one reference to these bytes is gone. */
  free(ref: number, size: number): void {
    if (size === 0) return;
    const rounded = (size + 3) & ~3;
    if ((this.#live[ref >>> PAGE_SHIFT]! -= rounded) === 0) this.#someDied = true;
    this.liveBytes -= rounded;
  }

  /** Notes that a reference is back (undo) or found (recovery). */
  revive(ref: number, size: number): void {
    if (size === 0) return;
    const rounded = (size + 3) & ~3;
    this.#live[ref >>> PAGE_SHIFT]! += rounded;
    this.liveBytes += rounded;
  }

  pageOf(ref: number): Uint8Array {
    return this.pages[ref >>> PAGE_SHIFT]!;
  }

  startOf(ref: number): number {
    return (ref & UNIT_MASK) << 2;
  }

  byteLength(): number {
    return this.#reserved;
  }

  isVictim(ref: number): boolean {
    return this.victims !== null && this.victims[ref >>> PAGE_SHIFT] === 1;
  }

  /** Chooses mostly dead pages when they are worth it. The owner then moves every value for which `isVictim` and calls `compacted`. */
  chooseVictims(): boolean {
    const dead = this.#usedTotal - this.liveBytes;
    if (dead < MIN_DEAD || dead * 3 < this.#usedTotal) return false;
    const victims = new Uint8Array(this.pages.length);
    let any = false;
    for (let p = 0; p < victims.length; p++) {
      if (p === this.#tail || this.#live[p]! === 0 || this.#live[p]! * 2 > this.#used[p]!) continue;
      victims[p] = 1;
      any = true;
    }
    this.victims = any ? victims : null;
    return any;
  }

  compacted(): void {
    this.victims = null;
  }

  /**
   * Drops pages without live bytes. `now` = sequence number of the published step; `oldestReader` = that of the oldest pinned one (Infinity
   * if none): a page goes only when it died at or before that.
   */
  reclaim(now: number, oldestReader: number): void {
    if (!this.#someDied) return;
    this.#someDied = false;
    for (let p = 0; p < this.pages.length; p++) {
      if (this.#live[p] !== 0 || this.#used[p] === 0) {
        this.#diedAt[p] = -1;
        continue;
      }
      if (this.#diedAt[p]! < 0) this.#diedAt[p] = now;
      if (this.#diedAt[p]! <= oldestReader) this.#drop(p);
      else this.#someDied = true;
    }
  }

  #drop(page: number): void {
    this.#usedTotal -= this.#used[page]!;
    this.#used[page] = 0;
    this.#checkpointed[page] = 0;
    this.#diedAt[page] = -1;
    if (this.victims !== null) this.victims[page] = 0;
    if (page === this.#tail) return;
    const span = Math.max(1, Math.ceil(this.pages[page]!.length / PAGE_BYTES));
    this.#reserved -= this.pages[page]!.length;
    for (let p = page; p < page + span; p++) {
      this.pages[p] = NO_PAGE;
      this.#freeNumbers.push(p);
    }
  }

  #pageWith(size: number): number {
    if (size > PAGE_BYTES) return this.#addPage(size, Math.ceil(size / PAGE_BYTES));
    if (this.#tail >= 0) {
      const length = this.pages[this.#tail]!.length;
      const needed = this.#used[this.#tail]! + size;
      if (needed <= length) return this.#tail;
      if (needed <= PAGE_BYTES) {
        this.#resize(this.#tail, needed);
        return this.#tail;
      }
    }
    const bytes = this.pages.length === 0 ? Math.max(FIRST_BYTES, (size + 255) & ~255) : PAGE_BYTES;
    return (this.#tail = this.#addPage(bytes, 1));
  }

  #addPage(bytes: number, span: number): number {
    const number = span === 1 && this.#freeNumbers.length > 0 ? this.#freeNumbers.pop()! : this.pages.length;
    for (let p = number; p < number + span; p++) this.#clearPage(p);
    const rounded = (bytes + ARENA_BLOCK_BYTES - 1) & -ARENA_BLOCK_BYTES;
    this.pages[number] = new Uint8Array(new SharedArrayBuffer(rounded));
    this.#reserved += rounded;
    return number;
  }

  #clearPage(page: number): void {
    this.pages[page] = NO_PAGE;
    this.#live[page] = this.#used[page] = this.#checkpointed[page] = 0;
    this.#diedAt[page] = -1;
  }

  /** Writes what was appended since the last call, as of this call (the generator may go on while more is appended). */
  checkpoint(writer: BlockWriter, section: number, full: boolean): Slices {
    const ends = this.#used.slice();
    const starts = full ? ends.map(() => 0) : this.#checkpointed.slice();
    for (let p = 0; p < ends.length; p++) this.#checkpointed[p] = ends[p]!;
    return this.#write(writer, section, starts, ends);
  }

  *#write(writer: BlockWriter, section: number, starts: readonly number[], ends: readonly number[]): Slices {
    for (let p = 0; p < ends.length; p++) {
      const first = Math.floor(starts[p]! / ARENA_BLOCK_BYTES);
      const last = Math.ceil(ends[p]! / ARENA_BLOCK_BYTES);
      if (starts[p]! >= ends[p]!) continue;
      writer.blocks(section, p * BLOCKS_PER_PAGE + first, this.pages[p]!.subarray(first * ARENA_BLOCK_BYTES, last * ARENA_BLOCK_BYTES));
      yield;
    }
  }

  restoreBlocks(first: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const at = first * ARENA_BLOCK_BYTES + done;
      const page = Math.floor(at / PAGE_BYTES);
      while (this.pages.length <= page) this.#clearPage(this.pages.length);
      const offset = at % PAGE_BYTES;
      const size = Math.min(bytes.length - done, PAGE_BYTES - offset);
      if (this.pages[page]!.length < offset + size) this.#resize(page, offset + size);
      this.pages[page]!.set(bytes.subarray(done, done + size), offset);
      this.#used[page] = Math.max(this.#used[page]!, offset + size);
      done += size;
    }
  }

  /** Grows a page that is smaller than others (the first one, restored ones) to hold `needed` bytes; what it holds keeps its place. */
  #resize(page: number, needed: number): void {
    const old = this.pages[page]!;
    const grown = new Uint8Array(new SharedArrayBuffer(Math.min(PAGE_BYTES, Math.max(old.length * 2, (needed + 255) & ~255))));
    grown.set(old);
    this.#reserved += grown.length - old.length;
    this.pages[page] = grown;
  }

  /** During recovery: notes a live value; joins the pages of one that is larger than a page. */
  restoredValue(ref: number, size: number): void {
    const page = ref >>> PAGE_SHIFT;
    const span = Math.ceil(size / PAGE_BYTES);
    if (span > 1) {
      const joined = new Uint8Array(new SharedArrayBuffer((size + ARENA_BLOCK_BYTES - 1) & -ARENA_BLOCK_BYTES));
      for (let p = 0; p < span; p++) {
        const part = this.pages[page + p]!;
        joined.set(part.subarray(0, Math.min(part.length, joined.length - p * PAGE_BYTES)), p * PAGE_BYTES);
        this.#reserved -= part.length;
        this.#clearPage(page + p);
      }
      this.#reserved += joined.length;
      this.pages[page] = joined;
      this.#used[page] = joined.length;
    }
    this.revive(ref, size);
  }

  /** Ends recovery: every block and every value is known. */
  restored(): void {
    this.#usedTotal = 0;
    this.#someDied = true;
    for (let p = 0; p < this.pages.length; p++) {
      this.#checkpointed[p] = this.#used[p]!;
      this.#usedTotal += this.#used[p]!;
      if (this.#used[p]! > 0 && this.#used[p]! < PAGE_BYTES) this.#tail = p;
      if (this.#used[p] === 0 && this.pages[p] === NO_PAGE && !this.#insideSpan(p)) this.#freeNumbers.push(p);
    }
  }

  #insideSpan(page: number): boolean {
    for (let p = page - 1; p >= 0; p--) {
      if (this.pages[p] === NO_PAGE) continue;
      return this.pages[p]!.length > (page - p) * PAGE_BYTES;
    }
    return false;
  }

  clear(): void {
    this.pages.length = this.#live.length = this.#used.length = this.#checkpointed.length = this.#diedAt.length = 0;
    this.#freeNumbers.length = 0;
    this.#tail = -1;
    this.#reserved = this.#usedTotal = this.liveBytes = 0;
    this.#someDied = false;
    this.victims = null;
  }
}
