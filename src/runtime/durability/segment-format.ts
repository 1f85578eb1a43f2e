import {crc32} from 'node:zlib';
import {sqlError} from '../../common/sql-error.ts';

/**
 * A checkpoint segment: changed blocks of state stores. Little endian.
 *   header (32 bytes): magic 8 · format u32 · segment number u32 · checksum of these u32 · padding
 *   chunk: store u32 · section u32 · first index u32 · block bytes u32 · payload bytes u32 · checksum u32 (over the rest and payload), payload
 * A chunk holds adjacent blocks of equal size (`block bytes`; the last may be shorter): one header for all of them.
 */
export const SEGMENT_MAGIC = 'MILLRSEG';
export const SEGMENT_FORMAT = 1;
export const SEGMENT_HEADER = 32;
export const CHUNK_HEADER = 24;

export type Chunk = {
  readonly store: number;
  readonly section: number;
  readonly first: number;
  readonly blockBytes: number;
  readonly payload: Uint8Array;
};

export function segmentHeader(number: number): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(SEGMENT_MAGIC, 'latin1'));
  view.setUint32(8, SEGMENT_FORMAT, true);
  view.setUint32(12, number, true);
  view.setUint32(16, crc32(bytes.subarray(0, 16)), true);
  return bytes;
}

/** Fills in the header of a chunk whose payload already lies at `at + CHUNK_HEADER`. */
export function writeChunkHeader(bytes: Uint8Array, at: number, chunk: Omit<Chunk, 'payload'>, payloadBytes: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, CHUNK_HEADER);
  view.setUint32(0, chunk.store, true);
  view.setUint32(4, chunk.section, true);
  view.setUint32(8, chunk.first, true);
  view.setUint32(12, chunk.blockBytes, true);
  view.setUint32(16, payloadBytes, true);
  const header = bytes.subarray(at, at + 20);
  view.setUint32(20, crc32(bytes.subarray(at + CHUNK_HEADER, at + CHUNK_HEADER + payloadBytes), crc32(header)), true);
}

function damaged(file: string, byte: number, what: string): Error {
  return sqlError('data_corrupted', `checkpoint segment "${file}" is damaged at byte ${byte}: ${what}`, {
    hint: 'Restore the data directory from a copy; nothing of it was changed.',
  });
}

/** Every chunk of a segment whose first `length` bytes the manifest vouches for; payloads are views. Throws data_corrupted. */
export function* readSegment(file: string, bytes: Uint8Array, length: number): Generator<Chunk> {
  if (bytes.length < length) throw damaged(file, bytes.length, `${length - bytes.length} bytes are missing`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (length < SEGMENT_HEADER || Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== SEGMENT_MAGIC)
    throw damaged(file, 0, 'it is not a segment');
  if (view.getUint32(16, true) !== crc32(bytes.subarray(0, 16))) throw damaged(file, 8, 'the header checksum does not match');
  const padding = bytes.subarray(20, SEGMENT_HEADER).findIndex(byte => byte !== 0);
  if (padding >= 0) throw damaged(file, 20 + padding, 'the header holds something unknown');
  if (view.getUint32(8, true) > SEGMENT_FORMAT)
    throw sqlError('feature_not_supported', `checkpoint segment "${file}" has a newer format`, {
      hint: 'Start a newer version of Millrace.',
    });
  for (let at = SEGMENT_HEADER; at < length;) {
    const size = at + CHUNK_HEADER <= length ? view.getUint32(at + 16, true) : Infinity;
    const end = at + CHUNK_HEADER + size;
    if (end > length) throw damaged(file, at, 'a chunk is incomplete');
    const payload = bytes.subarray(at + CHUNK_HEADER, end);
    if (view.getUint32(at + 20, true) !== crc32(payload, crc32(bytes.subarray(at, at + 20))))
      throw damaged(file, at, 'a chunk does not match its checksum');
    yield {
      store: view.getUint32(at, true),
      section: view.getUint32(at + 4, true),
      first: view.getUint32(at + 8, true),
      blockBytes: view.getUint32(at + 12, true),
      payload,
    };
    at = end;
  }
}
