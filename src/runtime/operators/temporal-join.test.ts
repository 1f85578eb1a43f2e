import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Schema} from '../batch/batch.ts';
import {runToEnd} from '../graph/run-slices.ts';
import {drive} from '../testing/drive.ts';
import {joinOracle, lessThan} from '../testing/join-oracle.ts';
import {MemoryCheckpoint} from '../testing/memory-checkpoint.ts';
import {z, ZSet, type Cell, type ZRow} from '../testing/zset.ts';
import {TemporalJoinOperator} from './temporal-join.ts';

const LEFT: Schema = ['i32', 'i32'];
const RIGHT: Schema = ['i32', 'i32', 'bytes'];
const KEYS = {left: [0], right: [0], nullSafe: [false]};
const make = (joinType: 'inner' | 'left', residual: boolean, hashMask = -1) =>
  new TemporalJoinOperator({
    label: 'temporal',
    left: LEFT,
    right: RIGHT,
    keys: KEYS,
    joinType,
    residual: residual ? lessThan(1, 1) : undefined,
    hashMask,
  });

test('a left row meets the right side as it is at the end of its step, and is not touched later', () => {
  const join = drive(make('left', false), LEFT, RIGHT);
  join.step(
    z`
      1 7 +1
      2 7 +1
      ∅ 7 +1`,
    z`1 0 old +1`,
  ).emits(z`
      1 7 1 0 old +1
      2 7 ∅ ∅ ∅ +1
      ∅ 7 ∅ ∅ ∅ +1`);
  join
    .step(
      z`1 8 +1`,
      z`
      1 0 old -1
      1 0 new +1
      2 0 late +1`,
    )
    .emits(z`1 8 1 0 new +1`);
});

const cell = fc.constantFrom<Cell>('1', '2', '3', null);
const step = fc.record({
  left: fc.array(fc.tuple(cell, cell), {maxLength: 8}),
  right: fc.array(fc.record({cells: fc.tuple(cell, cell, fc.constantFrom<Cell>('a', 'b')), retract: fc.boolean()}), {maxLength: 8}),
  then: fc.constantFrom('nothing', 'nothing', 'roll-back', 'restore'),
});

for (const joinType of ['inner', 'left'] as const) {
  test(`${joinType}: every step gives the join of its left rows with all right rows so far`, () => {
    fc.assert(
      fc.property(fc.array(step, {minLength: 1, maxLength: 6}), fc.boolean(), fc.constantFrom(-1, 3), (steps, residual, hashMask) => {
        let driver = drive(make(joinType, residual, hashMask), LEFT, RIGHT);
        const right = new ZSet();
        const rule = {keys: KEYS, lessThan: residual ? ([1, 1] as const) : undefined};
        for (const {left, right: changes, then} of steps) {
          const after = ZSet.of(right.rows());
          const delta: ZRow[] = [];
          for (const {cells, retract} of changes) {
            const there = after.rows();
            const row = retract && there.length > 0 ? {cells: there[0]!.cells, weight: -1} : {cells, weight: 1};
            after.add([row]);
            delta.push(row);
          }
          const lefts = left.map(cells => ({cells, weight: 1}));
          const expected = joinOracle(rule, joinType, lefts, after.rows(), RIGHT.length);
          const pushes = [
            [1, delta.slice(0, 3)],
            [0, lefts],
            [1, delta.slice(3)],
          ] as const;
          driver.begin();
          expect(ZSet.of(driver.work(pushes)).lines()).toEqual(ZSet.of(expected).lines());
          if (then === 'roll-back') {
            driver.rollback();
            continue;
          }
          driver.end();
          right.add(delta);
          if (then !== 'restore') continue;
          const checkpoint = new MemoryCheckpoint();
          runToEnd(driver.operator.stores[0]!.checkpoint(checkpoint, true));
          driver = drive(make(joinType, residual, hashMask), LEFT, RIGHT);
          checkpoint.restoreTo(driver.operator.stores[0]!);
        }
      }),
      {numRuns: 80},
    );
  });
}
