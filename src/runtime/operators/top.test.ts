import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {PhysicalKind} from '../../types/sql-type.ts';
import {runToEnd} from '../graph/run-slices.ts';
import {cellsOf} from '../testing/arbitrary-cells.ts';
import {compareRows} from '../testing/compare-cells.ts';
import {RecordingSink} from '../testing/drive.ts';
import {toBatch, ZSet, type Cell, type ZRow} from '../testing/zset.ts';
import {LimitOperator} from './limit.ts';
import type {SortColumn} from './sort-order.ts';
import {TopOperator} from './top.ts';

const KINDS: readonly PhysicalKind[] = ['u8', 'i32', 'i64', 'f64', 'decimal', 'bytes'];

function oracle(rows: readonly ZRow[], sort: readonly SortColumn[], limit: number, offset: number): (readonly Cell[])[] {
  const all = rows.flatMap(row => Array.from({length: row.weight}, () => row.cells));
  return all.sort((a, b) => compareRows(KINDS, sort, a, b)).slice(offset, offset + limit);
}

const sortColumn: fc.Arbitrary<SortColumn> = fc.record({
  column: fc.nat({max: KINDS.length - 1}),
  descending: fc.boolean(),
  nullsFirst: fc.boolean(),
});
const row: fc.Arbitrary<ZRow> = fc.record({cells: fc.tuple(...KINDS.map(cellsOf)), weight: fc.integer({min: 1, max: 3})});

function run(operator: TopOperator | LimitOperator, batches: readonly (readonly ZRow[])[], wide = false): ZRow[] {
  const sink = new RecordingSink(KINDS);
  for (const rows of batches) runToEnd(operator.push(0, toBatch(KINDS, rows, wide), sink));
  runToEnd(operator.flush(sink));
  return sink.rows;
}

test('top sorts as PostgreSQL does, stably, and repeats rows by weight', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(row, {maxLength: 15}), {maxLength: 4}),
      fc.array(sortColumn, {minLength: 1, maxLength: 3}),
      fc.constantFrom(0, 1, 5, Infinity),
      fc.constantFrom(0, 1, 7),
      fc.boolean(),
      (batches, sort, limit, offset, wide) => {
        const emitted = run(new TopOperator({label: 'top', schema: KINDS, sort, limit, offset}), batches, wide);
        expect(emitted.map(r => r.cells)).toEqual(oracle(batches.flat(), sort, limit, offset));
        expect(emitted.every(r => r.weight === 1)).toBe(true);
      },
    ),
    {numRuns: 500},
  );
});

describe('large inputs', () => {
  const rows = (from: number): ZRow[] =>
    Array.from({length: 8192}, (_, k) => {
      const n = Math.imul(from + k, 0x9e3779b1) | 0;
      return {cells: [null, String(n), String(from + k), String(n / 16), (n / 100).toFixed(2), `text ${n}`], weight: 1};
    });
  const batches = [0, 1, 2, 3, 4].map(b => rows(b * 8192));

  for (const [name, limit, offset] of [
    ['all rows', Infinity, 0],
    ['the first rows', 10, 3],
    ['a window in the middle', 9000, 9000],
  ] as const) {
    for (const column of [1, 3, 4, 5]) {
      test(`${name}, by ${KINDS[column]}`, () => {
        const sort = [{column, descending: true, nullsFirst: true}];
        const emitted = run(new TopOperator({label: 'top', schema: KINDS, sort, limit, offset}), batches);
        expect(emitted.map(r => r.cells[2])).toEqual(oracle(batches.flat(), sort, limit, offset).map(cells => cells[2]));
      });
    }
  }
});

test('limit without order passes the first rows and says when it is done', () => {
  const rows = [
    {cells: ['t', '1', '1', '1', '1', 'a'], weight: 3},
    {cells: ['t', '2', '1', '1', '1', 'a'], weight: 2},
    {cells: ['t', '3', '1', '1', '1', 'a'], weight: 1},
  ];
  const limit = new LimitOperator({label: 'limit', schema: KINDS, limit: 3, offset: 2});
  expect(limit.done).toBe(false);
  const emitted = run(limit, [rows]);
  expect(limit.done).toBe(true);
  expect(ZSet.of(emitted.map(r => ({cells: [r.cells[1]!], weight: r.weight}))).lines()).toEqual(['1 ×1', '2 ×2']);
});
