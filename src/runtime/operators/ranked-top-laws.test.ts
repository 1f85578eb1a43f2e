import fc from 'fast-check';
import {describe, test} from 'vitest';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Schema} from '../batch/batch.ts';
import type {Operator} from '../graph/operator.ts';
import type {RowExpiry} from '../time/expiry-index.ts';
import {watermarkBound} from '../time/time-bound.ts';
import type {Watermark} from '../time/watermark.ts';
import {cellsOf} from '../testing/arbitrary-cells.ts';
import {checkLaws} from '../testing/operator-laws.ts';
import {withoutReads} from '../testing/drive.ts';
import {topOracle, type TopRule} from '../testing/top-oracle.ts';
import type {Cell} from '../testing/zset.ts';
import {FirstRowOperator} from './first-row.ts';
import {FirstRowsOperator} from './first-rows.ts';
import {RankedTopOperator} from './ranked-top.ts';
import type {SortColumn} from './sort-order.ts';

const KINDS: readonly PhysicalKind[] = ['u8', 'i32', 'i64', 'f64', 'decimal', 'bytes'];
const few = (...values: Cell[]) => fc.constantFrom(...values);
const ascending = (column: number): SortColumn => ({column, descending: false, nullsFirst: false});
const descending = (column: number): SortColumn => ({column, descending: true, nullsFirst: true});

type Case = {
  readonly schema: Schema;
  readonly rule: TopRule;
  readonly appendOnly: boolean;
  readonly make: (hashMask: number) => Operator;
  readonly rows: fc.Arbitrary<readonly Cell[]>;
  readonly runs?: number;
};

function check({schema, rule, appendOnly, make, rows, runs = 6}: Case): void {
  checkLaws({name: 'top', inputs: [schema], rows: [rows], make, batch: ([all]) => topOracle(schema, rule, all!), appendOnly}, runs);
}

describe('laws of the first row of each partition', () => {
  for (const kind of KINDS) {
    test(`by ${kind}`, () => {
      const schema: Schema = ['i32', kind, 'bytes'];
      const rows = fc.tuple(few('1', '2', null), cellsOf(kind), cellsOf('bytes'));
      for (const output of [false, true]) {
        for (const sort of [[ascending(1)], [descending(1)]]) {
          const make = (hashMask: number) =>
            new FirstRowOperator({label: 'first', input: schema, partition: [0], sort, rank: output, hashMask});
          check({schema, rows, make, appendOnly: true, rule: {partition: [0], sort, rank: 'row-number', limit: 1, offset: 0, output}});
        }
      }
    });
  }

  test('partitions of all kinds, and none', () => {
    for (const partition of [[0, 1, 2, 3, 4], []]) {
      const sort = [descending(5), ascending(1)];
      const make = (hashMask: number) => new FirstRowOperator({label: 'first', input: KINDS, partition, sort, hashMask});
      const rule: TopRule = {partition, sort, rank: 'row-number', limit: 1, offset: 0, output: false};
      check({schema: KINDS, rows: fc.tuple(...KINDS.map(cellsOf)), make, appendOnly: true, rule});
    }
  });
});

const SCHEMA: Schema = ['i32', 'i64', 'bytes'];
const ROWS = fc.tuple(few('1', '1', '2', null), few('1', '2', '3', null, '9007199254740993'), few('a', 'b', null));

describe('laws of the first rows of each partition', () => {
  for (const output of [false, true]) {
    for (const [limit, offset] of [
      [1, 0],
      [2, 0],
      [2, 1],
      [10, 0],
      [0, 0],
    ] as const) {
      test(`${limit} after ${offset}${output ? ', with numbers' : ''}`, () => {
        for (const partition of [[0], []]) {
          const sort = [descending(1)];
          const make = (hashMask: number) =>
            new FirstRowsOperator({label: 'first', input: SCHEMA, partition, sort, limit, offset, rank: output, hashMask});
          check({schema: SCHEMA, rows: ROWS, make, appendOnly: true, rule: {partition, sort, rank: 'row-number', limit, offset, output}});
        }
      });
    }
  }
});

describe('laws of ranked tops', () => {
  for (const rank of ['row-number', 'rank', 'dense-rank'] as const) {
    for (const appendOnly of [false, true]) {
      for (const output of [false, true]) {
        test(`${rank}${output ? ', shown' : ''}, ${appendOnly ? 'append-only' : 'with retractions'}`, () => {
          for (const [limit, offset] of [
            [1, 0],
            [3, 0],
            [2, 2],
            [Infinity, 1],
          ] as const) {
            for (const partition of [[0], []]) {
              const sort = [descending(1)];
              const make = (hashMask: number) =>
                new RankedTopOperator({label: 'top', input: SCHEMA, partition, sort, rank, limit, offset, output, appendOnly, hashMask});
              check({schema: SCHEMA, rows: ROWS, make, appendOnly, rule: {partition, sort, rank, limit, offset, output}, runs: 8});
            }
          }
        });
      }
    }
  }

  for (const kind of KINDS) {
    test(`in the order of ${kind}`, () => {
      const schema: Schema = ['i32', kind, 'bytes'];
      const rows = fc.tuple(few('1', '2', null), cellsOf(kind), cellsOf('bytes'));
      for (const sort of [[ascending(1)], [descending(1), descending(2)]]) {
        const rule: TopRule = {partition: [0], sort, rank: 'row-number', limit: 2, offset: 0, output: true};
        const make = (hashMask: number) => new RankedTopOperator({label: 'top', input: schema, ...rule, appendOnly: false, hashMask});
        check({schema, rows, make, appendOnly: false, rule});
      }
    });
  }
});

describe('laws of tops whose partitions end', () => {
  const schema: Schema = ['i64', 'i32', 'bytes'];
  const rows = fc.tuple(
    fc.nat({max: 12}).map((n): Cell => String(n)),
    few('1', '2', '3'),
    few('a', 'b'),
  );
  const rule: TopRule = {partition: [0], sort: [descending(1)], rank: 'row-number', limit: 2, offset: 0, output: true};
  const expiryOf = (watermark: Watermark, width: number) => ({column: 0, bound: watermarkBound(watermark), width});
  const cases: readonly (readonly [string, boolean, TopRule, (hashMask: number, expiry: RowExpiry) => Operator])[] = [
    [
      'the first row',
      true,
      {...rule, limit: 1},
      (hashMask, expiry) =>
        withoutReads(new FirstRowOperator({label: 'first', input: schema, partition: [0], sort: rule.sort, rank: true, expiry, hashMask})),
    ],
    [
      'the first rows',
      true,
      rule,
      (hashMask, expiry) =>
        new FirstRowsOperator({
          label: 'first',
          input: schema,
          partition: [0],
          sort: rule.sort,
          limit: 2,
          offset: 0,
          rank: true,
          expiry,
          hashMask,
        }),
    ],
    [
      'ranked',
      false,
      {...rule, rank: 'rank'},
      (hashMask, expiry) =>
        new RankedTopOperator({label: 'top', input: schema, ...rule, rank: 'rank', appendOnly: false, expiry, hashMask}),
    ],
  ];
  for (const [name, appendOnly, of, make] of cases) {
    test(name, () => {
      for (const width of [1, 4]) {
        checkLaws(
          {
            name,
            inputs: [schema],
            rows: [rows],
            make: (hashMask, watermark) => make(hashMask, expiryOf(watermark, width)),
            batch: ([all]) => topOracle(schema, of, all!),
            appendOnly,
            timed: {isOver: (_input, cells, now) => Number(cells[0]) < now},
          },
          40,
        );
      }
    });
  }
});
