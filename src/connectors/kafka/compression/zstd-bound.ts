const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const MAX_BLOCK = 128 * 1024;

/**
 * An upper bound of the decompressed size, found by hopping over the block headers (RFC 8878, 3.1.1): frames written by Kafka's
 * Java client do not carry their content size. Undefined when the frames are not well formed.
 */
export function zstdBound(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let bound = 0;
  while (at < bytes.length) {
    if (at + 8 > bytes.length) return undefined;
    const magic = view.getUint32(at, true);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (magic !== MAGIC) return undefined;
    const descriptor = bytes[at + 4]!;
    const singleSegment = (descriptor & 32) !== 0;
    const dictionaryIdSize = [0, 1, 2, 4][descriptor & 3]!;
    const contentSizeSize = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
    at += 5 + (singleSegment ? 0 : 1) + dictionaryIdSize + contentSizeSize;
    for (let last = false; !last;) {
      if (at + 3 > bytes.length) return undefined;
      const header = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
      last = (header & 1) === 1;
      const kind = (header >> 1) & 3;
      const size = header >>> 3;
      if (kind === 3 || size > MAX_BLOCK) return undefined;
      bound += kind === 2 ? MAX_BLOCK : size; // compressed blocks may grow up to the limit
      at += 3 + (kind === 1 ? 1 : size); // a run-length block is one byte, repeated
    }
    if ((descriptor & 4) !== 0) at += 4; // checksum
  }
  return at === bytes.length ? bound : undefined;
}
