import fc from 'fast-check';
import {expect, test} from 'vitest';
import {finishHash} from './hash-mix.ts';
import {HashIndex} from './hash-index.ts';

test('a hash index is a multimap from hash to number under any sequence of insertions and removals', () => {
  const operation = fc.record({hash: fc.integer({min: 0, max: 5}), number: fc.nat({max: 40}), insert: fc.boolean()});
  fc.assert(
    fc.property(fc.array(operation, {maxLength: 200}), operations => {
      const index = new HashIndex();
      const model = new Map<string, true>();
      for (const {hash, number, insert} of operations) {
        const name = `${hash}/${number}`;
        if (insert && !model.has(name)) {
          index.insert(hash, number);
          model.set(name, true);
        } else if (!insert) expect(index.remove(hash, number)).toBe(model.delete(name));
      }
      expect(index.count).toBe(model.size);
      for (let hash = 0; hash <= 5; hash++) {
        const found: number[] = [];
        for (let n = index.first(hash); n >= 0; n = index.next(hash, n)) found.push(n);
        const expected = [...model.keys()].filter(k => k.startsWith(`${hash}/`)).map(k => Number(k.slice(2)));
        expect(found.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
      }
    }),
    {numRuns: 300},
  );
});

test('growth through all shard counts loses nothing, and removal empties it again', () => {
  const index = new HashIndex();
  const n = 700_000;
  for (let i = 0; i < n; i++) index.insert(finishHash(i), i);
  expect(index.count).toBe(n);
  expect(index.byteLength() / n).toBeLessThan(32);
  const hashes = new Int32Array(512);
  const out = new Int32Array(512);
  for (let from = 0; from + 512 <= n; from += 50_000) {
    for (let k = 0; k < 512; k++) hashes[k] = finishHash(from + k);
    index.firsts(hashes, 512, out);
    for (let k = 0; k < 512; k++) {
      let number = out[k]!;
      while (number !== from + k && number >= 0) number = index.next(hashes[k]!, number);
      expect(number).toBe(from + k);
    }
  }
  for (let i = 0; i < n; i++) if (!index.remove(finishHash(i), i)) throw new Error(`lost ${i}`);
  expect(index.count).toBe(0);
});
