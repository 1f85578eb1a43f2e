const FIRST_ENTRIES = 8;
/** Up to so many entries the index stays in the nearest caches anyway. */
const PRELOAD_FROM = 4096;
/** An index that is emptied keeps room for up to so many times the entries that were in it. */
const KEPT_CAPACITY = 16;
/** Entries from which on the index is split, and how many shards (as a power of two) it then has. */
const SPLITS: readonly {readonly from: number; readonly bits: number}[] = [
  {from: 16_384, bits: 4},
  {from: 131_072, bits: 8},
];

/**
 * Hash → numbers (row ids), a multimap: open addressing with linear probing, 8 bytes an entry (the 32-bit hash, number + 1). The hash is
 * only a filter: whoever finds a number compares the keys. Split in shards whose growth thresholds are spread from 0.5 to 0.8, so that
 * a growing index moves one shard at a time (at 10M entries 64k of them, about a millisecond), and only entries, never rows.
 */
export class HashIndex {
  #shards: Int32Array[] = [];
  #counts: Int32Array = new Int32Array(1);
  #limits: Int32Array = new Int32Array(1);
  #bits = 0;
  count = 0;
  /** Means nothing; it keeps loads from being optimised away. */
  preloaded = 0;

  constructor() {
    this.clear();
  }

  /** Empties it; the memory is kept when it was in use. */
  clear(): void {
    if (this.count * KEPT_CAPACITY * 8 >= this.byteLength() && this.count > 0) {
      for (const shard of this.#shards) shard.fill(0);
      this.#counts.fill(0);
      this.count = 0;
      return;
    }
    this.#bits = 0;
    this.count = 0;
    this.#counts = new Int32Array(1);
    this.#limits = new Int32Array(1);
    this.#shards = [];
    this.#allocate(0, FIRST_ENTRIES);
  }

  byteLength(): number {
    let bytes = 0;
    for (const shard of this.#shards) bytes += shard.byteLength;
    return bytes;
  }

  /**
   * For each hash the first number stored under it, else −1. A large index is loaded first, without a branch that waits for it, so that
   * the misses overlap (see RowPages.preload).
   */
  firsts(hashes: Int32Array, n: number, out: Int32Array): void {
    if (this.count > PRELOAD_FROM) this.preloaded = this.#preload(hashes, n);
    const shards = this.#shards;
    const shift = 31 - this.#bits;
    for (let k = 0; k < n; k++) {
      const hash = hashes[k]!;
      const shard = shards[(hash >>> shift) >>> 1]!;
      const mask = shard.length - 1;
      let at = (hash << 1) & mask;
      let number = shard[at + 1]!;
      while (number !== 0 && shard[at] !== hash) {
        at = (at + 2) & mask;
        number = shard[at + 1]!;
      }
      out[k] = number - 1;
    }
  }

  #preload(hashes: Int32Array, n: number): number {
    const shards = this.#shards;
    const shift = 31 - this.#bits;
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const hash = hashes[k]!;
      const shard = shards[(hash >>> shift) >>> 1]!;
      sum ^= shard[(hash << 1) & (shard.length - 1)]!;
    }
    return sum;
  }

  first(hash: number): number {
    const shard = this.#shardOf(hash);
    const mask = shard.length - 1;
    let at = (hash << 1) & mask;
    while (shard[at + 1] !== 0 && shard[at] !== hash) at = (at + 2) & mask;
    return shard[at + 1]! - 1;
  }

  /** The next number under `hash` after `number`, else −1. */
  next(hash: number, number: number): number {
    const shard = this.#shardOf(hash);
    const mask = shard.length - 1;
    let at = (hash << 1) & mask;
    let seen = false;
    while (shard[at + 1] !== 0) {
      if (shard[at] === hash) {
        if (seen) return shard[at + 1]! - 1;
        seen = shard[at + 1] === number + 1;
      }
      at = (at + 2) & mask;
    }
    return -1;
  }

