import {expect, test} from 'vitest';
import {runToEnd} from '../graph/run-slices.ts';
import {drive, readAll} from '../testing/drive.ts';
import {toBatch, z, ZSet, type ZRow} from '../testing/zset.ts';
import {AggregateOperator, type AggregateArgs} from './aggregate.ts';

const aggregate = (args: Partial<AggregateArgs> & Pick<AggregateArgs, 'input' | 'keys' | 'aggregates'>) =>
  new AggregateOperator({label: 'aggregate', appendOnly: false, ...args});

test('a group appears with its first row, changes, and disappears with its last', () => {
  const d = drive(aggregate({input: ['i32', 'i32'], keys: [0], aggregates: [{kind: 'count'}, {kind: 'sum', column: 1}]}), ['i32', 'i32']);
  d.step(z`1 10 +1
           1 20 +1
           ∅ 5 +1`).emits(z`1 2 30 +1
                            ∅ 1 5 +1`);
  d.step(z`1 20 -1`).emits(z`1 2 30 -1
                             1 1 10 +1`);
  d.step(z`1 10 -1
           ∅ ∅ +1`).emits(z`1 1 10 -1
                            ∅ 1 5 -1
                            ∅ 2 5 +1`);
});

test('nothing is emitted for a group whose result stays the same', () => {
  const d = drive(aggregate({input: ['i32', 'i32'], keys: [0], aggregates: [{kind: 'max', column: 1}]}), ['i32', 'i32']);
  d.step(z`1 10 +1`);
  d.step(
    z`1 7 +1
           1 3 +2`,
  ).emits([]);
  d.step(z`1 10 -1`).emits(z`1 10 -1
                             1 7 +1`);
});

test('without keys there is one row from the beginning, and it stays', () => {
  const operator = aggregate({input: ['i64'], keys: [], aggregates: [{kind: 'count'}, {kind: 'sum', column: 0}]});
  expect(readAll(operator).lines()).toEqual(['0 | ∅ ×1']);
  const d = drive(operator, ['i64']);
  d.step().emits(z`0 ∅ +1`);
  d.step(z`9223372036854775807 +3`).emits(z`0 ∅ -1
                                            3 27670116110564327421 +1`);
  d.step(z`9223372036854775807 -3`).emits(z`3 27670116110564327421 -1
                                            0 ∅ +1`);
});

test('the scale of a numeric sum is the greatest among the values that are there', () => {
  const d = drive(aggregate({input: ['decimal'], keys: [], aggregates: [{kind: 'sum', column: 0}]}), ['decimal']);
  d.step(
    z`1.5 +1
           2.250 +1`,
  ).emits(z`3.750 +1`);
  d.step(z`2.250 -1`).emits(z`3.750 -1
                              1.5 +1`);
  d.step(z`NaN +1`).emits(z`1.5 -1
                            NaN +1`);
  d.step(z`NaN -1
           99999999999999999999999999999999999999999.1 +1`).emits(z`NaN -1
           100000000000000000000000000000000000000000.6 +1`);
});

test('retraction leaves no residue in a float sum', () => {
  const d = drive(aggregate({input: ['f64'], keys: [], aggregates: [{kind: 'sum', column: 0}]}), ['f64']);
  d.step(z`0.1 +1`);
  d.step(z`1e10 +1
           0.2 +3`);
  d.step(z`1e10 -1
           0.2 -3`).emits(z`10000000000.7 -1
                            0.1 +1`);
});

