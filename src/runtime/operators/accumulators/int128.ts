/**
 * 128-bit two's complement in four 32-bit words, the lowest first, in place. Adding an int64 cannot overflow in practice: it would take
 * 2^64 additions.
 */
export function addInt64(ints: Int32Array, at: number, low: number, high: number): void {
  const extension = high >> 31;
  let sum = (ints[at]! >>> 0) + (low >>> 0);
  ints[at] = sum;
  sum = (ints[at + 1]! >>> 0) + (high >>> 0) + (sum > 4294967295 ? 1 : 0);
  ints[at + 1] = sum;
  sum = (ints[at + 2]! >>> 0) + (extension >>> 0) + (sum > 4294967295 ? 1 : 0);
  ints[at + 2] = sum;
  ints[at + 3] = ints[at + 3]! + extension + (sum > 4294967295 ? 1 : 0);
}

export function subtractInt64(ints: Int32Array, at: number, low: number, high: number): void {
  const extension = high >> 31;
  let difference = (ints[at]! >>> 0) - (low >>> 0);
  ints[at] = difference;
  difference = (ints[at + 1]! >>> 0) - (high >>> 0) - (difference < 0 ? 1 : 0);
  ints[at + 1] = difference;
  difference = (ints[at + 2]! >>> 0) - (extension >>> 0) - (difference < 0 ? 1 : 0);
  ints[at + 2] = difference;
  ints[at + 3] = ints[at + 3]! - extension - (difference < 0 ? 1 : 0);
}

/** Adds the int64 `weight` times. */
export function addWeighted(ints: Int32Array, at: number, low: number, high: number, weight: number): void {
  if (weight === 1) addInt64(ints, at, low, high);
  else if (weight === -1) subtractInt64(ints, at, low, high);
  else if (weight !== 0) writeInt128(ints, at, readInt128(ints, at) + ((BigInt(high) << 32n) | BigInt(low >>> 0)) * BigInt(weight));
}

export function readInt128(ints: Int32Array, at: number): bigint {
  const low = (BigInt(ints[at + 1]! >>> 0) << 32n) | BigInt(ints[at]! >>> 0);
  return (BigInt(ints[at + 3]!) << 96n) | (BigInt(ints[at + 2]! >>> 0) << 64n) | low;
}

export function writeInt128(ints: Int32Array, at: number, value: bigint): void {
  for (let w = 0; w < 4; w++) ints[at + w] = Number(BigInt.asIntN(32, value >> BigInt(32 * w)));
}

/** The value as a double when it is a safe integer, else NaN. */
export function safeInt128(ints: Int32Array, at: number): number {
  const extension = ints[at + 1]! >> 31;
  if (ints[at + 2] !== extension || ints[at + 3] !== extension) return NaN;
  const value = ints[at + 1]! * 4294967296 + (ints[at]! >>> 0);
  return Number.isSafeInteger(value) ? value : NaN;
}