  insert(hash: number, number: number): void {
    const index = this.#shardNumber(hash);
    place(this.#shards[index]!, hash, number + 1);
    this.count++;
    if (++this.#counts[index]! >= this.#limits[index]!) this.#grow(index);
  }

  insertAll(hashes: Int32Array, numbers: Int32Array, n: number): void {
    if (this.count > PRELOAD_FROM) this.preloaded = this.#preload(hashes, n);
    for (let k = 0; k < n; k++) this.insert(hashes[k]!, numbers[k]!);
  }

  /** Makes room for `entries` in an empty index, so that it need not grow there step by step. */
  reserve(entries: number): void {
    if (this.count > 0) return;
    const split = SPLITS.findLast(s => entries >= s.from);
    if (split !== undefined) this.#split(split.bits, entries);
  }

  /** Returns whether it was there. */
  remove(hash: number, number: number): boolean {
    const index = this.#shardNumber(hash);
    const shard = this.#shards[index]!;
    const mask = shard.length - 1;
    let at = (hash << 1) & mask;
    while (shard[at + 1] !== number + 1 || shard[at] !== hash) {
      if (shard[at + 1] === 0) return false;
      at = (at + 2) & mask;
    }
    // Entries behind move up, so that no tombstones pile up.
    for (let from = (at + 2) & mask; shard[from + 1] !== 0; from = (from + 2) & mask) {
      const home = (shard[from]! << 1) & mask;
      if (((from - home) & mask) < ((from - at) & mask)) continue;
      shard[at] = shard[from]!;
      shard[at + 1] = shard[from + 1]!;
      at = from;
    }
    shard[at] = shard[at + 1] = 0;
    this.count--;
    this.#counts[index]!--;
    return true;
  }

  #shardNumber(hash: number): number {
    return (hash >>> (31 - this.#bits)) >>> 1;
  }

  #shardOf(hash: number): Int32Array {
    return this.#shards[this.#shardNumber(hash)]!;
  }

  #allocate(index: number, entries: number): void {
    this.#shards[index] = new Int32Array(entries * 2);
    this.#limits[index] = limitOf(index, entries);
  }

  #grow(index: number): void {
    const split = SPLITS.find(s => s.bits > this.#bits && this.count >= s.from);
    if (split !== undefined) {
      this.#split(split.bits, this.count);
      return;
    }
    const old = this.#shards[index]!;
    this.#allocate(index, old.length);
    const target = this.#shards[index]!;
    for (let at = 0; at < old.length; at += 2) if (old[at + 1] !== 0) place(target, old[at]!, old[at + 1]!);
  }

  #split(bits: number, expected: number): void {
    const old = this.#shards;
    const shards = 1 << bits;
    this.#bits = bits;
    this.#shards = [];
    this.#counts = new Int32Array(shards);
    this.#limits = new Int32Array(shards);
    for (let index = 0; index < shards; index++) {
      let entries = FIRST_ENTRIES;
      while (limitOf(index, entries) < (expected / shards) * 1.1) entries *= 2;
      this.#allocate(index, entries);
    }
    for (const shard of old) {
      for (let at = 0; at < shard.length; at += 2) {
        if (shard[at + 1] === 0) continue;
        const index = this.#shardNumber(shard[at]!);
        this.#counts[index]!++;
        place(this.#shards[index]!, shard[at]!, shard[at + 1]!);
      }
    }
  }
}

/** Entries at which a shard grows: golden-ratio steps spread the thresholds evenly whatever the number of shards. */
function limitOf(shard: number, entries: number): number {
  return Math.floor(entries * (0.5 + 0.3 * ((shard * 0.6180339887498949) % 1)));
}

function place(shard: Int32Array, hash: number, value: number): void {
  const mask = shard.length - 1;
  let at = (hash << 1) & mask;
  while (shard[at + 1] !== 0) at = (at + 2) & mask;
  shard[at] = hash;
  shard[at + 1] = value;
}
