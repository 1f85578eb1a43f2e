import {assert} from '../../common/unreachable.ts';
import type {BlockWriter, Slices, StateStore} from '../graph/operator.ts';
import {ARENA_BLOCK_BYTES, ByteArena} from './byte-arena.ts';
import {DirtyBlocks} from './dirty-blocks.ts';
import {Pin, PROCESS_SNAPSHOT_BUDGET, type SnapshotBudget} from './pin.ts';
import {moveVictims} from './move-victims.ts';
import {restoreRows} from './restore-rows.ts';
import {FLAGS_WORD, LIVE, NEXT_FREE_WORD, TOUCH_WORD, type RowLayout} from './row-layout.ts';
import {RowPages} from './row-pages.ts';
import {SavedRows} from './saved-rows.ts';
import {variableSize} from './write-field.ts';

const ROWS_SECTION = 0;
const ARENA_SECTION = 1;
/** A store that is emptied keeps memory for up to so many times the rows that were in it. */
const KEPT_CAPACITY = 8;

/** A lookup structure over the live rows of a store, not checkpointed: told when rows come back or go by an undo, or all anew. */
export interface RowIndex {
  /** About so many rows are going to be added to the empty index. */
  reserve?(rows: number): void;
  add(rows: Int32Array, count: number): void;
  /** Rows that are not in the index are ignored. */
  remove(rows: Int32Array, count: number): void;
  clear(): void;
  byteLength(): number;
}

/** Gets rows of one version of a store: row numbers of `pages`. */
export type RowVisitor = (pages: RowPages, rows: Int32Array, count: number) => void;

export type RowStoreArgs = {
  readonly label: string;
  readonly layout: RowLayout;
  readonly budget?: SnapshotBudget | undefined;
  /** Filled and `reset` over and over: keeps no old rows, so that there is no undo, no delta, no pin and no checkpoint. */
  readonly scratch?: boolean | undefined;
};

/**
 * Rows of fixed stride that never move, so that a row id is good for as long as the row lives. `touch` before the first write of a step
 * saves the old row: undo, deltas, snapshot readers, pins and checkpoints all rest on it.
 *
 * Invariants: a row is written only between beginStep and endStep, after `touch`; words of free rows are garbage but for flags and link.
 */
export class RowStore implements StateStore {
  readonly label: string;
  readonly layout: RowLayout;
  readonly pages: RowPages;
  readonly arena = new ByteArena();
  /** The rows that the running step has touched, as they were: also the list of what it changed. */
  readonly undo: SavedRows;
  readonly indexes: RowIndex[] = [];
  /** Row ids are below this. */
  limit = 0;
  /** Live rows, the running step's changes included. */
  liveRows = 0;
  readonly #dirty: DirtyBlocks;
  readonly #budget: SnapshotBudget;
  readonly #scratch: boolean;
  readonly #pins: Pin[] = [];
  #freeHead = -1;
  #step = 0;
  #inStep = false;
  /** Of the running step; never 0, which is that of rows no step has touched since the store was made or restored. */
  #stamp = 1;
  #fresh = new Int32Array(0);
  #before = {limit: 0, liveRows: 0, freeHead: -1};
  #isDisposed = false;
  #checkpointing = false;
  #compactFrom = -1;

  constructor({label, layout, budget = PROCESS_SNAPSHOT_BUDGET, scratch = false}: RowStoreArgs) {
    this.label = label;
    this.layout = layout;
    this.pages = new RowPages(layout.stride);
    this.undo = new SavedRows(layout.stride);
    this.#dirty = new DirtyBlocks(this.pages, ROWS_SECTION);
    this.#budget = budget;
    this.#scratch = scratch;
  }

  stateBytes(): number {
    let bytes = this.pages.byteLength() + this.arena.byteLength() + this.#dirty.byteLength();
    for (const index of this.indexes) bytes += index.byteLength();
    return bytes;
  }

  /** Bytes that a row takes: its words, and its values in the arena. */
  bytesOf(id: number): number {
    const {ints, shift, mask, stride} = this.pages;
    const {variable} = this.layout;
    let bytes = stride * 4;
    for (let f = 0; f < variable.length; f++) bytes += variableSize(variable[f]!, ints[id >> shift]!, (id & mask) * stride);
    return bytes;
  }

  rowCount(at: Pin | null = null): number {
    if (at !== null) return at.rowCount;
    return this.#inStep ? this.#before.liveRows : this.liveRows;
  }

