/** What NULL hashes to; any constant does. */
export const NULL_HASH = 0x2545f491;

/** Adds one 32-bit word to a running hash. */
export function mixWord(hash: number, word: number): number {
  const h = Math.imul(hash ^ word, 0x9e3779b1);
  return h ^ (h >>> 15);
}

/** Spreads a finished running hash over all 32 bits (the finalizer of MurmurHash3). */
export function finishHash(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

export function mixBytes(hash: number, data: Uint8Array, start: number, end: number): number {
  let h = mixWord(hash, end - start);
  let i = start;
  for (; i + 4 <= end; i += 4) h = mixWord(h, data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24));
  if (i < end) {
    let last = data[i]!;
    if (i + 1 < end) last |= data[i + 1]! << 8;
    if (i + 2 < end) last |= data[i + 2]! << 16;
    h = mixWord(h, last);
  }
  return h;
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** All NaNs are one value, and so are 0 and −0. */
export function mixDouble(hash: number, value: number): number {
  double[0] = value === 0 ? 0 : value === value ? value : NaN;
  return mixWord(mixWord(hash, words[0]!), words[1]!);
}
