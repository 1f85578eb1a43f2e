import {expect, test} from 'vitest';
import type {Batch} from '../batch/batch.ts';
import {toBatch, z, type ZRow} from '../testing/zset.ts';
import {countRows} from './row-count.ts';
import {Graph} from './graph.ts';
import type {Operator, Slices} from './operator.ts';
import {runToEnd} from './run-slices.ts';

const SCHEMA = ['i32'] as const;

function busy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

/** Works, pauses, works, hands on what it got, works; at flush works and pauses. */
class Slow implements Operator {
  readonly schema = SCHEMA;
  readonly stores = [];
  readonly terminal = true;
  readonly label: string;
  readonly #ms: number;
  readonly #fails: boolean;

  constructor(label: string, ms: number, fails = false) {
    this.label = label;
    this.#ms = ms;
    this.#fails = fails;
  }

  *push(_input: number, batch: Batch, out: Parameters<Operator['push']>[2]): Slices {
    busy(this.#ms);
    yield;
    busy(this.#ms);
    if (this.#fails) throw new Error('no');
    yield* out.emit(batch);
    busy(this.#ms);
  }

  *flush(): Slices {
    busy(this.#ms);
    yield;
  }
}

const batch = (rows: readonly ZRow[]): Batch => toBatch(SCHEMA, rows);

/** One operator above another, fed by one source. */
function chain(lower: Operator, upper: Operator) {
  const graph = new Graph();
  const source = graph.addSource('source', SCHEMA);
  const below = graph.add(lower, [source]);
  const above = graph.add(upper, [below]);
  return {graph, source, below, above};
}

test('time is that of the operator that works, not of the one that pushed to it, nor of what comes between slices', () => {
  const {graph, source, below, above} = chain(new Slow('below', 2), new Slow('above', 5));
  const began = performance.now();
  let elsewhere = 0;
  for (const slices of [source.emit(batch(z`1 +1`)), graph.flush()])
    while (slices.next().done !== true) {
      const at = performance.now();
      busy(20);
      elsewhere += performance.now() - at;
    }
  const own = performance.now() - began - elsewhere;
  expect(below.selfMs).toBeGreaterThanOrEqual(8);
  expect(above.selfMs).toBeGreaterThanOrEqual(20);
  expect(below.selfMs + above.selfMs).toBeLessThanOrEqual(own);
});

test('what two graphs do in turns is told apart', () => {
  const one = chain(new Slow('a', 1), new Slow('b', 1));
  const other = chain(new Slow('c', 8), new Slow('d', 8));
  const running = [one.source.emit(batch(z`1 +1`)), other.source.emit(batch(z`1 +1`))];
  const began = performance.now();
  for (let left = 2; left > 0;) left = running.filter(slices => slices.next().done !== true).length;
  const selfMs = [one.below, one.above, other.below, other.above].map(node => node.selfMs);
  expect(selfMs[0]! + selfMs[1]! + selfMs[2]! + selfMs[3]!).toBeLessThanOrEqual(performance.now() - began);
  expect(Math.min(selfMs[2]!, selfMs[3]!)).toBeGreaterThanOrEqual(24);
  expect(Math.min(selfMs[0]!, selfMs[1]!)).toBeGreaterThanOrEqual(3);
});

test('after an error, and after work that was given up, nobody works', () => {
  const {graph, source, below, above} = chain(new Slow('below', 1), new Slow('above', 1, true));
  expect(() => runToEnd(source.emit(batch(z`1 +1`)))).toThrow('no');
  graph.rollback();
  const givenUp = source.emit(batch(z`1 +1`));
  givenUp.next();
  givenUp.return();
  graph.rollback();
  const before = below.selfMs + above.selfMs;
  busy(10);
  const next = chain(new Slow('x', 0), new Slow('y', 0));
  runToEnd(next.source.emit(batch(z`1 +1`)));
  expect(below.selfMs + above.selfMs).toBe(before);
});

test('rows count as often as their weights say, those that are taken back by themselves', () => {
  const rows = z`1 +3
                 2 -2
                 3 +1
                 4 -1`;
  expect(countRows(batch(rows))).toEqual({rows: 7, retracted: 3});
  const {source, below, above} = chain(new Slow('below', 0), new Slow('above', 0));
  runToEnd(source.emit(batch(rows)));
  runToEnd(source.emit(batch(z`5 +1`)));
  for (const count of [source.emitted, below.taken, below.emitted, above.taken]) expect(count).toEqual({rows: 8, retracted: 3});
  expect(source.taken.rows).toBe(0);
});
