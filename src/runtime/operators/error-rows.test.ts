import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Batch} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import {Graph} from '../graph/graph.ts';
import {runToEnd} from '../graph/run-slices.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {Slices} from '../graph/operator.ts';
import {checkLaws} from '../testing/operator-laws.ts';
import {readAll} from '../testing/drive.ts';
import {ZSet} from '../testing/zset.ts';
import {ErrorRows} from './error-rows.ts';

/** Raises an error for every row that it is given: its only column is the row that failed, and the reason. */
class RaiseAll extends ErrorRows {
  override push(_input?: number, batch?: Batch): Slices {
    const {length, columns, weights} = batch!;
    const [texts] = columns;
    if (texts?.form !== 'bytes') throw new Error('not text');
    for (let row = 0; row < length; row++) {
      const text = texts.data.slice(texts.starts[row], texts.ends[row]);
      this.raise([text, text], weights === null ? 1 : weights[row]!);
    }
    return NO_SLICES;
  }
}

test('raised errors are summed up by what identifies them', () => {
  checkLaws({
    name: 'errors',
    inputs: [['bytes']],
    rows: [fc.tuple(fc.constantFrom('a', 'b', 'a longer text', 'c', 'd'))],
    make: hashMask => new RaiseAll({label: 'errors', texts: 2, identity: [0], hashMask}),
    batch: ([rows]) =>
      ZSet.of(rows!)
        .rows()
        .map(({cells: [text], weight}) => ({cells: [text!, text!, String(weight)], weight: 1})),
  });
});

test('an entry that is taken back too often is not shown, and fails nothing', () => {
  const graph = new Graph();
  const errors = new ErrorRows({label: 'errors', texts: 2, identity: [0]});
  const node = graph.add(errors, []);
  errors.wake = () => node.wake();
  const step = (row: string, reason: string, weight: number): readonly string[] => {
    errors.raise([Buffer.from(row), Buffer.from(reason)], weight);
    runToEnd(graph.flush());
    graph.publish();
    return readAll(errors).lines();
  };
  expect(step('a', 'x', -1)).toEqual([]);
  expect(step('a', 'x', 3)).toEqual(['a | x | 2 ×1']);
  expect(step('a', 'y', 5e9)).toEqual(['a | x | 5000000002 ×1']);
  expect(step('a', 'y', -5000000002)).toEqual([]);
  expect(errors.rowCount(null)).toBe(0);
  const builder = new BatchBuilder(errors.schema);
  expect(errors.scan(0, 10, builder, null)).toBe(-1);
});
