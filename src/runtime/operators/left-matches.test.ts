import {expect, test} from 'vitest';
import type {SqlError} from '../../common/sql-error.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {Batch} from '../batch/batch.ts';
import {drive} from '../testing/drive.ts';
import {z} from '../testing/zset.ts';
import {AntiJoinOperator} from './anti-join.ts';
import {LeftJoinOperator} from './left-join.ts';
import type {ErrorSink, MapKernel} from './map.ts';
import {SemiJoinOperator} from './semi-join.ts';

/** l < 10 / r: an error where r is 0. */
const kernel: MapKernel = {
  run({columns, length}: Batch) {
    const [l, r] = columns.map(c => (c as {values: Int32Array}).values);
    const rows = Int32Array.from({length}, (_, k) => k);
    const passing = rows.filter(k => r![k] !== 0 && l![k]! < 10 / r![k]!);
    const errors = [...rows.filter(k => r![k] === 0)].map(row => ({row, error: sqlError('division_by_zero', 'division by zero')}));
    const batch = {length: passing.length, columns: [{form: 'i32', values: passing, validity: null} as const], weights: null};
    return {batch: passing.length === 0 ? null : batch, errors: errors.length === 0 ? null : errors};
  },
};

function joined(make: typeof AntiJoinOperator | typeof LeftJoinOperator | typeof SemiJoinOperator) {
  let failed = 0;
  const errors: ErrorSink = {add: (_error: SqlError, weight: number) => void (failed += weight)};
  const keys = {left: [], right: [], nullSafe: []};
  const operator = new make({label: 'join', left: ['i32'], right: ['i32'], keys, residual: {left: [0], right: [0], kernel}, errors});
  return {d: drive(operator, ['i32'], ['i32']), failed: () => failed};
}

test('left join: a row is not padded while a pair of it is undecided; a match decides', () => {
  const {d, failed} = joined(LeftJoinOperator);
  d.step(z`20 +1`).emits(z`20 ∅ +1`);
  d.step([], z`0 +1`).emits(z`20 ∅ -1`);
  expect(failed()).toBe(1);
  d.step(z`3 +1`, z`2 +1`).emits(z`3 2 +1`);
  expect(failed()).toBe(2);
  d.step([], z`0 -1`).emits(z`20 ∅ +1`);
  expect(failed()).toBe(0);
});

test('anti join: a row is left out while a pair of it is undecided', () => {
  const {d, failed} = joined(AntiJoinOperator);
  d.step(z`20 +1`, z`0 +2`).emits([]);
  expect(failed()).toBe(2);
  d.step([], z`0 -1`).emits([]);
  d.step([], z`0 -1`).emits(z`20 +1`);
  expect(failed()).toBe(0);
});

test('semi join: a row is there only for a match', () => {
  const {d, failed} = joined(SemiJoinOperator);
  d.step(z`3 +1`, z`0 +1`).emits([]);
  d.step([], z`1 +1`).emits(z`3 +1`);
  d.step([], z`0 -1`).emits([]);
  expect(failed()).toBe(0);
});
