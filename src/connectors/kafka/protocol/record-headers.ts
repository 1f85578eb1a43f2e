/** One header of a record; a null value differs from an empty one. */
export type RecordHeader = {readonly key: string; readonly value: Uint8Array | null};

/** Decodes a raw header section (bytes [start, end), header count included). Throws RangeError when it is malformed. */
export function decodeRecordHeaders(bytes: Uint8Array, start: number, end: number): RecordHeader[] {
  let at = start;
  const varint = (): number => {
    let raw = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (at >= end) break;
      const byte = bytes[at++]!;
      raw |= (byte & 127) << shift;
      if (byte < 128) return (raw >>> 1) ^ -(raw & 1);
    }
    throw new RangeError('malformed record headers');
  };
  const take = (length: number): Uint8Array => {
    if (length < 0 || length > end - at) throw new RangeError('malformed record headers');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const headers: RecordHeader[] = [];
  for (let count = varint(); count > 0; count--) {
    const name = take(varint());
    const key = Buffer.from(name.buffer, name.byteOffset, name.length).toString('utf8');
    const length = varint();
    headers.push({key, value: length === -1 ? null : take(length)});
  }
  if (at !== end) throw new RangeError('malformed record headers');
  return headers;
}

/** The raw section that `decodeRecordHeaders` reads. */
export function encodeRecordHeaders(headers: readonly RecordHeader[]): Uint8Array {
  const parts: Uint8Array[] = [zigzag(headers.length)];
  for (const {key, value} of headers) {
    const name = Buffer.from(key, 'utf8');
    parts.push(zigzag(name.length), name, zigzag(value === null ? -1 : value.length));
    if (value !== null) parts.push(value);
  }
  return Buffer.concat(parts);
}

function zigzag(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
