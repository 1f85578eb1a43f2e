import {gunzipSync} from 'node:zlib';
import type {ByteArena} from './byte-arena.ts';
import {CODECS, DecompressError, MAX_DECOMPRESSED, type Codec} from './codec.ts';
import {nativeCodecs} from './native-codecs.ts';
import {loadZstd, unzstd} from './zstd.ts';

/** Loads what is loaded asynchronously; await it once before `decompress`. */
export async function loadDecompressors(): Promise<void> {
  nativeCodecs();
  await loadZstd();
}

/** Appends the decompressed bytes to `arena` and returns where they start; they reach to the arena's end. Throws DecompressError. */
export function decompress(codec: Codec, input: Uint8Array, arena: ByteArena): number {
  const start = arena.length;
  try {
    append(codec, input, arena);
  } catch (error) {
    arena.truncate(start);
    if (error instanceof DecompressError) throw error;
    throw new DecompressError(codec, error instanceof Error ? error.message : String(error));
  }
  return start;
}

/** The codec of a batch's attributes, or undefined for a number that does not exist. */
export function codecOf(attributes: number): Codec | undefined {
  return CODECS[attributes & 7];
}

function append(codec: Codec, input: Uint8Array, arena: ByteArena): void {
  switch (codec) {
    case 'none':
      arena.append(input);
      return;
    case 'gzip':
      arena.append(gunzipSync(input, {maxOutputLength: MAX_DECOMPRESSED}));
      return;
    case 'snappy':
      appendSnappy(input, arena);
      return;
    case 'lz4':
      if (input.length < 7 || readUint32LE(input, 0) !== LZ4_MAGIC) throw new DecompressError('lz4', 'not a frame');
      nativeCodecs().call('lz4_decompress', input, output => {
        if (output.length === 0 && readUint32LE(input, input.length - 4) !== 0) throw new DecompressError('lz4', 'a block is damaged');
        arena.append(output);
      });
      return;
    case 'zstd':
      arena.append(unzstd(input));
  }
}

const LZ4_MAGIC = 0x184d2204;
/** Header of the framing of snappy-java: "\x82SNAPPY\0", version, lowest compatible version; then blocks of length and data. */
const XERIAL = Buffer.from('82534e4150505900', 'hex');
const XERIAL_HEADER_LENGTH = 16;

function appendSnappy(input: Uint8Array, arena: ByteArena): void {
  if (input.length < XERIAL_HEADER_LENGTH || XERIAL.compare(input, 0, XERIAL.length) !== 0) {
    appendSnappyBlock(input, arena);
    return;
  }
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let at = XERIAL_HEADER_LENGTH;
  while (at < input.length) {
    if (at + 4 > input.length) throw new DecompressError('snappy', 'a block header is cut off');
    const length = view.getUint32(at);
    at += 4;
    if (length > input.length - at) throw new DecompressError('snappy', 'a block is cut off');
    appendSnappyBlock(input.subarray(at, at + length), arena);
    at += length;
  }
}

function appendSnappyBlock(block: Uint8Array, arena: ByteArena): void {
  const size = snappySize(block);
  // An element of three bytes yields at most 64: a larger size is a lie that must not reach the allocator.
  if (size > block.length * 64 || size > MAX_DECOMPRESSED)
    throw new DecompressError('snappy', `${block.length} bytes claim to hold ${size}`);
  if (size === 0) return;
  nativeCodecs().call('snappy_decompress', block, output => {
    if (output.length !== size) throw new DecompressError('snappy', `${output.length} bytes instead of ${size}`);
    arena.append(output);
  });
}

function snappySize(block: Uint8Array): number {
  let size = 0;
  for (let i = 0; i < 5 && i < block.length; i++) {
    const byte = block[i]!;
    size += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return size;
  }
  throw new DecompressError('snappy', 'the size is cut off');
}

function readUint32LE(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
