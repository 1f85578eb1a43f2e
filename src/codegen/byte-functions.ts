/** Byte-wise operations on ranges of text columns, called from generated code. Ranges are [start, end). */

export function byteCount(_data: Uint8Array, start: number, end: number): number {
  return end - start;
}

/** Characters of valid UTF-8: every byte that does not continue a character. */
export function characterCountOfBytes(data: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if ((data[i]! & 0xc0) !== 0x80) count++;
  return count;
}

export function countByte(data: Uint8Array, start: number, end: number, byte: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if (data[i] === byte) count++;
  return count;
}

export function equalsConstant(data: Uint8Array, start: number, end: number, constant: Uint8Array): boolean {
  const length = constant.length;
  if (end - start !== length) return false;
  for (let i = 0; i < length; i++) if (data[start + i] !== constant[i]) return false;
  return true;
}

export function equalRanges(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): boolean {
  const length = aEnd - aStart;
  if (bEnd - bStart !== length) return false;
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false;
  return true;
}

/** Negative, 0 or positive, as the bytes order (collation C). */
export function compareRanges(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): number {
  const aLength = aEnd - aStart;
  const bLength = bEnd - bStart;
  const shared = aLength < bLength ? aLength : bLength;
  for (let i = 0; i < shared; i++) {
    const difference = a[aStart + i]! - b[bStart + i]!;
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}

export function startsWithConstant(data: Uint8Array, start: number, end: number, constant: Uint8Array): boolean {
  const length = constant.length;
  if (end - start < length) return false;
  for (let i = 0; i < length; i++) if (data[start + i] !== constant[i]) return false;
  return true;
}

export function endsWithConstant(data: Uint8Array, start: number, end: number, constant: Uint8Array): boolean {
  return end - start >= constant.length && startsWithConstant(data, end - constant.length, end, constant);
}

export function containsConstant(data: Uint8Array, start: number, end: number, constant: Uint8Array): boolean {
  const length = constant.length;
  if (length === 0) return true;
  const first = constant[0];
  const last = end - length;
  for (let i = start; i <= last; i++) {
    if (data[i] === first && startsWithConstant(data, i, end, constant)) return true;
  }
  return false;
}
