/** From so many bytes on one call of `set` is cheaper than a loop. */
const LONG = 64;

/** Copies `source[start … end)` to `target[at …]`. */
export function copyBytes(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): void {
  const size = end - start;
  if (size >= LONG) return target.set(source.subarray(start, end), at);
  let i = 0;
  // Four at a time: the loop's own work counts.
  for (; i + 4 <= size; i += 4) {
    target[at + i] = source[start + i]!;
    target[at + i + 1] = source[start + i + 1]!;
    target[at + i + 2] = source[start + i + 2]!;
    target[at + i + 3] = source[start + i + 3]!;
  }
  for (; i < size; i++) target[at + i] = source[start + i]!;
}
