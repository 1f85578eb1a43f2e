import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Schema} from '../batch/batch.ts';
import {aggregateOracle} from '../testing/aggregate-oracle.ts';
import {cellsOf} from '../testing/arbitrary-cells.ts';
import {drive} from '../testing/drive.ts';
import {z, ZSet, type ZRow} from '../testing/zset.ts';
import type {AggregateSpec} from './aggregate-spec.ts';
import type {ErrorSink} from './map.ts';
import {PartialAggregateOperator} from './partial-aggregate.ts';

const INPUT: Schema = ['bytes', 'i64', 'u8'];
const AGGREGATES: readonly AggregateSpec[] = [
  {kind: 'count'},
  {kind: 'count', column: 1, filter: 2},
  {kind: 'sum', column: 1},
  {kind: 'min', column: 1},
  {kind: 'max', column: 1, filter: 2},
];
const make = (hashMask = -1) => new PartialAggregateOperator({label: 'partial', input: INPUT, keys: [0], aggregates: AGGREGATES, hashMask});

test('a group comes once for each step that it is in, and nothing is carried over', () => {
  const partial = drive(make(), INPUT);
  partial.step(z`
    a 1 t +1
    a 2 f +2
    b ∅ t +1`).emits(z`
    a 3 1 5 1 1 +1
    b 1 0 ∅ ∅ ∅ +1`);
  partial.step(z`a 7 t +1`).emits(z`a 1 1 7 7 7 +1`);
  partial.step([]).emits([]);
});

test('a group whose sum is out of range is an error of its step', () => {
  const input: Schema = ['bytes', 'i32'];
  const args = {label: 'partial', input, keys: [0], aggregates: [{kind: 'sum', column: 1}] satisfies AggregateSpec[]};
  const raised: string[] = [];
  const errors: ErrorSink = {add: (error, weight, batch) => void raised.push(`${error.message} ${batch.length} ${weight}`)};
  const partial = drive(new PartialAggregateOperator({...args, errors}), input);
  const over = z`a 2147483647 +2147483647`;
  partial.step([...over, ...over, ...over, ...z`b 1 +1`]).emits(z`b 1 +1`);
  expect(raised).toEqual(['bigint out of range 1 1']);
  partial.step(z`a 5 +1`).emits(z`a 5 +1`);
  expect(() => drive(new PartialAggregateOperator(args), input).step([...over, ...over, ...over])).toThrow('bigint out of range');
});

test('every step gives its own aggregates, also after one that was rolled back', () => {
  const row: fc.Arbitrary<ZRow> = fc.record({
    cells: fc.tuple(cellsOf('bytes'), cellsOf('i64'), cellsOf('u8')),
    weight: fc.integer({min: 1, max: 3}),
  });
  const step = fc.record({rows: fc.array(row, {maxLength: 30}), rollBack: fc.boolean(), wide: fc.boolean()});
  fc.assert(
    fc.property(fc.array(step, {minLength: 1, maxLength: 6}), fc.constantFrom(-1, 3), (steps, hashMask) => {
      const driver = drive(make(hashMask), INPUT);
      for (const {rows, rollBack, wide} of steps) {
        const half = rows.length >> 1;
        driver.begin();
        const emitted = driver.work(
          [
            [0, rows.slice(0, half)],
            [0, rows.slice(half)],
          ],
          wide,
        );
        expect(ZSet.of(emitted).lines()).toEqual(ZSet.of(aggregateOracle(INPUT, [0], AGGREGATES, rows)).lines());
        if (rollBack) driver.rollback();
        else driver.end();
      }
    }),
    {numRuns: 60},
  );
});

test('a large step is forgotten, too', () => {
  const driver = drive(make(), INPUT);
  const rows = Array.from({length: 20_000}, (_, k) => ({cells: [`key ${k}`, String(k), 't'], weight: 1}));
  driver.begin();
  expect(driver.work([[0, rows]])).toHaveLength(20_000);
  driver.end();
  driver.step(z`a 7 t +1`).emits(z`a 1 1 7 7 7 +1`);
});
