import type {RowIndex, RowStore} from './row-store.ts';

const FIRST_CAPACITY = 64;

/**
 * The live rows of a store, oldest first, as a ring of row ids, and how many bytes they take, if that is asked for. Rows come at one end and go
 * at the other. After an undo or a recovery it is made anew from the sequence numbers that the rows bear.
 */
export class ArrivalOrder implements RowIndex {
  readonly #store: RowStore;
  readonly #sequence: number;
  #ids = new Int32Array(FIRST_CAPACITY);
  #head = 0;
  #count = 0;
  #next = 0;
  #bytes = 0;
  readonly #isMeasured: boolean;
  #isStale = false;

  /** `sequence`: place of the sequence number, a double, in a row. */
  constructor(store: RowStore, sequence: number, isMeasured: boolean) {
    this.#isMeasured = isMeasured;
    this.#store = store;
    this.#sequence = sequence;
    store.indexes.push(this);
  }

  get count(): number {
    return this.#count;
  }

  /** What the rows take; 0 where it is not measured. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The sequence number of the row that comes next. */
  get next(): number {
    return this.#next;
  }

  /** A new row, complete, which bears the number `next`. */
  push(id: number): void {
    if (this.#isMeasured) this.#bytes += this.#store.bytesOf(id);
    if (this.#count === this.#ids.length) this.#grow();
    this.#ids[(this.#head + this.#count++) % this.#ids.length] = id;
    this.#next++;
  }

  /** The oldest row; −1 = there is none. */
  get oldest(): number {
    return this.#count === 0 ? -1 : this.#ids[this.#head]!;
  }

  /** Takes the oldest row out; there is one. */
  shift(): number {
    const id = this.#ids[this.#head]!;
    if (this.#isMeasured) this.#bytes -= this.#store.bytesOf(id);
    this.#head = (this.#head + 1) % this.#ids.length;
    this.#count--;
    return id;
  }

  #grow(): void {
    const grown = new Int32Array(this.#ids.length * 2);
    for (let i = 0; i < this.#count; i++) grown[i] = this.#ids[(this.#head + i) % this.#ids.length]!;
    this.#ids = grown;
    this.#head = 0;
  }

  /** To be called before rows come or go in a step, while all live rows are in it. */
  refresh(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    const {pages, limit} = this.#store;
    const sequenceOf = (id: number): number => pages.floats[id >> pages.shift]![((id & pages.mask) * pages.stride + this.#sequence) / 2]!;
    const live: number[] = [];
    for (let id = 0; id < limit; id++) if (this.#store.isLive(id)) live.push(id);
    live.sort((a, b) => sequenceOf(a) - sequenceOf(b));
    this.#ids = new Int32Array(Math.max(FIRST_CAPACITY, live.length));
    this.#ids.set(live);
    this.#head = 0;
    this.#count = live.length;
    this.#bytes = this.#isMeasured ? live.reduce((sum, id) => sum + this.#store.bytesOf(id), 0) : 0;
    const last = live.at(-1);
    this.#next = last === undefined ? 0 : sequenceOf(last) + 1;
  }

  add(): void {
    this.#isStale = true;
  }

  remove(): void {
    this.#isStale = true;
  }

  clear(): void {
    this.#isStale = true;
  }

  byteLength(): number {
    return this.#ids.byteLength;
  }
}
