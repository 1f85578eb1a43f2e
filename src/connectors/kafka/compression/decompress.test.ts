import fc from 'fast-check';
import {gzipSync} from 'node:zlib';
import {beforeAll, describe, expect, test} from 'vitest';
import {fuzzBudget} from '../../../common/testing/fuzz-budget.ts';
import {ByteArena} from './byte-arena.ts';
import {type Codec, DecompressError} from './codec.ts';
import {compress} from './compress.ts';
import {decompress, loadDecompressors} from './decompress.ts';
import {crc32c} from './native-codecs.ts';

beforeAll(loadDecompressors);

/** `printf 'millrace millrace millrace millrace\n' | zstd` (with content size, with checksum) and the same without content size. */
const ZSTD_TEXT = 'millrace millrace millrace millrace\n';
const ZSTD_WITH_SIZE = zstdRawFrame(ZSTD_TEXT, true);
const ZSTD_WITHOUT_SIZE = zstdRawFrame(ZSTD_TEXT, false);

describe('decompress', () => {
  for (const codec of ['none', 'gzip', 'snappy', 'lz4'] as const) {
    test(`${codec}: what was compressed comes back, appended after what was there`, () => {
      fc.assert(
        fc.property(fc.uint8Array({maxLength: 5000}), fc.nat(40), (part, repeat) => {
          const input = Buffer.concat(Array.from({length: repeat}, () => part));
          const arena = new ByteArena(16);
          arena.append(Buffer.from('before'));
          const start = decompress(codec, compress(codec, input), arena);
          expect(start).toBe(6);
          expect(Buffer.compare(arena.bytes.subarray(start, arena.length), input)).toBe(0);
        }),
        fuzzBudget(60),
      );
    });
  }

  test('zstd: frames with and without content size, and two in a row', () => {
    const arena = new ByteArena(16);
    decompress('zstd', ZSTD_WITH_SIZE, arena);
    decompress('zstd', Buffer.concat([ZSTD_WITHOUT_SIZE, ZSTD_WITH_SIZE]), arena);
    expect(Buffer.from(arena.bytes.subarray(0, arena.length)).toString()).toBe(ZSTD_TEXT.repeat(3));
  });

  test('snappy: the framing of snappy-java is unwrapped block by block', () => {
    const blocks = ['first block ', 'second block'].map(text => compress('snappy', Buffer.from(text)));
    const framed = Buffer.concat([
      Buffer.from('82534e415050590000000001' + '00000001', 'hex'),
      ...blocks.flatMap(b => [uint32(b.length), b]),
    ]);
    const arena = new ByteArena(16);
    decompress('snappy', framed, arena);
    expect(Buffer.from(arena.bytes.subarray(0, arena.length)).toString()).toBe('first block second block');
  });

  test('damaged input gives DecompressError or other bytes, quickly, and the next good input still works', () => {
    const good = Buffer.from('some text that repeats, some text that repeats; '.repeat(400));
    const inputs: [Codec, Uint8Array][] = (['gzip', 'snappy', 'lz4'] as const).map(codec => [codec, compress(codec, good)]);
    inputs.push(['zstd', ZSTD_WITH_SIZE]);
    for (const [codec, input] of inputs) {
      const arena = new ByteArena(1024);
      decompress(codec, input, arena);
      const expected = Buffer.from(arena.bytes.subarray(0, arena.length));
      fc.assert(
        fc.property(fc.nat(input.length - 1), fc.nat(7), fc.boolean(), (at, bit, cut) => {
          const damaged = new Uint8Array(cut ? input.subarray(0, at) : input);
          if (!cut) damaged[at]! ^= 1 << bit;
          arena.clear();
          const before = performance.now();
          try {
            decompress(codec, damaged, arena);
          } catch (error) {
            expect(error).toBeInstanceOf(DecompressError);
            expect(arena.length).toBe(0);
          }
          expect(performance.now() - before).toBeLessThan(2000);
          arena.clear();
          decompress(codec, input, arena);
          expect(Buffer.compare(arena.bytes.subarray(0, arena.length), expected)).toBe(0);
        }),
        fuzzBudget(300),
      );
    }
  });

  test('a bomb is refused instead of filling memory', () => {
    const arena = new ByteArena(16);
    const claim = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), Buffer.alloc(20)]);
    const member = gzipSync(Buffer.alloc(16 * 1024 * 1024), {level: 1});
    expect(() => decompress('snappy', claim, arena)).toThrow(DecompressError);
    expect(() => decompress('gzip', Buffer.concat(Array.from({length: 17}, () => member)), arena)).toThrow(DecompressError);
  });
});

test('crc32c: the check value of the Castagnoli polynomial', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(0))).toBe(0);
});

/** A zstd frame of one raw block (RFC 8878). */
function zstdRawFrame(text: string, withSize: boolean): Buffer {
  const content = Buffer.from(text);
  const head = withSize ? [0x20, content.length] : [0x00, 0x58];
  const block = (content.length << 3) | 1;
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...head, block & 255, (block >> 8) & 255, block >> 16]), content]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
