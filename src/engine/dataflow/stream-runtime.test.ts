import {expect, test} from 'vitest';
import {detachedContext} from '../../functions/evaluation-context.ts';
import {Graph} from '../../runtime/graph/graph.ts';
import type {RecordBatch} from './record-batch.ts';
import {StreamRuntime} from './stream-runtime.ts';

test('what a step takes in moves the frontier when the step is over, not before', () => {
  const start = [{partition: 0, offset: 3}];
  const spec = {relation: 1, name: 's', columns: [], errors: 2, connector: 'kafka', options: {}, start, reset: undefined} as const;
  const stream = new StreamRuntime(spec, new Graph(), detachedContext());
  const taken = (nextOffset: number): RecordBatch => ({
    header: {partition: 0, nextOffset, endOffset: 20, rows: 4, badRecords: 0, sourceBytes: 40} as RecordBatch['header'],
    columns: [],
    bad: [],
  });
  stream.admit(taken(7), 0);
  stream.admit(taken(11), 0);
  expect([...stream.offsets]).toEqual([[0, 3]]);
  stream.settle();
  expect([...stream.offsets]).toEqual([[0, 11]]);
});
