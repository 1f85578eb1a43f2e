import fc from 'fast-check';
import {beforeAll, describe, expect, test} from 'vitest';
import {fuzzBudget} from '../../../common/testing/fuzz-budget.ts';
import type {Codec} from '../compression/codec.ts';
import {loadDecompressors} from '../compression/decompress.ts';
import {crc32c} from '../compression/native-codecs.ts';
import {RecordBatchWriter} from '../protocol/record-batch-writer.ts';
import {encodeRecordHeaders} from '../protocol/record-headers.ts';
import {CorruptBatch, offsetBehind} from './batch-header.ts';
import {RecordWalker, type FetchedPiece} from './record-walker.ts';

beforeAll(loadDecompressors);

type Plain = {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: string | null;
};

const text = (bytes: Uint8Array, start: number, end: number): string | null =>
  start < 0 ? null : Buffer.from(bytes.subarray(start, end)).toString('latin1');

/** Walks a whole piece; also checks that every reported position lies in the slab's bytes. */
function walk(
  piece: Partial<FetchedPiece> & {bytes: Buffer},
  checkCrcs = false,
): {records: Plain[]; nextOffset: number; slabs: number; error?: CorruptBatch} {
  const walker = new RecordWalker({checkCrcs});
  const full = {partition: 3, start: 0, end: piece.bytes.length, fromOffset: 0, aborted: [], ...piece};
  walker.open(full);
  const records: Plain[] = [];
  let nextOffset = full.fromOffset;
  let slabs = 0;
  try {
    while (walker.next()) {
      const {slab} = walker;
      slabs++;
      const inFrame = slab.bytes === piece.bytes;
      const [low, high] = inFrame ? [full.start, full.end] : [0, slab.bytes.length];
      for (let i = 0; i < slab.count; i++) {
        for (const [start, end] of [
          [slab.keyStart[i]!, slab.keyEnd[i]!],
          [slab.valueStart[i]!, slab.valueEnd[i]!],
          [slab.headersStart[i]!, slab.headersEnd[i]!],
        ] as const) {
          if (start === -1 && end === -1) continue;
          expect(start >= low && start <= end && end <= high).toBe(true);
        }
        records.push({
          offset: slab.offsets[i]!,
          timestamp: slab.timestamps[i]!,
          key: text(slab.bytes, slab.keyStart[i]!, slab.keyEnd[i]!),
          value: text(slab.bytes, slab.valueStart[i]!, slab.valueEnd[i]!),
          headers: text(slab.bytes, slab.headersStart[i]!, slab.headersEnd[i]!),
        });
      }
      expect(slab.nextOffset).toBeGreaterThan(slab.count > 0 ? slab.offsets[slab.count - 1]! : nextOffset);
      nextOffset = slab.nextOffset;
    }
  } catch (error) {
    if (!(error instanceof CorruptBatch)) throw error;
    return {records, nextOffset, slabs, error};
  }
  return {records, nextOffset, slabs};
}

type BatchArgs = {
  readonly baseOffset: number;
  readonly values: readonly (string | null)[];
  readonly codec?: Codec;
  readonly producerId?: number;
  readonly control?: 'commit' | 'abort';
};

