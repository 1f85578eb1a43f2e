import fc from 'fast-check';
import {expect, test} from 'vitest';
import {OrderedIndex} from './ordered-index.ts';

test('the least and the greatest of every group are found under any sequence of insertions and removals', () => {
  const script = fc.array(fc.record({group: fc.nat({max: 5}), value: fc.nat({max: 1000}), insert: fc.boolean()}), {
    minLength: 100,
    maxLength: 6000,
  });
  fc.assert(
    fc.property(script, operations => {
      const values: number[] = [];
      const index = new OrderedIndex({compare: (a, b) => values[a]! - values[b]!});
      const present = new Map<number, {group: number; value: number}>();
      for (const {group, value, insert} of operations) {
        if (insert || present.size === 0) {
          const row = values.push(value) - 1;
          // A coarse prefix forces full comparisons.
          index.insert(group, Math.floor(value / 10), row);
          present.set(row, {group, value});
        } else {
          const [row, entry] = [...present][value % present.size]!;
          expect(index.remove(entry.group, Math.floor(entry.value / 10), row)).toBe(true);
          expect(index.remove(entry.group, Math.floor(entry.value / 10), row)).toBe(false);
          present.delete(row);
        }
      }
      for (let group = -1; group <= 6; group++) {
        const inGroup = [...present.values()].filter(e => e.group === group).map(e => e.value);
        const least = index.first(group);
        const greatest = index.last(group);
        expect(least < 0 ? undefined : values[least]).toBe(inGroup.length === 0 ? undefined : Math.min(...inGroup));
        expect(greatest < 0 ? undefined : values[greatest]).toBe(inGroup.length === 0 ? undefined : Math.max(...inGroup));
      }
    }),
    {numRuns: 30},
  );
});

test('ascending, descending and random bulk loads stay sorted', () => {
  for (const key of [(i: number) => i, (i: number) => -i, (i: number) => Math.imul(i, 0x9e3779b1)]) {
    const index = new OrderedIndex({compare: () => 0});
    for (let i = 0; i < 20_000; i++) index.insert(1, key(i), i);
    let least = Infinity;
    let greatest = -Infinity;
    for (let i = 0; i < 20_000; i++) {
      least = Math.min(least, key(i));
      greatest = Math.max(greatest, key(i));
    }
    expect(key(index.first(1))).toBe(least);
    expect(key(index.last(1))).toBe(greatest);
    for (let i = 0; i < 20_000; i++) expect(index.remove(1, key(i), i)).toBe(true);
    expect(index.count).toBe(0);
    expect(index.first(1)).toBe(-1);
  }
});
