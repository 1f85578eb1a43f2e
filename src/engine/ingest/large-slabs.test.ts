import {expect, test} from 'vitest';
import type {RecordSlab} from '../../connectors/slab-source.ts';
import {InlineEngine} from '../testing/inline-engine.ts';
import {recordsFrom, slabPiece} from './slab-pieces.ts';

test('slabs that decoded may take more than the ring grants at once go over in pieces: every record arrives once', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all("CREATE STREAM n WITH (connector = 'generator', generator = 'nexmark', rate = 0, \"limit\" = 20000)");
  await session.all('CREATE MATERIALIZED VIEW v AS SELECT _offset, person, auction, bid FROM n');
  const counts = async () => (await session.rows('SELECT count(*), count(DISTINCT _offset), max(_offset) FROM v'))[0];
  await expect.poll(counts).toEqual(['20000', '20000', '19999']);
  await engine.stop();
});

test('a piece of a slab goes on where its last record ends, the last piece where the slab does', () => {
  const starts = Int32Array.of(0, 10, 20, 30);
  const slab: RecordSlab = {
    partition: 3,
    bytes: new Uint8Array(40),
    count: 4,
    offsets: Float64Array.of(5, 7, 8, 11),
    timestamps: new Float64Array(4),
    valueStart: starts,
    valueEnd: starts.map(at => at + 10),
    keyStart: new Int32Array(4).fill(-1),
    keyEnd: new Int32Array(4),
    headersStart: new Int32Array(4).fill(-1),
    headersEnd: new Int32Array(4),
    nextOffset: 20,
  };
  expect(slabPiece(slab, 0, 4)).toBe(slab);
  expect(slabPiece(slab, 1, 3)).toMatchObject({partition: 3, count: 2, nextOffset: 9, valueStart: Int32Array.of(10, 20)});
  expect(slabPiece(slab, 3, 4).nextOffset).toBe(20);
  expect([0, 6, 8, 9, 12].map(offset => recordsFrom(slab, offset))).toEqual([0, 1, 2, 3, 4]);
});
