/** Where the last `…Tail` call stopped: a second result without an object. */
export let tailEnd = 0;

/**
 * Goes on with a zigzag varint whose first two bytes are in `low` (14 bits) and whose next byte is at `at`; the raw value comes back.
 * More than five bytes give −1: no field of a record is that long.
 */
export function varintTail(bytes: Uint8Array, at: number, low: number): number {
  let raw = low;
  for (let shift = 14; shift < 35; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined) break;
    raw |= (byte & 127) << shift;
    if (byte < 128) {
      tailEnd = at;
      return raw >>> 0;
    }
  }
  tailEnd = at;
  return -1;
}

/** The same for values of up to ten bytes, as a double (exact up to 2^53). */
export function varlongTail(bytes: Uint8Array, at: number, low: number): number {
  let raw = low;
  let scale = 16384;
  for (let count = 2; count < 10; count++) {
    const byte = bytes[at++];
    if (byte === undefined) break;
    raw += (byte & 127) * scale;
    if (byte < 128) {
      tailEnd = at;
      return raw;
    }
    scale *= 128;
  }
  tailEnd = at;
  return Number.NaN;
}
