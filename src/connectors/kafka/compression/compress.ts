import * as zlib from 'node:zlib';
import type {Codec} from './codec.ts';
import {nativeCodecs} from './native-codecs.ts';

/** Compresses the record section of a batch. zstd needs Node ≥ 22.15. */
export function compress(codec: Codec, input: Uint8Array): Uint8Array {
  switch (codec) {
    case 'none':
      return input;
    case 'gzip':
      return zlib.gzipSync(input, {level: 1});
    case 'snappy':
      return nativeCodecs().call('snappy_compress', input, output => output.slice());
    case 'lz4':
      return nativeCodecs().call('lz4_compress', input, output => output.slice());
    case 'zstd': {
      const native = (zlib as {zstdCompressSync?: (input: Uint8Array) => Uint8Array}).zstdCompressSync;
      if (native === undefined) throw new Error('zstd compression needs Node 22.15 or later');
      return native(input);
    }
  }
}
