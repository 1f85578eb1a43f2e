import fc from 'fast-check';
import {describe, test} from 'vitest';
import type {Schema} from '../batch/batch.ts';
import {asOfOracle} from '../testing/asof-oracle.ts';
import {drive} from '../testing/drive.ts';
import {checkLaws} from '../testing/operator-laws.ts';
import {z, type Cell} from '../testing/zset.ts';
import {watermarkBound} from '../time/time-bound.ts';
import {AsOfJoinOperator} from './asof-join.ts';

const LEFT: Schema = ['bytes', 'i64', 'i32'];
const RIGHT: Schema = ['i64', 'bytes', 'i32'];
const KEYS = {left: [0], right: [1], nullSafe: [false]};
const common = {label: 'asof', left: LEFT, right: RIGHT, keys: KEYS, leftTime: 1, rightTime: 0} as const;

test('a right row that comes late takes over the left rows behind it, up to the next one', () => {
  const join = drive(new AsOfJoinOperator({...common, joinType: 'left', strict: false}), LEFT, RIGHT);
  join.step(
    z`
      a 10 1 +1
      a 20 2 +1
      ∅ 5 3 +1`,
    z`
      5 a 50 +1
      20 a 60 +1`,
  ).emits(z`
      a 10 1 5 a 50 +1
      a 20 2 20 a 60 +1
      ∅ 5 3 ∅ ∅ ∅ +1`);
  join.step([], z`10 a 55 +1`).emits(z`
    a 10 1 5 a 50 -1
    a 10 1 10 a 55 +1`);
  join.step(
    [],
    z`
      5 a 50 -1
      10 a 55 -1`,
  ).emits(z`
      a 10 1 10 a 55 -1
      a 10 1 ∅ ∅ ∅ +1`);
});

const cells = (...values: Cell[]) => fc.constantFrom(...values);
const times = fc.oneof(
  {weight: 12, arbitrary: fc.nat({max: 9}).map((n): Cell => String(n))},
  fc.constantFrom<Cell>(null, '-4', '9223372036854775807'),
);
const lefts = fc.tuple(cells('a', 'a', 'b', null), times, cells('1', '2'));
const rights = fc.tuple(times, cells('a', 'a', 'b', null), cells('1', '2', '3'));

describe('laws of ASOF joins', () => {
  for (const joinType of ['inner', 'left'] as const) {
    for (const strict of [false, true]) {
      test(`${joinType}${strict ? ', strictly before' : ''}`, () => {
        for (const nullSafe of [false, true]) {
          const rule = {...common, keys: {...KEYS, nullSafe: [nullSafe]}, joinType, strict};
          checkLaws(
            {
              name: 'asof join',
              inputs: [LEFT, RIGHT],
              rows: [lefts, rights],
              make: hashMask => new AsOfJoinOperator({...rule, hashMask}),
              batch: ([l, r]) => asOfOracle(rule, RIGHT, l!, r!),
            },
            50,
          );
        }
      });
    }
  }

  test('left rows that end, right rows that are followed by others before the bound', () => {
    for (const width of [1, 3]) {
      for (const strict of [false, true]) {
        const [left, right]: Schema[] = [
          ['i32', 'i64', 'i32'],
          ['i64', 'i32', 'i32'],
        ];
        const rule = {...common, left: left!, right: right!, joinType: 'left', strict} as const;
        const later = fc.nat({max: 20}).map((n): Cell => String(n));
        checkLaws(
          {
            name: 'asof join that ends',
            inputs: [left!, right!],
            rows: [fc.tuple(cells('1', '2'), later, cells('1', '2')), fc.tuple(later, cells('1', '2'), cells('1', '2'))],
            make: (hashMask, watermark) => {
              const bound = watermarkBound(watermark);
              return new AsOfJoinOperator({
                ...rule,
                expiry: {left: {column: 1, bound, width}, right: {column: 0, bound, width}},
                hashMask,
              });
            },
            batch: ([l, r]) => asOfOracle(rule, right!, l!, r!),
            appendOnly: true,
            // The last right row of each key, and the keys.
            restingRows: 2,
            timed: {isOver: (input, row, now) => Number(row[input === 0 ? 1 : 0]) < now},
          },
          60,
        );
      }
    }
  });
});
