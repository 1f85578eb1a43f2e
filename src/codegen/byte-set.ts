/** A constant set of byte strings: IN lists over text. Open addressing; the hash only finds candidates, bytes decide. */
export class ByteSet {
  readonly #slots: (Uint8Array | null)[];
  readonly #mask: number;

  constructor(items: readonly Uint8Array[]) {
    let size = 8;
    while (size < items.length * 2) size *= 2;
    this.#mask = size - 1;
    this.#slots = new Array<Uint8Array | null>(size).fill(null);
    for (const item of items) {
      let slot = hash(item, 0, item.length) & this.#mask;
      while (this.#slots[slot] !== null) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = item;
    }
  }

  has(data: Uint8Array, start: number, end: number): boolean {
    for (let slot = hash(data, start, end) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const item = this.#slots[slot] ?? null;
      if (item === null) return false;
      if (item.length === end - start && equals(data, start, item)) return true;
    }
  }
}

function equals(data: Uint8Array, start: number, item: Uint8Array): boolean {
  for (let i = 0; i < item.length; i++) if (data[start + i] !== item[i]) return false;
  return true;
}

function hash(data: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ data[i]!, 0x01000193);
  return h ^ (h >>> 15);
}
