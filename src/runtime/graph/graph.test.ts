import {expect, test} from 'vitest';
import {AggregateOperator} from '../operators/aggregate.ts';
import {UnionOperator} from '../operators/union.ts';
import {readAll} from '../testing/drive.ts';
import {toBatch, z, type ZRow} from '../testing/zset.ts';
import {ZsetView} from '../views/zset-view.ts';
import {Graph, type GraphNode} from './graph.ts';
import {runToEnd} from './run-slices.ts';

/** Two streams, their union, a count over it, and a view of each. */
function build() {
  const graph = new Graph();
  const left = graph.addSource('left', ['i32']);
  const right = graph.addSource('right', ['i32']);
  const union = graph.add(new UnionOperator({label: 'union', schema: ['i32']}), [left, right]);
  const count = new AggregateOperator({label: 'count', input: ['i32'], keys: [], aggregates: [{kind: 'count'}], appendOnly: false});
  const counts = graph.add(count, [union]);
  const rows = new ZsetView({label: 'rows', schema: ['i32']});
  graph.add(rows, [union]);
  const total = new ZsetView({label: 'total', schema: ['i64']});
  const view = graph.add(total, [counts]);
  const push = (source: GraphNode, delta: readonly ZRow[]) => runToEnd(source.emit(toBatch(['i32'], delta)));
  return {graph, left, right, counts, view, rows, total, push};
}

test('a step reaches every view through shared nodes; readers see it when it is published', () => {
  const {graph, left, right, rows, total, push} = build();
  push(
    left,
    z`1 +1
               2 +1`,
  );
  push(right, z`2 +1`);
  runToEnd(graph.flush());
  expect(readAll(rows).lines()).toEqual([]);
  expect(readAll(total).lines()).toEqual([]);
  graph.publish();
  expect(readAll(rows).lines()).toEqual(['1 ×1', '2 ×2']);
  expect(readAll(total).lines()).toEqual(['3 ×1']);
});

test('an aggregate without keys enters its view with the first step, though nothing was pushed to it', () => {
  const {graph, total} = build();
  runToEnd(graph.flush());
  graph.publish();
  expect(readAll(total).lines()).toEqual(['0 ×1']);
});

test('a step that is rolled back leaves no trace, and the next one is complete', () => {
  const {graph, left, rows, total, push} = build();
  push(left, z`1 +1`);
  runToEnd(graph.flush());
  graph.rollback();
  expect(readAll(rows).lines()).toEqual([]);
  push(left, z`2 +1`);
  runToEnd(graph.flush());
  graph.publish();
  expect(readAll(rows).lines()).toEqual(['2 ×1']);
  expect(readAll(total).lines()).toEqual(['1 ×1']);
});

test('a node nobody consumes can be removed; the others go on', () => {
  const {graph, left, counts, view, rows, push} = build();
  expect(() => graph.remove(counts)).toThrow('consumers');
  graph.remove(view);
  graph.remove(counts);
  push(left, z`5 +1`);
  runToEnd(graph.flush());
  graph.publish();
  expect(readAll(rows).lines()).toEqual(['5 ×1']);
});
