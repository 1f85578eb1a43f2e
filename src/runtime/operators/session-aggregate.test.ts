import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Schema} from '../batch/batch.ts';
import {aggregateOracle} from '../testing/aggregate-oracle.ts';
import {cellsOf} from '../testing/arbitrary-cells.ts';
import {drive} from '../testing/drive.ts';
import {checkLaws} from '../testing/operator-laws.ts';
import {sessionOracle} from '../testing/session-oracle.ts';
import {z, type Cell, type ZRow} from '../testing/zset.ts';
import {watermarkBound} from '../time/time-bound.ts';
import type {NarrowColumn} from '../batch/column.ts';
import type {AggregateSpec} from './aggregate-spec.ts';
import type {ErrorSink} from './map.ts';
import {SessionAggregateOperator} from './session-aggregate.ts';

const GAP = 4;
const inputOf = (kind: PhysicalKind): Schema => ['bytes', 'i64', kind, 'u8'];

function callsOver(kind: PhysicalKind): AggregateSpec[] {
  const calls: AggregateSpec[] = [
    {kind: 'count'},
    {kind: 'count', column: 2, filter: 3},
    {kind: 'min', column: 2},
    {kind: 'max', column: 2, filter: 3},
    {kind: 'bool-and', column: 3},
    {kind: 'bool-or', column: 3},
  ];
  if (kind !== 'bytes' && kind !== 'u8') calls.push({kind: 'sum', column: 2});
  return calls;
}

function oracle(kind: PhysicalKind, rows: readonly ZRow[]): ZRow[] {
  const input = inputOf(kind);
  const windowed = sessionOracle({time: 1, gap: GAP, partition: [0]}, rows);
  return aggregateOracle([...input, 'i64', 'i64'], [0, 4, 5], callsOver(kind), windowed);
}

test('a late row links two sessions, before the first one of its key it begins another', () => {
  const input: Schema = ['bytes', 'i64'];
  const operator = new SessionAggregateOperator({label: 's', input, time: 1, gap: 5, keys: [0], aggregates: [{kind: 'count'}]});
  const sessions = drive(operator, input);
  sessions.step(z`
    a 10 +1
    a 12 +1
    a 18 +1`).emits(z`
    a 10 17 2 +1
    a 18 23 1 +1`);
  sessions.step(z`a 15 +1`).emits(z`
    a 10 17 2 -1
    a 18 23 1 -1
    a 10 23 4 +1`);
  sessions.step(z`
    a 1 +1
    a ∅ +2`).emits(z`
    a 1 6 1 +1
    a ∅ ∅ 2 +1`);
});

test('a session whose sum is out of range is an error with its key and first time, until it is another session', () => {
  const input: Schema = ['bytes', 'i64', 'i32'];
  const raised: string[] = [];
  const errors: ErrorSink = {
    add: (error, weight, batch, row) =>
      void raised.push(`${error.message} ${batch.columns.length} ${(batch.columns[1] as NarrowColumn).values[row]} ${weight}`),
  };
  const aggregates: AggregateSpec[] = [{kind: 'sum', column: 2}];
  const args = {label: 's', input, time: 1, gap: 5, keys: [0], aggregates};
  const sessions = drive(new SessionAggregateOperator({...args, errors}), input);
  const most = z`a 11 2147483647 +2147483647`;
  sessions.step([...most, ...z`a 20 1 +1`]).emits(z`
    a 11 16 4611686014132420609 +1
    a 20 25 1 +1`);
  sessions.step([...most, ...most]).emits(z`a 11 16 4611686014132420609 -1`);
  expect(raised).toEqual(['bigint out of range 2 11 1']);
  // It grows on, and is linked with the other one.
  sessions.step(z`a 12 2147483647 +1`).emits([]);
  sessions.step(z`a 16 1 +1`).emits(z`a 20 25 1 -1`);
  expect(raised.reduce((sum, text) => sum + Number(text.split(' ').at(-1)), 0)).toBe(1);
  expect(() => drive(new SessionAggregateOperator(args), input).step([...most, ...most, ...most])).toThrow('bigint out of range');
});

describe('laws of session aggregates', () => {
  const times: fc.Arbitrary<Cell> = fc.oneof(
    {weight: 8, arbitrary: fc.integer({min: -20, max: 40}).map(String)},
    fc.constantFrom(null, '9007199254740990', '9007199254740993'),
  );
  for (const kind of ['i32', 'i64', 'f64', 'decimal', 'bytes', 'u8'] as const) {
    test(`over ${kind}`, () => {
      const input = inputOf(kind);
      checkLaws(
        {
          name: 'session aggregate',
          inputs: [input],
          rows: [fc.tuple(fc.constantFrom<Cell>('a', 'a', 'b'), times, cellsOf(kind), cellsOf('u8'))],
          make: hashMask =>
            new SessionAggregateOperator({label: 's', input, time: 1, gap: GAP, keys: [0], aggregates: callsOver(kind), hashMask}),
          batch: ([rows]) => oracle(kind, rows!),
          appendOnly: true,
        },
        30,
      );
    });
  }

  for (const width of [1, 4]) {
    test(`that end, buckets of ${width}`, () => {
      const input = inputOf('i32');
      checkLaws(
        {
          name: 'session aggregate that ends',
          inputs: [input],
          rows: [fc.tuple(fc.constantFrom<Cell>('a', 'b'), fc.nat({max: 25}).map(String), cellsOf('i32'), cellsOf('u8'))],
          make: (hashMask, watermark) =>
            new SessionAggregateOperator({
              label: 's',
              input,
              time: 1,
              gap: GAP,
              keys: [0],
              aggregates: callsOver('i32'),
              expiry: {bound: watermarkBound(watermark), width},
              hashMask,
            }),
          batch: ([rows]) => oracle('i32', rows!),
          appendOnly: true,
          timed: {isOver: (_input, cells, now) => Number(cells[1]) < now},
        },
        80,
      );
    });
  }
});
