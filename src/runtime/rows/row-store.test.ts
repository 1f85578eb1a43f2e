import {expect, test} from 'vitest';
import {BatchBuilder} from '../batch/batch-builder.ts';
import {runToEnd} from '../graph/run-slices.ts';
import {DistinctOperator} from '../operators/distinct.ts';
import {drive, readAll} from '../testing/drive.ts';
import {MemoryCheckpoint} from '../testing/memory-checkpoint.ts';
import {fromBatch, toBatch, z, ZSet, type ZRow} from '../testing/zset.ts';
import {KeyedView} from '../views/keyed-view.ts';
import {ZsetView} from '../views/zset-view.ts';
import {SnapshotBudget} from './pin.ts';

const text = (length: number, seed: number) => String.fromCharCode(97 + (seed % 26)).repeat(length);
const row = (key: number, value: string, weight = 1): ZRow => ({cells: [String(key), value], weight});
const table = (budget?: SnapshotBudget) => new KeyedView({label: 't', schema: ['i32', 'bytes'], key: [0], ordered: true, budget});

test('keys are equal by value: 1.0 and 1.00, 0 and −0, NaN and NaN, NULL and NULL', () => {
  const distinct = new DistinctOperator({label: 'd', schema: ['decimal', 'f64']});
  const d = drive(distinct, ['decimal', 'f64']);
  d.step(z`1.0 -0 +1
           ∅ NaN +1`);
  d.step(z`1.00 0 -1
           ∅ NaN -1`);
  expect(distinct.rowCount(null)).toBe(0);
  expect(distinct.stores[0]!.arena.liveBytes).toBe(0);
});

test('rows of a Z-set are what they print: 1.0 and 1.00, 0 and −0 are two, NaN and NaN one', () => {
  const view = new ZsetView({label: 'v', schema: ['decimal', 'f64']});
  const d = drive(view, ['decimal', 'f64']);
  d.step(z`1.0 0 +1
           1.00 0 +1
           1.0 -0 +2
           ∅ NaN +1`);
  expect(view.rowCount(null)).toBe(4);
  d.step(z`1.00 0 -1
           1.0 -0 -2
           ∅ NaN -1`);
  expect(readAll(view).lines()).toEqual(ZSet.of(z`1.0 0 +1`).lines());
});

test('a numeric keeps its display scale, also as long text', () => {
  const view = new ZsetView({label: 'v', schema: ['decimal']});
  const rows = z`1.50 +1
                 12345678901234567890123.4500 +1
                 100 +1
                 -0.0001000 +1`;
  drive(view, ['decimal']).step(rows);
  expect(readAll(view).lines()).toEqual(ZSet.of(rows).lines());
});

test('values larger than an arena page survive checkpoints and are freed', () => {
  const d = drive(table(), ['i32', 'bytes']);
  const rows = [row(1, text(700_000, 1)), row(2, 'small'), row(3, text(300_000, 3))];
  d.step(rows);
  const checkpoint = new MemoryCheckpoint();
  runToEnd(d.operator.stores[0]!.checkpoint(checkpoint, true));
  const copy = table();
  checkpoint.restoreTo(copy.stores[0]!);
  expect(readAll(copy).lines()).toEqual(ZSet.of(rows).lines());
  const e = drive(copy, ['i32', 'bytes']);
  e.step(rows.map(r => ({...r, weight: -1})));
  expect(copy.stores[0]!.arena.liveBytes).toBe(0);
  expect(copy.stores[0]!.arena.byteLength()).toBeLessThan(600_000);
});

test('a mostly dead arena is compacted step by step, also under a pin', () => {
  const view = table();
  const d = drive(view, ['i32', 'bytes']);
  const all = Array.from({length: 20_000}, (_, i) => row(i, text(200, i)));
  d.step(all);
  const full = view.stores[0]!.arena.byteLength();
  const pin = view.pin();
  const kept = all.filter((_, i) => i % 10 === 0);
  d.step(all.filter((_, i) => i % 10 !== 0).map(r => ({...r, weight: -1})));
  for (let i = 0; i < 20; i++) d.step([row(100_000 + i, 'x')]);
  expect(readAll(view, pin, 5000).lines()).toEqual(ZSet.of(all).lines());
  pin.release();
  for (let i = 20; i < 25; i++) d.step([row(100_000 + i, 'x')]);
  expect(view.stores[0]!.arena.byteLength()).toBeLessThan(full / 4);
  const now = ZSet.of(
    kept,
    Array.from({length: 25}, (_, i) => row(100_000 + i, 'x')),
  );
  expect(readAll(view, null, 5000).lines()).toEqual(now.lines());
});

test('the oldest pin expires when too much was saved, younger ones go on', () => {
  const budget = new SnapshotBudget(50_000);
  const view = table(budget);
  const d = drive(view, ['i32', 'bytes']);
  const before = Array.from({length: 1000}, (_, i) => row(i, 'old'));
  d.step(before);
  const oldest = view.pin();
  d.step(before.slice(0, 1000).flatMap(r => [{...r, weight: -1}, row(Number(r.cells[0]), 'new')]));
  const younger = view.pin();
  const lines = readAll(view, younger, 500).lines();
  expect(readAll(view, oldest, 500).lines()).toEqual(ZSet.of(before).lines());
  for (let i = 0; i < 40; i++) d.step(Array.from({length: 200}, (_, k) => row(10_000 + i * 200 + k, 'more')));
  d.step(before.map(r => ({...row(Number(r.cells[0]), 'new'), weight: -1})));
  expect(() => readAll(view, oldest)).toThrow(/snapshot too old/);
  expect(readAll(view, younger, 500).lines()).toEqual(lines);
  oldest.release();
  younger.release();
  expect(budget.usedBytes).toBe(0);
});

