import {expect, test} from 'vitest';
import type {Schema} from '../batch/batch.ts';
import {drive} from '../testing/drive.ts';
import {fromBatch, toBatch, z} from '../testing/zset.ts';
import {CollectAggregateOperator, type GroupKernel} from './collect-aggregate.ts';

const SCHEMA: Schema = ['i32', 'bytes'];

/** Joins the texts of the second column. */
const joined: GroupKernel = {
  schema: ['bytes'],
  evaluate(rows, groups) {
    const all = fromBatch(SCHEMA, rows);
    const cells = groups.map(group => [...group].map(row => all[row]!.cells[1] ?? '∅').join('+'));
    return toBatch(
      ['bytes'],
      cells.map(cell => ({cells: [cell], weight: 1})),
    ).columns;
  },
};

test('collecting aggregate: rows of a group in order, repeated by weight; NULL is a key', () => {
  const aggregate = drive(new CollectAggregateOperator({label: 'collect', input: SCHEMA, keys: [0], kernel: joined}), SCHEMA);
  aggregate
    .step(
      z`1 a 1
        2 b 2
        ∅ c 1
        1 d 1
        ∅ ∅ 1`,
    )
    .emits(
      z`1 a+d 1
        2 b+b 1
        ∅ c+∅ 1`,
    );
});

test('collecting aggregate without keys: one group, also over nothing', () => {
  const make = () => drive(new CollectAggregateOperator({label: 'collect', input: SCHEMA, keys: [], kernel: joined}), SCHEMA);
  make()
    .step(z`1 a 1`)
    .emits(z`a 1`);
  make()
    .step([])
    .emits(z`'' 1`);
});

test('collecting aggregate: many groups come in portions', () => {
  const operator = drive(new CollectAggregateOperator({label: 'collect', input: SCHEMA, keys: [0], kernel: joined}), SCHEMA);
  operator.begin();
  const rows = Array.from({length: 2000}, (_, n) => ({cells: [String(n % 1000), `t${n}`], weight: 1}));
  const emitted = operator.work([
    [0, rows.slice(0, 1500)],
    [0, rows.slice(1500)],
  ]);
  expect(emitted.length).toBe(1000);
  expect(emitted.find(row => row.cells[0] === '7')?.cells[1]).toBe('t7+t1007');
});
