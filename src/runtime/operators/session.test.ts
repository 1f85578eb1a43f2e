import fc from 'fast-check';
import {describe, test} from 'vitest';
import type {Schema} from '../batch/batch.ts';
import {drive} from '../testing/drive.ts';
import {checkLaws} from '../testing/operator-laws.ts';
import {sessionOracle} from '../testing/session-oracle.ts';
import {z, type Cell} from '../testing/zset.ts';
import {watermarkBound} from '../time/time-bound.ts';
import {sessionOperator} from './session.ts';

const INPUT: Schema = ['bytes', 'i64', 'i32'];

test('a row that links two sessions makes one of them, and two again when it goes', () => {
  const session = drive(sessionOperator({label: 'session', input: INPUT, time: 1, gap: 5, partition: [0]}), INPUT);
  session.step(z`
    a 10 1 +1
    a 18 1 +1`).emits(z`
    a 10 1 10 15 +1
    a 18 1 18 23 +1`);
  session.step(z`a 14 1 +1`).emits(z`
    a 10 1 10 15 -1
    a 18 1 18 23 -1
    a 10 1 10 23 +1
    a 14 1 10 23 +1
    a 18 1 10 23 +1`);
  session.step(z`a 14 1 -1`).emits(z`
    a 10 1 10 23 -1
    a 14 1 10 23 -1
    a 18 1 10 23 -1
    a 10 1 10 15 +1
    a 18 1 18 23 +1`);
});

test('rows as far apart as the gap are in two sessions', () => {
  const session = drive(sessionOperator({label: 'session', input: INPUT, time: 1, gap: 5, partition: []}), INPUT);
  session.step(z`
    a 10 1 +1
    b 15 1 +1
    c ∅ 1 +2`).emits(z`
    a 10 1 10 15 +1
    b 15 1 15 20 +1
    c ∅ 1 ∅ ∅ +2`);
});

describe('laws of sessions', () => {
  const times: fc.Arbitrary<Cell> = fc.oneof(
    {weight: 8, arbitrary: fc.integer({min: -20, max: 40}).map(String)},
    fc.constantFrom(null, '9007199254740990', '9007199254740993'),
  );
  for (const partition of [[0], []]) {
    test(partition.length > 0 ? 'per key' : 'over all rows', () =>
      checkLaws(
        {
          name: 'session',
          inputs: [INPUT],
          rows: [fc.tuple(fc.constantFrom<Cell>('a', 'a', 'b'), times, fc.constantFrom<Cell>('1', '2'))],
          make: hashMask => sessionOperator({label: 'session', input: INPUT, time: 1, gap: 4, partition, hashMask}),
          batch: ([rows]) => sessionOracle({time: 1, gap: 4, partition}, rows!),
        },
        100,
      ),
    );
  }

  for (const width of [1, 4]) {
    test(`that end, buckets of ${width}`, () =>
      checkLaws(
        {
          name: 'session that ends',
          inputs: [INPUT],
          rows: [fc.tuple(fc.constantFrom<Cell>('a', 'b'), fc.nat({max: 30}).map(String), fc.constantFrom<Cell>('1', '2'))],
          make: (hashMask, watermark) =>
            sessionOperator({
              label: 's',
              input: INPUT,
              time: 1,
              gap: 4,
              partition: [0],
              expiry: {bound: watermarkBound(watermark), width},
              hashMask,
            }),
          batch: ([rows]) => sessionOracle({time: 1, gap: 4, partition: [0]}, rows!),
          appendOnly: true,
          timed: {isOver: (_input, cells, now) => Number(cells[1]) < now},
        },
        60,
      ));
  }
});
