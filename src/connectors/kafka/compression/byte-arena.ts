/** Append-only bytes that are emptied as a whole; `bytes` moves when it grows. */
export class ByteArena {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Copies `part` to the end and returns where it starts. */
  append(part: Uint8Array): number {
    const at = this.#length;
    if (at + part.length > this.#bytes.length) {
      const bigger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, at + part.length));
      bigger.set(this.#bytes.subarray(0, at));
      this.#bytes = bigger;
    }
    this.#bytes.set(part, at);
    this.#length = at + part.length;
    return at;
  }

  clear(): void {
    this.#length = 0;
  }

  truncate(length: number): void {
    this.#length = length;
  }
}