  // ---- writing -------------------------------------------------------------------------------------------------------------------

  /** To be called before a row is written in a step. A row that bears the step's stamp has been saved already. */
  touch(id: number): void {
    if (this.#scratch) return;
    const {shift, mask, stride} = this.pages;
    const ints = this.pages.ints[id >> shift]!;
    const base = (id & mask) * stride;
    if (ints[base + TOUCH_WORD] === this.#stamp) return;
    this.#dirty.mark(id);
    this.undo.add(id, ints, base);
    ints[base + TOUCH_WORD] = this.#stamp;
  }

  /** Touches rows in passes over what is new among them: dense loops whose cache misses overlap. */
  touchAll(ids: Int32Array, n: number): void {
    if (this.#scratch) return;
    const {ints, shift, mask, stride} = this.pages;
    const stamp = this.#stamp;
    if (n > this.#fresh.length) this.#fresh = new Int32Array(n);
    const fresh = this.#fresh;
    let count = 0;
    for (let k = 0; k < n; k++) {
      const id = ids[k]!;
      const page = ints[id >> shift]!;
      const at = (id & mask) * stride + TOUCH_WORD;
      if (page[at] === stamp) continue;
      page[at] = stamp;
      fresh[count++] = id;
    }
    this.#dirty.markAll(fresh, count);
    this.undo.addAll(this.pages, fresh, count);
  }

  /** A new row, touched, live, all other words zero. */
  alloc(): number {
    let id = this.#freeHead;
    const reused = id >= 0;
    if (!reused) {
      id = this.limit++;
      if (id === this.pages.capacity) this.pages.ensure(id + 1);
    }
    const {shift, mask, stride} = this.pages;
    const ints = this.pages.ints[id >> shift]!;
    const base = (id & mask) * stride;
    if (reused) this.#freeHead = ints[base + NEXT_FREE_WORD]! - 1;
    this.touch(id);
    ints[base + FLAGS_WORD] = LIVE;
    // Memory that no row has used is zero.
    if (reused) ints.fill(0, base + FLAGS_WORD + 1, base + stride);
    this.liveRows++;
    return id;
  }

  /** Ends a row and lets go of its variable fields. The caller has taken it out of the indexes. */
  free(id: number): void {
    this.touch(id);
    const ints = this.pages.ints[id >> this.pages.shift]!;
    const base = (id & this.pages.mask) * this.pages.stride;
    this.#forEachValue(ints, base, (ref, size) => this.arena.free(ref, size));
    ints[base + FLAGS_WORD] = 0;
    ints[base + NEXT_FREE_WORD] = this.#freeHead + 1;
    this.#freeHead = id;
    this.liveRows--;
  }

  isLive(id: number): boolean {
    const {ints, shift, mask, stride} = this.pages;
    return (ints[id >> shift]![(id & mask) * stride + FLAGS_WORD]! & LIVE) !== 0;
  }

  // ---- steps ---------------------------------------------------------------------------------------------------------------------

  beginStep(): void {
    assert(!this.#inStep, `store ${this.label} is in a step already`);
    this.#inStep = true;
    this.#nextStamp();
    this.#before = {limit: this.limit, liveRows: this.liveRows, freeHead: this.#freeHead};
  }

  #nextStamp(): void {
    this.#stamp = (this.#stamp + 1) | 0;
    if (this.#stamp !== 0) return;
    this.#stamp = 1;
    const {ints, stride} = this.pages;
    for (const page of ints) for (let at = TOUCH_WORD; at < page.length; at += stride) page[at] = 0;
  }

  endStep(): void {
    this.#inStep = false;
    this.#step++;
    this.#saveForPins();
    this.undo.clear();
    this.#compact();
    this.#reclaim();
  }

  rollbackStep(): void {
    const {undo, pages} = this;
    const {stride, shift, mask} = pages;
    const rows = new Int32Array(undo.count);
    let live = 0;
    for (let slot = 0; slot < undo.count; slot++) if (this.isLive(undo.ids[slot]!)) rows[live++] = undo.ids[slot]!;
    for (const index of this.indexes) index.remove(rows, live);
    live = 0;
    for (let slot = 0; slot < undo.count; slot++) {
      const id = undo.ids[slot]!;
      const ints = pages.ints[id >> shift]!;
      const base = (id & mask) * stride;
      if ((ints[base + FLAGS_WORD]! & LIVE) !== 0) this.#forEachValue(ints, base, (ref, size) => this.arena.free(ref, size));
      const saved = undo.pages.ints[slot >> undo.pages.shift]!;
      ints.set(saved.subarray((slot & undo.pages.mask) * stride, ((slot & undo.pages.mask) + 1) * stride), base);
      if ((ints[base + FLAGS_WORD]! & LIVE) === 0) continue;
      this.#forEachValue(ints, base, (ref, size) => this.arena.revive(ref, size));
      rows[live++] = id;
    }
    for (const index of this.indexes) index.add(rows, live);
    ({limit: this.limit, liveRows: this.liveRows, freeHead: this.#freeHead} = this.#before);
    undo.clear();
    this.#inStep = false;
  }

  #forEachValue(ints: Int32Array, base: number, visit: (ref: number, size: number) => void): void {
    const {variable} = this.layout;
    for (let f = 0; f < variable.length; f++) {
      const size = variableSize(variable[f]!, ints, base);
      if (size > 0) visit(ints[base + variable[f]!.at]!, size);
    }
  }

  /** A little of a running compaction of the arena, or the start of one. */
  #compact(): void {
    if (this.#compactFrom < 0) {
      if (!this.arena.chooseVictims()) return;
      this.#compactFrom = 0;
    }
    this.#compactFrom = moveVictims(this, this.#dirty, this.#compactFrom);
    if (this.#compactFrom < 0) this.arena.compacted();
  }

  #reclaim(): void {
    const oldest = this.#pins.find(p => !p.idle)?.step ?? Infinity;
    this.arena.reclaim(this.#step, this.#checkpointing ? -1 : oldest);
  }

  // ---- reading a published step ------------------------------------------------------------------------------------------------------

  /** Pins the last published step. */
  pin(): Pin {
    const newest = this.#pins.at(-1);
    if (newest !== undefined && newest.step === this.#step && !newest.idle) {
      newest.readers++;
      return newest;
    }
    const rows = this.#inStep ? this.#before : this;
    const {stride} = this.layout;
    const pin: Pin = new Pin({
      stride,
      step: this.#step,
      rowCount: rows.liveRows,
      limit: rows.limit,
      budget: this.#budget,
      trim: () => this.#trimPins(),
    });
    this.#pins.push(pin);
    this.#budget.add(pin);
    return pin;
  }

  /** Each row belongs to the youngest pin only; older readers look through the younger pins after their own. */
  #saveForPins(): void {
    const newest = this.#pins.at(-1);
    if (newest === undefined || this.undo.count === 0) return;
    const {saved} = newest;
    const {ints, shift, mask, stride} = this.undo.pages;
    const isNew = saved.count === 0;
    for (let slot = 0; slot < this.undo.count; slot++) {
      const id = this.undo.ids[slot]!;
      if (id >= newest.limit || (!isNew && saved.slotOf(id) >= 0)) continue;
      saved.add(id, ints[slot >> shift]!, (slot & mask) * stride);
    }
    newest.charge();
  }

  #trimPins(): void {
    while (this.#pins.length > 0 && this.#pins[0]!.idle) this.#pins.shift()!.drop();
    if (!this.#isDisposed || this.#pins.length > 0) return;
    this.reset();
    this.pages.clear();
  }

  /** What overrides the rows in place for a reader of this step, first match wins. */
  overrides(at: Pin | null): readonly SavedRows[] {
    const chain: SavedRows[] = [];
    if (at !== null) {
      at.checkUsable();
      for (let p = this.#pins.indexOf(at); p < this.#pins.length; p++) if (this.#pins[p]!.saved.count > 0) chain.push(this.#pins[p]!.saved);
    }
    if (this.undo.count > 0) chain.push(this.undo);
    return chain;
  }

  /** Row ids from here on did not exist at that step. */
  limitAt(at: Pin | null): number {
    return at?.limit ?? (this.#inStep ? this.#before.limit : this.limit);
  }

  /**
   * Visits the live rows with ids from `from` on as of `at` (null = the last published step), `max` ids at most; returns where to go on,
   * −1 at the end. Rows are visited in groups that share `pages`.
   */
  scan(at: Pin | null, from: number, max: number, visit: RowVisitor): number {
    const overrides = this.overrides(at);
    const limit = this.limitAt(at);
    const end = Math.min(limit, from + max);
    const {ints, shift, mask, stride} = this.pages;
    const live = new Int32Array(Math.max(0, end - from));
    let count = 0;
    if (overrides.length === 0) {
      for (let id = from; id < end; id++) if ((ints[id >> shift]![(id & mask) * stride + FLAGS_WORD]! & LIVE) !== 0) live[count++] = id;
    } else {
      const saved = overrides.map(() => ({rows: new Int32Array(live.length), count: 0}));
      for (let id = from; id < end; id++) {
        let slot = -1;
        let o = 0;
        for (; o < overrides.length; o++) if ((slot = overrides[o]!.slotOf(id)) >= 0) break;
        if (slot < 0) {
          if ((ints[id >> shift]![(id & mask) * stride + FLAGS_WORD]! & LIVE) !== 0) live[count++] = id;
          continue;
        }
        const {pages} = overrides[o]!;
        const flags = pages.ints[slot >> pages.shift]![(slot & pages.mask) * stride + FLAGS_WORD]!;
        if ((flags & LIVE) !== 0) saved[o]!.rows[saved[o]!.count++] = slot;
      }
      for (let o = 0; o < overrides.length; o++) if (saved[o]!.count > 0) visit(overrides[o]!.pages, saved[o]!.rows, saved[o]!.count);
    }
    if (count > 0) visit(this.pages, live, count);
    return end < limit ? end : -1;
  }

  // ---- checkpoint and recovery -----------------------------------------------------------------------------------------------------

  get format(): string {
    return JSON.stringify(this.layout);
  }

  blockBytes(section: number): number {
    return section === ROWS_SECTION ? this.#dirty.blockBytes : ARENA_BLOCK_BYTES;
  }

  checkpoint(writer: BlockWriter, full: boolean): Slices {
    assert(!this.#inStep, `checkpoint of ${this.label} within a step`);
    // A predecessor that was not driven to its end has marked things as clean that were never written.
    const everything = full || this.#checkpointing;
    this.#checkpointing = true;
    const rows = this.#dirty.checkpoint(writer, everything, this.limit);
    const arena = this.arena.checkpoint(writer, ARENA_SECTION, everything);
    return this.#writeCheckpoint(rows, arena);
  }

  *#writeCheckpoint(rows: Slices, arena: Slices): Slices {
    yield* rows;
    yield* arena;
    this.#checkpointing = false;
    this.#reclaim();
  }

  restoreBlocks(section: number, first: number, bytes: Uint8Array): void {
    if (section === ARENA_SECTION) {
      this.arena.restoreBlocks(first, bytes);
      return;
    }
    const rowBytes = this.layout.stride * 4;
    let at = first * this.#dirty.blockBytes;
    for (let done = 0; done < bytes.length;) {
      const row = at / rowBytes;
      const inPage = (row & this.pages.mask) * rowBytes;
      const size = Math.min(bytes.length - done, this.pages.rowsPerPage * rowBytes - inPage);
      this.limit = Math.max(this.limit, row + size / rowBytes);
      this.pages.ensure(this.limit);
      this.pages.bytes[row >> this.pages.shift]!.set(bytes.subarray(done, done + size), inPage);
      done += size;
      at += size;
    }
  }

  *restored(): Slices {
    for (const index of this.indexes) index.clear();
    const result = yield* restoreRows(this);
    this.liveRows = result.liveRows;
    this.#freeHead = result.freeHead;
    this.arena.restored();
  }

  /** Empties the store at once, outside of steps: for scratch state. Costs as much as there was in it; memory for as much is kept. */
  reset(): void {
    for (const index of this.indexes) index.clear();
    this.undo.clear();
    this.#dirty.clear();
    const {ints, stride, rowsPerPage} = this.pages;
    if (this.limit * KEPT_CAPACITY < this.pages.capacity) this.pages.shrink();
    for (let page = 0, rows = this.limit; page < ints.length && rows > 0; page++, rows -= rowsPerPage) {
      ints[page]!.fill(0, 0, Math.min(rows, rowsPerPage) * stride);
    }
    this.#stamp = 1;
    this.arena.clear();
    this.limit = this.liveRows = 0;
    this.#freeHead = -1;
    this.#inStep = false;
  }

  /** Gives the memory back, once the readers of earlier steps are done. */
  dispose(): void {
    this.#isDisposed = true;
    this.#trimPins();
  }
}