/** One batch at an offset; a marker when `control` is given. */
function batch({baseOffset, values, codec = 'none', producerId = -1, control}: BatchArgs): Buffer {
  const writer = new RecordBatchWriter({capacity: 1_000_000, codec});
  if (control === undefined)
    for (const [i, value] of values.entries()) writer.append(1000 + i, null, value === null ? null : Buffer.from(value, 'latin1'));
  else writer.append(1000, Buffer.from([0, 0, 0, control === 'commit' ? 1 : 0]), Buffer.alloc(6));
  const bytes = Buffer.from(writer.finish());
  bytes.writeBigInt64BE(BigInt(baseOffset), 0);
  bytes.writeBigInt64BE(BigInt(producerId), 43);
  bytes.writeInt16BE(bytes.readInt16BE(21) | (producerId >= 0 ? 16 : 0) | (control === undefined ? 0 : 32), 21);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

const codecs = fc.constantFrom<Codec>('none', 'gzip', 'snappy', 'lz4');
const nullableBytes = fc.option(fc.uint8Array({maxLength: 300}), {nil: null});

describe('record walker', () => {
  test('what the writer wrote is found again: any keys, values, headers, times, codecs, batch sizes and start offsets', () => {
    const record = fc.record({
      timestamp: fc.integer({min: 0, max: 2 ** 45}),
      key: nullableBytes,
      value: nullableBytes,
      headers: fc.option(fc.array(fc.record({key: fc.string({maxLength: 5}), value: nullableBytes}), {minLength: 1, maxLength: 3}), {
        nil: null,
      }),
    });
    const batches = fc.array(fc.tuple(codecs, fc.array(record, {minLength: 1, maxLength: 40}), fc.nat(3)), {maxLength: 6});
    fc.assert(
      fc.property(batches, fc.nat(60), fc.boolean(), (list, fromOffset, checkCrcs) => {
        const expected: Plain[] = [];
        const parts: Buffer[] = [];
        let offset = 0;
        for (const [codec, records, gap] of list) {
          offset += gap;
          const writer = new RecordBatchWriter({capacity: 100_000, codec});
          const base = offset;
          for (const {timestamp, key, value, headers} of records) {
            const section = headers === null ? null : encodeRecordHeaders(headers);
            writer.append(timestamp, key, value, section);
            const latin1 = (b: Uint8Array | null): string | null => (b === null ? null : Buffer.from(b).toString('latin1'));
            expected.push({offset: offset++, timestamp, key: latin1(key), value: latin1(value), headers: latin1(section)});
          }
          const bytes = Buffer.from(writer.finish());
          bytes.writeBigInt64BE(BigInt(base), 0);
          parts.push(bytes);
        }
        const bytes = Buffer.concat([Buffer.from('before'), ...parts, Buffer.from('cut off batch')]);
        const piece = {bytes, start: 6, fromOffset};
        if (parts.length === 0) return;
        const found = walk(piece, checkCrcs);
        expect(found.error).toBeUndefined();
        expect(found.records).toEqual(expected.filter(r => r.offset >= fromOffset));
        expect(found.nextOffset).toBe(Math.max(fromOffset, offset));
        expect(offsetBehind(bytes, 6, bytes.length)).toBe(offset);
      }),
      fuzzBudget(300),
    );
  });

  test('a slab holds at most 8192 records and goes on in the middle of a batch, compressed or not', () => {
    for (const codec of ['none', 'lz4'] as const) {
      const values = Array.from({length: 20_000}, (_, i) => String(i));
      const bytes = Buffer.concat([batch({baseOffset: 5, values, codec}), batch({baseOffset: 20_005, values: ['last'], codec})]);
      const found = walk({bytes, fromOffset: 7});
      expect(found.records.map(r => r.value)).toEqual([...values.slice(2), 'last']);
      expect(found.slabs).toBe(3);
    }
  });

  test('markers are dropped and move the position; aborted transactions go under read_committed only', () => {
    const bytes = Buffer.concat([
      batch({baseOffset: 0, values: ['a0', 'a1'], producerId: 7}),
      batch({baseOffset: 2, values: ['b0'], producerId: 8}),
      batch({baseOffset: 3, values: [], producerId: 7, control: 'abort'}),
      batch({baseOffset: 4, values: ['c0'], producerId: 7}),
      batch({baseOffset: 5, values: [], producerId: 8, control: 'commit'}),
      batch({baseOffset: 6, values: [], producerId: 7, control: 'commit'}),
    ]);
    const committed = walk({bytes, aborted: [{producerId: 7n, firstOffset: 0}]});
    expect(committed.records.map(r => r.value)).toEqual(['b0', 'c0']);
    expect(committed.nextOffset).toBe(7);
    const uncommitted = walk({bytes, aborted: undefined});
    expect(uncommitted.records.map(r => r.value)).toEqual(['a0', 'a1', 'b0', 'c0']);
    // Began before this piece, ends after it: all of the producer's records go.
    const middle = walk({bytes: bytes.subarray(0, bytes.indexOf('b0') + 20), aborted: [{producerId: 7n, firstOffset: -5}]});
    expect(middle.records.some(r => r.value?.startsWith('a'))).toBe(false);
    // Only filtered records: one slab without records that moves on.
    const only = walk({bytes: batch({baseOffset: 0, values: ['x'], producerId: 7}), aborted: [{producerId: 7n, firstOffset: 0}]});
    expect(only).toMatchObject({records: [], nextOffset: 1, slabs: 1});
  });

  test('what stands before a damaged batch is delivered, then the damage is reported with its offset', () => {
    const good = batch({baseOffset: 0, values: ['x', 'y']});
    const bad = batch({baseOffset: 2, values: ['z']});
    bad[61]! ^= 0x55; // length of the record
    const found = walk({bytes: Buffer.concat([good, bad])});
    expect(found.records.map(r => r.value)).toEqual(['x', 'y']);
    expect(found.nextOffset).toBe(2);
    expect(found.error?.offset).toBe(2);
    const flipped = batch({baseOffset: 0, values: ['value']});
    flipped[flipped.length - 3]! ^= 1;
    expect(walk({bytes: flipped}).error).toBeUndefined();
    expect(walk({bytes: flipped}, true).error?.message).toContain('checksum');
  });

  test('old message formats, unknown codecs and pieces without a whole batch are errors, not silence', () => {
    const old = batch({baseOffset: 0, values: ['x']});
    old[16] = 1;
    expect(walk({bytes: old}).error?.message).toContain('message format 1');
    const unknown = batch({baseOffset: 0, values: ['x']});
    unknown[22] = 6;
    expect(walk({bytes: unknown}).error?.message).toContain('unknown compression 6');
    const half = batch({baseOffset: 0, values: ['x']}).subarray(0, 40);
    expect(walk({bytes: half}).error?.message).toContain('without one complete batch');
  });

  test('random, flipped and cut bytes end quickly in records or in CorruptBatch, inside of the buffer', () => {
    const values = Array.from({length: 50}, (_, i) => `value ${i} `.repeat(i % 9));
    for (const codec of ['none', 'gzip', 'snappy', 'lz4'] as const) {
      const good = Buffer.concat([batch({baseOffset: 0, values, codec}), batch({baseOffset: 50, values, codec, producerId: 4})]);
      const flips = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), {minLength: 1, maxLength: 6});
      fc.assert(
        fc.property(flips, fc.nat(good.length), fc.boolean(), (changes, cut, doCut) => {
          const bytes = Buffer.from(doCut ? good.subarray(0, cut) : good);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          const before = performance.now();
          const found = walk({bytes});
          expect(performance.now() - before).toBeLessThan(1000);
          for (let i = 1; i < found.records.length; i++) expect(found.records[i]!.offset).toBeGreaterThan(found.records[i - 1]!.offset);
          offsetBehind(bytes, 0, bytes.length);
        }),
        fuzzBudget(1500),
      );
    }
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 400}), random => {
        walk({bytes: Buffer.from(random)});
        // A good header over random records
        const bytes = batch({baseOffset: 0, values: ['x'.repeat(random.length)]});
        bytes.set(random, bytes.length - random.length - 1);
        bytes.writeInt32BE(1000, 57);
        walk({bytes});
      }),
      fuzzBudget(3000),
    );
  });

  test('a damaged checked batch is never delivered: checksums find every flip behind the header', () => {
    const good = batch({baseOffset: 0, values: ['one', 'two', 'three'], codec: 'lz4'});
    fc.assert(
      fc.property(fc.integer({min: 21, max: good.length - 1}), fc.nat(7), (at, bit) => {
        const bytes = Buffer.from(good);
        bytes[at]! ^= 1 << bit;
        const found = walk({bytes}, true);
        expect(found.error).toBeInstanceOf(CorruptBatch);
        expect(found.records).toEqual([]);
      }),
      fuzzBudget(200),
    );
  });
});
