import * as zlib from 'node:zlib';
import {DecompressError, MAX_DECOMPRESSED} from './codec.ts';
import {zstdBound} from './zstd-bound.ts';

type Decode = (input: Uint8Array) => Uint8Array;

let decode: Decode | undefined;
let loading: Promise<void> | undefined;

/** Chooses node:zlib where it has zstd (Node ≥ 22.15), else the WASM decoder; await it once before `unzstd`. */
export function loadZstd(): Promise<void> {
  loading ??= load();
  return loading;
}

export function unzstd(input: Uint8Array): Uint8Array {
  if (decode === undefined) throw new DecompressError('zstd', 'the decoder has not been loaded');
  return decode(input);
}

async function load(): Promise<void> {
  const native = (zlib as {zstdDecompressSync?: (input: Uint8Array, options: {maxOutputLength: number}) => Uint8Array}).zstdDecompressSync;
  if (native !== undefined) {
    decode = input => native(input, {maxOutputLength: MAX_DECOMPRESSED});
    return;
  }
  const {ZSTDDecoder} = await import('zstddec');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  decode = input => {
    const bound = zstdBound(input);
    if (bound === undefined) throw new DecompressError('zstd', 'its frames are not well formed');
    if (bound > MAX_DECOMPRESSED) throw new DecompressError('zstd', `it would grow to ${bound} bytes`);
    if (bound === 0) return new Uint8Array(0);
    const output = decoder.decode(input, bound);
    // The decoder has no errors of its own: a failed block comes back as no bytes at all.
    if (output.length === 0) throw new DecompressError('zstd', 'a block is damaged');
    return output;
  };
}
