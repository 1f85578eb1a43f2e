import {expect, test} from 'vitest';
import type {Batch} from '../batch/batch.ts';
import type {Column} from '../batch/column.ts';
import {drive, RecordingSink} from '../testing/drive.ts';
import {toBatch, z} from '../testing/zset.ts';
import {InnerJoinOperator} from './inner-join.ts';

const onFirst = {left: [0], right: [0], nullSafe: [false]};
const make = () => new InnerJoinOperator({label: 'join', left: ['i32', 'bytes'], right: ['i32', 'bytes'], keys: onFirst});

test('inner join: changes of both sides in one step meet once', () => {
  const join = drive(make(), ['i32', 'bytes'], ['i32', 'bytes']);
  join.step(
    z`1 a 1
        2 b 2
        ∅ c 1`,
    z`1 x 1
        2 y 3
        ∅ z 1`,
  ).emits(z`1 a 1 x 1
             2 b 2 y 6`);
  join.step(z`1 a -1`, z`1 x -1`).emits(z`1 a 1 x -1`);
  join.step(z`1 a 1`, []).emits([]);
});

test('inner join: a row of many partners is emitted in batches, with a pause at each', () => {
  const left = ['i32'] as const;
  const values = new Int32Array(8192);
  const sizes: number[] = [];
  const sink = {
    wanted: true,
    *emit(batch: Batch) {
      sizes.push(batch.length);
      yield;
    },
  };
  const join = new InnerJoinOperator({label: 'join', left, right: ['i32', 'i32'], keys: onFirst});
  for (const store of join.stores) store.beginStep();
  for (let from = 0; from < 1 << 17; from += 8192) {
    const numbers = Int32Array.from({length: 8192}, (_, k) => from + k);
    const batch: Batch = {
      length: 8192,
      columns: [
        {form: 'i32', values, validity: null},
        {form: 'i32', values: numbers, validity: null},
      ],
      weights: null,
    };
    while (join.push(1, batch, sink).next().done !== true);
  }
  expect(sizes).toEqual([]);
  let pauses = 0;
  const slices = join.push(0, toBatch(left, z`0 1`), sink);
  while (slices.next().done !== true) pauses++;
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1 << 17);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(8192);
  expect(pauses).toBeGreaterThanOrEqual(16);
});

test('inner join: batches of long texts are bounded by their bytes, and a text that comes again is there once', () => {
  const sizes: number[] = [];
  let rows = 0;
  const sink = {
    wanted: true,
    *emit(batch: Batch) {
      const [, column] = batch.columns;
      if (column?.form !== 'bytes') throw new Error('a column of texts was expected');
      sizes.push(Math.max(...column.ends.subarray(0, batch.length)));
      rows += batch.length;
    },
  };
  const join = new InnerJoinOperator({label: 'join', left: ['i32', 'bytes'], right: ['i32', 'i32'], keys: onFirst});
  for (const store of join.stores) store.beginStep();
  const one = (n: number): Batch => ({
    length: n,
    columns: [new Int32Array(n), Int32Array.from({length: n}, (_, k) => k)].map(values => ({form: 'i32', values, validity: null})),
    weights: null,
  });
  const [size, texts] = [2000, 4096];
  const column: Column = {
    form: 'bytes',
    data: new Uint8Array(size * texts).map((_, i) => Math.imul(i, 0x9e3779b1) >>> 13),
    starts: Int32Array.from({length: texts}, (_, k) => k * size),
    ends: Int32Array.from({length: texts}, (_, k) => (k + 1) * size),
    validity: null,
  };
  for (const _ of join.push(0, {length: texts, columns: [one(texts).columns[0]!, column], weights: null}, sink));
  for (const _ of join.push(1, one(1), sink));
  expect(rows).toBe(texts);
  expect(sizes.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(size * texts * 0.9);
  expect(Math.max(...sizes)).toBeLessThan(6 << 20);

  sizes.length = 0;
  const other = new InnerJoinOperator({label: 'join', left: ['i32', 'bytes'], right: ['i32', 'i32'], keys: onFirst});
  for (const store of other.stores) store.beginStep();
  for (const _ of other.push(1, one(8192), sink));
  for (const _ of other.push(0, toBatch(['i32', 'bytes'], z`0 ${'x'.repeat(size)} 1`), sink));
  expect(Math.max(...sizes)).toBe(size);
});

test('cross join of rows without columns: weights beyond 32 bits are spread over rows', () => {
  const join = new InnerJoinOperator({label: 'join', left: [], right: [], keys: {left: [], right: [], nullSafe: []}});
  for (const store of join.stores) store.beginStep();
  const sink = new RecordingSink([]);
  const batch: Batch = {length: 1, columns: [], weights: Int32Array.of(100_000)};
  for (const side of [0, 1]) {
    const slices = join.push(side, batch, sink);
    while (slices.next().done !== true);
  }
  expect(sink.rows.length).toBe(5);
  expect(sink.rows.reduce((sum, row) => sum + row.weight, 0)).toBe(1e10);
});
