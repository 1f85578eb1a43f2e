/** Codecs by their number in a record batch's attributes. */
export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Codec = (typeof CODECS)[number];

/** Compressed bytes that cannot be decompressed, or would grow beyond every sensible size. */
export class DecompressError extends Error {
  constructor(codec: Codec, reason: string) {
    super(`${codec} data cannot be decompressed: ${reason}`);
    this.name = 'DecompressError';
  }
}

/** No batch may grow beyond this (a broker's largest batch is 1 MB compressed unless configured otherwise). */
export const MAX_DECOMPRESSED = 256 * 1024 * 1024;
