import fc from 'fast-check';
import {expect, test} from 'vitest';
import {ForgetfulFiles} from './forgetful-files.ts';
import {SegmentFiles, type SegmentEntry} from './segment-files.ts';
import {SegmentWriter} from './segment-writer.ts';

const DIR = '/data/segments';
const BLOCK = 16;
const key = (store: number, section: number, index: number): string => `${store}/${section}/${index}`;

function contents(files: ForgetfulFiles, segments: readonly SegmentEntry[]): Map<string, number> {
  const blocks = new Map<string, number>();
  for (const chunk of new SegmentFiles(files, DIR, segments).read())
    for (let i = 0; i * BLOCK < chunk.payload.length; i++)
      blocks.set(key(chunk.store, chunk.section, chunk.first + i), chunk.payload[i * BLOCK]!);
  return blocks;
}

const write = fc.record({
  store: fc.integer({min: 0, max: 2}),
  section: fc.integer({min: 0, max: 1}),
  first: fc.nat(30),
  count: fc.integer({min: 1, max: 8}),
  value: fc.nat(255),
});

test('after any sequence of checkpoints and power losses, the manifest gives back the newest committed blocks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({writes: fc.array(write, {maxLength: 12}), lose: fc.boolean()}), {maxLength: 15}),
      async checkpoints => {
        const files = new ForgetfulFiles();
        let manifest: readonly SegmentEntry[] = [];
        let expected = new Map<string, number>();
        let segmentFiles = new SegmentFiles(files, DIR, manifest);
        for (const {writes, lose} of checkpoints) {
          const next = new Map(expected);
          segmentFiles.begin();
          const writer = new SegmentWriter(piece => segmentFiles.append(piece));
          // A checkpoint hands over each block once.
          const seen = new Set<string>();
          for (const w of writes) {
            const keys = Array.from({length: w.count}, (_, i) => key(w.store, w.section, w.first + i));
            if (keys.some(k => seen.has(k))) continue;
            keys.forEach(k => seen.add(k));
            writer.forStore(w.store, () => BLOCK).blocks(w.section, w.first, new Uint8Array(w.count * BLOCK).fill(w.value));
            for (let i = 0; i < w.count; i++) next.set(key(w.store, w.section, w.first + i), w.value);
          }
          writer.finish();
          if (lose) {
            files.crash();
            segmentFiles = new SegmentFiles(files, DIR, manifest);
            for (const _ of segmentFiles.read());
          } else {
            const {segments, obsolete} = await segmentFiles.finish([]);
            manifest = segments;
            segmentFiles.committed(segments, obsolete);
            expected = next;
            files.crash();
          }
          expect(contents(files, manifest)).toEqual(expected);
        }
      },
    ),
    {numRuns: 60},
  );
});

test('rewriting the same blocks again and again keeps the disk within three times the state', async () => {
  const files = new ForgetfulFiles();
  const segmentFiles = new SegmentFiles(files, DIR, []);
  const state = 400 * BLOCK;
  for (let round = 0; round < 200; round++) {
    segmentFiles.begin();
    const writer = new SegmentWriter(piece => segmentFiles.append(piece));
    const target = writer.forStore(1, () => BLOCK);
    if (round === 0) target.blocks(0, 0, new Uint8Array(state));
    for (let i = 0; i < 10; i++) target.blocks(0, (round * 37 + i * 41) % 400, new Uint8Array(BLOCK).fill(round));
    writer.finish();
    const {segments, obsolete} = await segmentFiles.finish([]);
    segmentFiles.committed(segments, obsolete);
  }
  const overhead = (BLOCK + 24) / BLOCK;
  expect(segmentFiles.totalBytes()).toBeLessThan(3 * state * overhead);
});

test('every flipped bit and every cut of a segment is noticed and named with file and byte', async () => {
  const files = new ForgetfulFiles();
  const segmentFiles = new SegmentFiles(files, DIR, []);
  segmentFiles.begin();
  const writer = new SegmentWriter(piece => segmentFiles.append(piece));
  for (let i = 0; i < 5; i++) writer.forStore(i, () => BLOCK).blocks(0, 0, new Uint8Array(3 * BLOCK).fill(i));
  writer.finish();
  const {segments} = await segmentFiles.finish([]);
  const file = `${DIR}/0000000001.segment`;
  const whole = files.read(file);
  for (let byte = 0; byte < whole.length; byte++) {
    if (byte >= 20 && byte < 32) continue; // padding of the header
    const damaged = whole.slice();
    damaged[byte]! ^= 1 << (byte % 8);
    files.open(file, 'append').write(damaged, 0);
    expect(() => contents(files, segments), `byte ${byte}`).toThrow(/0000000001\.segment" (is damaged at byte \d+|has a newer format)/);
  }
  files.open(file, 'append').write(whole, 0);
  for (let length = 0; length < whole.length; length++) {
    files.open(file, 'append').truncate(length);
    expect(() => contents(files, segments)).toThrow(/is damaged at byte/);
    files.open(file, 'append').write(whole, 0);
  }
});