test('a lookup under a pin finds the row as it was, whatever has become of it', () => {
  const view = table();
  const d = drive(view, ['i32', 'bytes']);
  d.step(z`1 one +1
           2 two +1
           3 three +1`);
  const pin = view.pin();
  d.step(z`1 one -1
           1 uno +1
           2 two -1
           4 four +1`);
  const second = view.pin();
  d.step(z`2 dos +1
           3 three -1
           4 four -1`);
  const find = (key: number, at: typeof pin | null) => {
    const out = new BatchBuilder(view.schema);
    view.lookup(toBatch(['i32'], [{cells: [String(key)], weight: 1}]), 0, out, at);
    return fromBatch(view.schema, out.build()).map(r => r.cells[1]);
  };
  expect([1, 2, 3, 4].map(k => find(k, pin))).toEqual([['one'], ['two'], ['three'], []]);
  expect([1, 2, 3, 4].map(k => find(k, second))).toEqual([['uno'], [], ['three'], ['four']]);
  pin.release();
  expect([1, 2, 3, 4].map(k => find(k, second))).toEqual([['uno'], [], ['three'], ['four']]);
  second.release();
  expect([1, 2, 3, 4].map(k => find(k, null))).toEqual([['uno'], ['dos'], [], []]);
});

test('an abandoned checkpoint makes the next one a full one', () => {
  const view = table();
  const d = drive(view, ['i32', 'bytes']);
  const rows = Array.from({length: 5000}, (_, i) => row(i, `value ${i}`));
  d.step(rows);
  view.stores[0]!.checkpoint(new MemoryCheckpoint(), true).next();
  d.step([row(5000, 'last')]);
  const checkpoint = new MemoryCheckpoint();
  runToEnd(view.stores[0]!.checkpoint(checkpoint, false));
  const copy = table();
  checkpoint.restoreTo(copy.stores[0]!);
  expect(copy.rowCount(null)).toBe(5001);
  expect(readAll(copy, null, 5000).lines()).toEqual(readAll(view, null, 5000).lines());
});

test('a checkpoint holds the step at which it began, though later steps change every row before it is written', () => {
  const view = table();
  const d = drive(view, ['i32', 'bytes']);
  const rows = Array.from({length: 30_000}, (_, i) => row(i, `value ${i}`));
  d.step(rows);
  const checkpoint = new MemoryCheckpoint();
  const sweep = view.stores[0]!.checkpoint(checkpoint, true);
  sweep.next();
  d.step(rows.map(r => ({...r, weight: -1})));
  d.step(rows.slice(0, 10_000).map(r => row(Number(r.cells[0]), 'changed')));
  runToEnd(sweep);
  const copy = table();
  checkpoint.restoreTo(copy.stores[0]!);
  expect(readAll(copy, null, 5000).lines()).toEqual(ZSet.of(rows).lines());
  const next = new MemoryCheckpoint();
  runToEnd(view.stores[0]!.checkpoint(next, false));
  const later = table();
  for (const part of [checkpoint, next]) part.copyTo(later.stores[0]!);
  runToEnd(later.stores[0]!.restored());
  expect(readAll(later, null, 5000).lines()).toEqual(readAll(view, null, 5000).lines());
});

test('compaction and reuse of arena pages agree with a checkpoint under way and with later ones', () => {
  const view = table();
  const d = drive(view, ['i32', 'bytes']);
  const all = Array.from({length: 15_000}, (_, i) => row(i, text(150, i)));
  d.step(all);
  const checkpoints = [new MemoryCheckpoint()];
  const sweep = view.stores[0]!.checkpoint(checkpoints[0]!, true);
  sweep.next();
  d.step(all.filter((_, i) => i % 8 !== 0).map(r => ({...r, weight: -1})));
  for (let i = 0; i < 5; i++) d.step([row(100_000 + i, 'x')]);
  runToEnd(sweep);
  const expectRestored = (lines: readonly string[]) => {
    const copy = table();
    for (const checkpoint of checkpoints) checkpoint.copyTo(copy.stores[0]!);
    runToEnd(copy.stores[0]!.restored());
    expect(readAll(copy, null, 5000).lines()).toEqual(lines);
    expect(copy.stores[0]!.arena.liveBytes).toBe(view.stores[0]!.arena.liveBytes);
    return copy;
  };
  const begun = table();
  checkpoints[0]!.restoreTo(begun.stores[0]!);
  expect(readAll(begun, null, 5000).lines()).toEqual(ZSet.of(all).lines());
  for (let round = 0; round < 3; round++) {
    const more = Array.from({length: 6000}, (_, i) => row(200_000 + i, text(200, i + round)));
    d.step(more);
    for (let i = 0; i < 4; i++) d.step([row(300_000 + round * 10 + i, 'y')]);
    if (round < 2) d.step(more.map(r => ({...r, weight: -1})));
    const next = new MemoryCheckpoint();
    runToEnd(view.stores[0]!.checkpoint(next, false));
    checkpoints.push(next);
    expectRestored(readAll(view, null, 5000).lines());
  }
});
