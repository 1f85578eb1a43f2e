/** Most bytes of a page; a page holds a power of two of rows. */
const PAGE_BYTES = 1024 * 1024;
const FIRST_ROWS = 8;

/**
 * Memory for rows of one stride, addressed by row number: row `r` starts at word `(r & mask) * stride` of `ints[r >> shift]` (doubles: the
 * same place in `floats`, halved). Pages are shared memory and never move, but for the first one, which starts small and doubles: take
 * `ints[…]` anew after anything that may grow.
 */
export class RowPages {
  readonly stride: number;
  readonly shift: number;
  readonly mask: number;
  readonly ints: Int32Array[] = [];
  readonly floats: Float64Array[] = [];
  readonly bytes: Uint8Array[] = [];
  /** Rows that there is memory for. */
  capacity = 0;

  constructor(stride: number) {
    this.stride = stride;
    this.shift = Math.max(3, Math.floor(Math.log2(PAGE_BYTES / (stride * 4))));
    this.mask = (1 << this.shift) - 1;
  }

  get rowsPerPage(): number {
    return this.mask + 1;
  }

  byteLength(): number {
    return this.capacity * this.stride * 4;
  }

  /**
   * Loads a word of each row, without a branch that waits for it: the misses overlap, and whatever works on the rows next finds them in
   * the cache. Negative row numbers stand for row 0. The result only keeps the loads alive.
   */
  preload(rows: Int32Array, n: number): number {
    const {ints, shift, mask, stride} = this;
    let sum = 0;
    if (this.capacity === 0) return sum;
    for (let k = 0; k < n; k++) {
      const row = rows[k]! & ~(rows[k]! >> 31);
      sum ^= ints[row >> shift]![(row & mask) * stride]!;
    }
    return sum;
  }

  ensure(rows: number): void {
    while (this.capacity < rows) this.#grow();
  }

  #grow(): void {
    const full = this.rowsPerPage;
    if (this.capacity >= full) {
      this.#install(this.ints.length, full);
      this.capacity += full;
      return;
    }
    const rows = this.capacity === 0 ? Math.min(FIRST_ROWS, full) : this.capacity * 2;
    const old = this.bytes[0];
    this.#install(0, rows);
    if (old !== undefined) this.bytes[0]!.set(old);
    this.capacity = rows;
  }

  #install(page: number, rows: number): void {
    const memory = new SharedArrayBuffer(rows * this.stride * 4);
    this.ints[page] = new Int32Array(memory);
    this.floats[page] = new Float64Array(memory);
    this.bytes[page] = new Uint8Array(memory);
  }

  /** Gives memory back, down to at most the first page. */
  shrink(): void {
    if (this.capacity <= this.rowsPerPage) return;
    this.ints.length = this.floats.length = this.bytes.length = 1;
    this.capacity = this.rowsPerPage;
  }

  clear(): void {
    this.ints.length = this.floats.length = this.bytes.length = 0;
    this.capacity = 0;
  }
}
