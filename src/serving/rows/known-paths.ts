/** Paths that are remembered at once. */
const MOST = 256;
const SLOTS = 1024;

/** Numbers for byte strings that come again and again; forgets all of them when there are too many. */
export class KnownPaths {
  readonly #slots = new Int16Array(SLOTS).fill(-1);
  #bytes: Uint8Array[] = [];

  /** The path's number; one that is new gets the next. */
  numberOf(path: Uint8Array): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < path.length; i++) hash = Math.imul(hash ^ path[i]!, 0x01000193);
    for (let slot = (hash >>> 16) ^ (hash & 0xffff); ; slot++) {
      const number = this.#slots[slot & (SLOTS - 1)]!;
      if (number >= 0) {
        if (isEqual(this.#bytes[number]!, path)) return number;
        continue;
      }
      if (this.#bytes.length === MOST) {
        this.#slots.fill(-1);
        this.#bytes = [];
        return this.numberOf(path);
      }
      this.#bytes.push(path.slice());
      return (this.#slots[slot & (SLOTS - 1)] = this.#bytes.length - 1);
    }
  }

  /** How many are known: fewer than before = all have been forgotten. */
  get size(): number {
    return this.#bytes.length;
  }

  textOf(number: number): string {
    return Buffer.from(this.#bytes[number]!).toString();
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
