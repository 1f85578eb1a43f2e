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
const BYTES = 400;
const textOf = (offset: number): string => 'x'.repeat((offset * 37) % 60);

/** What is kept: its arguments, and how many of the rows with offsets 0 … `end` − 1. */
type Bound = {
  readonly name: string;
  readonly args: {readonly limit: number; readonly bytes?: number};
  readonly kept: (view: NewestView, end: number) => number;
};
const BOUNDS: readonly Bound[] = [
  {name: 'by number', args: {limit: LIMIT}, kept: (_view, end) => Math.min(LIMIT, end)},
  {
    name: 'by size',
    args: {limit: Infinity, bytes: BYTES},
    kept: (view, end) => {
      const fixed = view.stores[0]!.layout.stride * 4;
      let kept = 0;
      for (let bytes = 0; kept < end; kept++) if ((bytes += fixed + textOf(end - 1 - kept).length) > BYTES) break;
      return kept;
    },
  },
];

type Action = {readonly kind: 'step' | 'undone'; readonly partitions: readonly number[]} | {readonly kind: 'restart'};
const partitions = fc.array(fc.integer({min: 0, max: 2}), {maxLength: 12});
const action: fc.Arbitrary<Action> = fc.oneof(
  {weight: 4, arbitrary: fc.record({kind: fc.constant('step' as const), partitions})},
  {weight: 2, arbitrary: fc.record({kind: fc.constant('undone' as const), partitions})},
  {weight: 1, arbitrary: fc.constant({kind: 'restart' as const})},
);

test.each(BOUNDS)('the newest rows are kept $name, and of the others what there was, across undone steps and restarts', ({args, kept}) => {
  const newView = (): NewestView => new NewestView({label: 'v', schema: SCHEMA, partition: 0, offset: 1, ...args});
  fc.assert(
    fc.property(fc.array(action, {maxLength: 25}), actions => {
      let view = newView();
      let all: [number, number][] = [];
      const rowOf = ([p, o]: [number, number]): ZRow => ({cells: [String(p), String(o), textOf(o)], weight: 1});
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
        const first = all.length - kept(view, all.length);
        expect(readAll(view).lines()).toEqual(ZSet.of(all.slice(first).map(rowOf)).lines());
        const gone = all.slice(0, first);
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
