/** Frames below this are left to the garbage collector. */
const POOLED_FROM = 64 * 1024;
const KEPT = 4;
const MAX_KEPT_CAPACITY = 16 * 1024 * 1024;

/** Reuses the memory of large responses: touching a fresh megabyte costs more than reading it from the socket. */
export class FramePool {
  readonly #free: Buffer[] = [];

  acquire(length: number): Buffer {
    if (length < POOLED_FROM) return Buffer.allocUnsafe(length);
    const index = this.#free.findIndex(buffer => buffer.length >= length);
    if (index >= 0) return this.#free.splice(index, 1)[0]!;
    return Buffer.allocUnsafeSlow(Math.ceil(length / POOLED_FROM) * POOLED_FROM + POOLED_FROM);
  }

  release(buffer: Buffer): void {
    if (buffer.length < POOLED_FROM || buffer.length > MAX_KEPT_CAPACITY) return;
    if (this.#free.length === KEPT) {
      // Keep the larger ones: responses grow to the fetch limit under load.
      const smallest = this.#free.reduce((best, b, i, all) => (b.length < all[best]!.length ? i : best), 0);
      if (this.#free[smallest]!.length >= buffer.length) return;
      this.#free[smallest] = buffer;
      return;
    }
    this.#free.push(buffer);
  }
}
