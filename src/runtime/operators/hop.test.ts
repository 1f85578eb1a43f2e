import fc from 'fast-check';
import {describe, test} from 'vitest';
import type {Schema} from '../batch/batch.ts';
import {drive} from '../testing/drive.ts';
import {checkLaws} from '../testing/operator-laws.ts';
import {z, type Cell, type ZRow} from '../testing/zset.ts';
import {HopOperator} from './hop.ts';

const INPUT: Schema = ['i64', 'bytes'];

test('a row is in every hopping window that is open at its time', () => {
  const hop = drive(new HopOperator({label: 'hop', input: INPUT, time: 0, size: 10, slide: 4, offset: 1, cumulate: false}), INPUT);
  hop.step(z`9 a +1`).emits(z`
    9 a 9 19 +1
    9 a 5 15 +1
    9 a 1 11 +1`);
  hop.step(z`-3 b -2`).emits(z`
    -3 b -3 7 -2
    -3 b -7 3 -2
    -3 b -11 -1 -2`);
});

test('a row is in every cumulating window that ends after it', () => {
  const hop = drive(new HopOperator({label: 'cumulate', input: INPUT, time: 0, size: 10, slide: 4, offset: 0, cumulate: true}), INPUT);
  hop.step(z`4 a +1`).emits(z`
    4 a 0 8 +1
    4 a 0 10 +1`);
  hop.step(z`-1 b +1`).emits(z`-1 b -10 0 +1`);
});

test('no time, no window; an infinite time is its own', () => {
  const hop = drive(new HopOperator({label: 'hop', input: INPUT, time: 0, size: 2, slide: 2, offset: 0, cumulate: false}), INPUT);
  hop.step(z`∅ a +3`).emits(z`∅ a ∅ ∅ +3`);
  hop.step(z`9223372036854775807 a +1`).emits(z`9223372036854775807 a 9223372036854775807 9223372036854775807 +1`);
});

describe('laws of windows', () => {
  const times: fc.Arbitrary<Cell> = fc.oneof(
    fc.integer({min: -30, max: 30}).map(String),
    fc.constantFrom(null, '1700000000000000', '9007199254740993', '-9007199254740994'),
  );
  for (const [size, slide, offset, cumulate] of [
    [10, 10, 0, false],
    [10, 3, 1, false],
    [12, 4, -2, true],
    [10, 4, 0, true],
  ] as const) {
    test(`size ${size}, slide ${slide}, offset ${offset}${cumulate ? ', cumulating' : ''}`, () => {
      const windowsOf = (row: ZRow): ZRow[] => {
        const [time] = row.cells;
        if (time == null) return [{...row, cells: [...row.cells, null, null]}];
        const t = BigInt(time);
        const found: ZRow[] = [];
        // Every window that there could be.
        for (let start = t - BigInt(size) - 1n; start <= t; start++) {
          const due =
            (((start - BigInt(offset)) % BigInt(cumulate ? size : slide)) + BigInt(size * slide)) % BigInt(cumulate ? size : slide);
          if (due !== 0n) continue;
          const ends = cumulate
            ? Array.from({length: Math.ceil(size / slide)}, (_, i) => start + BigInt(Math.min(size, (i + 1) * slide)))
            : [start + BigInt(size)];
          for (const end of ends) if (t < end) found.push({...row, cells: [...row.cells, String(start), String(end)]});
        }
        return found;
      };
      checkLaws(
        {
          name: 'hop',
          inputs: [INPUT],
          rows: [fc.tuple(times, fc.constantFrom('a', 'b'))],
          make: () => new HopOperator({label: 'hop', input: INPUT, time: 0, size, slide, offset, cumulate}),
          batch: ([rows]) => rows!.flatMap(windowsOf),
        },
        30,
      );
    });
  }
});
