import fc from 'fast-check';
import {expect, test} from 'vitest';
import {fuzzBudget} from '../../../common/testing/fuzz-budget.ts';
import {readApiVersions} from './api-versions.ts';
import {readFetchResponse} from './fetch-response.ts';
import {readListOffsetsResponse} from './list-offsets.ts';
import {readMetadataResponse} from './metadata.ts';
import {readFindCoordinator, readOffsetCommit} from './offset-commit.ts';
import {readSaslAuthenticate, readSaslHandshake} from './sasl-messages.ts';
import {MalformedResponse, WireReader} from './wire-reader.ts';
import {WireWriter} from './wire-writer.ts';

const READERS: readonly [string, (reader: WireReader) => unknown][] = [
  ['api versions', readApiVersions],
  ['sasl handshake', readSaslHandshake],
  ['sasl authenticate', readSaslAuthenticate],
  ['find coordinator', readFindCoordinator],
  ['offset commit', readOffsetCommit],
  ...[7, 9, 12].map((v): [string, (reader: WireReader) => unknown] => [`metadata v${v}`, r => readMetadataResponse(r, v)]),
  ...[4, 7].map((v): [string, (reader: WireReader) => unknown] => [`list offsets v${v}`, r => readListOffsetsResponse(r, v)]),
  ...[11, 12, 16].map((v): [string, (reader: WireReader) => unknown] => [`fetch v${v}`, r => readFetchResponse(r, v)]),
];

test.each(READERS)('%s: random bytes end quickly in an answer or in MalformedResponse', (_name, read) => {
  const small = fc.uint8Array({maxLength: 300});
  const zeros = fc.tuple(small, fc.nat(2000)).map(([bytes, count]) => new Uint8Array([...bytes, ...new Uint8Array(count)]));
  fc.assert(
    fc.property(fc.oneof(small, zeros), bytes => {
      const before = performance.now();
      try {
        read(new WireReader(Buffer.from(bytes)));
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedResponse);
      }
      expect(performance.now() - before).toBeLessThan(500);
    }),
    fuzzBudget(1000),
  );
});

test('what the writer writes the reader reads', () => {
  fc.assert(
    fc.property(
      fc.maxSafeInteger(),
      fc.integer({min: 0, max: 2 ** 32 - 1}),
      fc.string({unit: 'grapheme'}),
      fc.option(fc.string(), {nil: null}),
      fc.boolean(),
      (big, unsigned, text, nullable, flexible) => {
        const writer = new WireWriter(4);
        writer.int64(big).varint(unsigned).string(text, flexible).nullableString(nullable, flexible).noTags(flexible).int16(-7);
        const reader = new WireReader(writer.bytes());
        expect(reader.int64()).toBe(big);
        expect(reader.varint()).toBe(unsigned);
        expect(reader.string(flexible)).toBe(Buffer.from(text).toString());
        expect(reader.nullableString(flexible)).toBe(nullable === null ? null : Buffer.from(nullable).toString());
        reader.skipTags(flexible);
        expect(reader.int16()).toBe(-7);
        expect(reader.remaining).toBe(0);
      },
    ),
  );
});
