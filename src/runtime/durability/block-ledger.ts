/**
 * Which segment holds the newest version of every block, and how many live bytes each segment has: decides what may be deleted and what
 * is worth rewriting. Four bytes a block.
 */
export class BlockLedger {
  readonly #owners = new Map<string, Int32Array>();
  readonly #blockBytes = new Map<string, number>();
  readonly #live = new Map<number, number>();

  /** A segment now holds the newest version of `count` blocks from `first` on. */
  record(segment: number, store: number, section: number, first: number, blockBytes: number, bytes: number): void {
    const count = Math.ceil(bytes / blockBytes);
    const owners = this.#section(store, section, first + count);
    this.#blockBytes.set(`${store}.${section}`, blockBytes);
    for (let i = first; i < first + count; i++) {
      const before = owners[i]!;
      if (before !== 0) this.#add(before, -blockBytes);
      owners[i] = segment;
    }
    this.#add(segment, count * blockBytes);
  }

  /** Whether this segment holds the newest version of the block. */
  isNewest(segment: number, store: number, section: number, index: number): boolean {
    return this.#owners.get(`${store}.${section}`)?.[index] === segment;
  }

  /** Forgets a dropped store. */
  drop(store: number): void {
    for (const [key, owners] of this.#owners) {
      if (!key.startsWith(`${store}.`)) continue;
      this.#owners.delete(key);
      const blockBytes = this.#blockBytes.get(key)!;
      for (const segment of owners) if (segment !== 0) this.#add(segment, -blockBytes);
    }
  }

  liveBytes(segment: number): number {
    return Math.max(0, this.#live.get(segment) ?? 0);
  }

  #add(segment: number, bytes: number): void {
    this.#live.set(segment, (this.#live.get(segment) ?? 0) + bytes);
  }

  #section(store: number, section: number, length: number): Int32Array {
    const key = `${store}.${section}`;
    const owners = this.#owners.get(key);
    if (owners !== undefined && owners.length >= length) return owners;
    const grown = new Int32Array(Math.max(length, (owners?.length ?? 64) * 2));
    if (owners !== undefined) grown.set(owners);
    this.#owners.set(key, grown);
    return grown;
  }
}