test('a float sum beyond the range of a double is an error, and comes back into it', () => {
  const failed: string[] = [];
  const errors = {add: (error: Error, weight: number) => void failed.push(`${error.message} ${weight}`)};
  const d = drive(aggregate({input: ['f64'], keys: [], aggregates: [{kind: 'sum', column: 0}], errors}), ['f64']);
  d.step(
    z`1e+308 +1
           0.25 +1`,
  ).emits(z`1e+308 +1`);
  d.step(z`1e+308 +3`).emits(z`1e+308 -1`);
  d.step(z`-1e+308 +2`).emits([]);
  d.step(z`Infinity +1`).emits(z`Infinity +1`);
  d.step(z`Infinity -1
           -1e+308 +1`).emits(z`Infinity -1
                               1e+308 +1`);
  d.step(z`1e+308 -4
           -1e+308 -3`).emits(z`1e+308 -1
                               0.25 +1`);
  expect(failed.map(f => f.replace('value out of range: overflow ', ''))).toEqual(['1', '-1', '1', '-1']);
});

test('an int4 sum beyond int8 is an error', () => {
  const d = drive(aggregate({input: ['i32'], keys: [], aggregates: [{kind: 'sum', column: 0}]}), ['i32']);
  d.begin();
  const many: ZRow[] = Array.from({length: 3}, () => ({cells: ['2147483647'], weight: 2147483647}));
  expect(() => d.work([[0, many]])).toThrow('bigint out of range');
  d.rollback();
  d.step(z`1 +1`).emits(z`1 +1`);
});

test('more rows taken away than there were is an internal error', () => {
  const d = drive(aggregate({input: ['i32'], keys: [0], aggregates: [{kind: 'count'}]}), ['i32']);
  d.begin();
  expect(() => d.work([[0, z`1 -1`]])).toThrow('internal error');
  d.rollback();
  d.step(z`1 +1`).emits(z`1 1 +1`);
});

test('many groups come out in batches of bounded size, with pauses', () => {
  const operator = aggregate({input: ['i32'], keys: [0], aggregates: [{kind: 'count'}]});
  const rows: ZRow[] = Array.from({length: 50_000}, (_, i) => ({cells: [String(i)], weight: 1}));
  const d = drive(operator, ['i32']);
  d.begin();
  let pauses = 0;
  let most = 0;
  let total = 0;
  const sink = {
    wanted: true,
    *emit(batch: {readonly length: number}) {
      most = Math.max(most, batch.length);
      total += batch.length;
      yield;
    },
  };
  runToEnd(operator.push(0, toBatch(['i32'], rows)));
  for (const slices = operator.flush(sink); slices.next().done !== true;) pauses++;
  d.end();
  expect(total).toBe(50_000);
  expect(most).toBeLessThanOrEqual(8192);
  expect(pauses).toBeGreaterThan(10);
});

test('large batches with many groups agree with plain computation, retractions included', () => {
  const schema = ['i64', 'i32'] as const;
  const aggregates = [
    {kind: 'count'},
    {kind: 'sum', column: 1},
    {kind: 'min', column: 1},
    {kind: 'max', column: 1},
    {kind: 'count', column: 1, distinct: true},
  ] as const;
  const operator = aggregate({input: schema, keys: [0], aggregates});
  const d = drive(operator, schema);
  const values = new Map<number, number[]>();
  let seed = 7;
  const random = (n: number) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % n;
  for (let step = 0; step < 4; step++) {
    const delta: ZRow[] = [];
    for (let i = 0; i < 20_000; i++) {
      const key = random(5000);
      const there = values.get(key) ?? [];
      values.set(key, there);
      if (there.length > 0 && random(3) === 0) {
        const [gone] = there.splice(random(there.length), 1);
        delta.push({cells: [String(key), String(gone)], weight: -1});
      } else {
        const value = random(50);
        there.push(value);
        delta.push({cells: [String(key), String(value)], weight: 1});
      }
    }
    d.step(delta);
    const expected: ZRow[] = [...values]
      .filter(([, there]) => there.length > 0)
      .map(([key, there]) => {
        const sum = there.reduce((a, b) => a + b, 0);
        const cells = [key, there.length, sum, Math.min(...there), Math.max(...there), new Set(there).size].map(String);
        return {cells, weight: 1};
      });
    expect(readAll(operator, null, 4000).lines()).toEqual(ZSet.of(expected).lines());
  }
});
