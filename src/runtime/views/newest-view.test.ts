import fc from 'fast-check';
import {expect, test} from 'vitest';
import {fuzzBudget} from '../../common/testing/fuzz-budget.ts';
import {runToEnd} from '../graph/run-slices.ts';
import {drive, readAll} from '../testing/drive.ts';
import {MemoryCheckpoint} from '../testing/memory-checkpoint.ts';
import {ZSet, type ZRow} from '../testing/zset.ts';
import {NewestView, type DroppedRows} from './newest-view.ts';

const SCHEMA = ['i32', 'i64', 'bytes'] as const;
const LIMIT = 7;
const newView = (): NewestView => new NewestView({label: 'v', schema: SCHEMA, limit: LIMIT, partition: 0, offset: 1});

type Action = {readonly kind: 'step' | 'undone'; readonly partitions: readonly number[]} | {readonly kind: 'restart'};
const partitions = fc.array(fc.integer({min: 0, max: 2}), {maxLength: 12});
const action: fc.Arbitrary<Action> = fc.oneof(
  {weight: 4, arbitrary: fc.record({kind: fc.constant('step' as const), partitions})},
  {weight: 2, arbitrary: fc.record({kind: fc.constant('undone' as const), partitions})},
  {weight: 1, arbitrary: fc.constant({kind: 'restart' as const})},
);

test('the newest rows are kept, and of the others what there was, across undone steps and restarts', () => {
  fc.assert(
    fc.property(fc.array(action, {maxLength: 25}), actions => {
      let view = newView();
      let all: [number, number][] = [];
      const rowOf = ([p, o]: [number, number]): ZRow => ({cells: [String(p), String(o), `row ${o}`], weight: 1});
      for (const a of actions) {
        const driver = drive(view, SCHEMA);
        if (a.kind === 'restart') {
          const restored = newView();
          for (const [i, store] of view.stores.entries()) {
            const checkpoint = new MemoryCheckpoint();
            runToEnd(store.checkpoint(checkpoint, true));
            checkpoint.restoreTo(restored.stores[i]!);
          }
          view = restored;
        } else {
          const rows = a.partitions.map((p, i): [number, number] => [p, all.length + i]);
          driver.begin();
          driver.work([[0, rows.map(rowOf)]]);
          if (a.kind === 'step') {
            driver.end();
            all = [...all, ...rows];
          } else driver.rollback();
        }
        expect(readAll(view).lines()).toEqual(ZSet.of(all.slice(-LIMIT).map(rowOf)).lines());
        const gone = all.slice(0, -LIMIT);
        const expected = [0, 1, 2].flatMap((partition): DroppedRows[] => {
          const offsets = gone.filter(([p]) => p === partition).map(([, o]) => o);
          return offsets.length === 0 ? [] : [{partition, rows: offsets.length, first: offsets[0]!, last: offsets.at(-1)!}];
        });
        expect(view.dropped()).toEqual(expected);
      }
    }),
    fuzzBudget(100),
  );
});
