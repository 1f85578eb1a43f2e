import fc from 'fast-check';
import {describe, test} from 'vitest';
import type {PhysicalKind} from '../../../types/sql-type.ts';
import type {Schema} from '../../batch/batch.ts';
import {analyticOracle} from '../../testing/analytic-oracle.ts';
import {cellsOf} from '../../testing/arbitrary-cells.ts';
import {checkLaws} from '../../testing/operator-laws.ts';
import type {Cell} from '../../testing/zset.ts';
import {watermarkBound} from '../../time/time-bound.ts';
import type {SortColumn} from '../sort-order.ts';
import {AnalyticOperator} from './analytic.ts';
import type {AnalyticSpec, Frame, FrameBound} from './analytic-spec.ts';

const few = (...values: Cell[]) => fc.constantFrom(...values);
const UNBOUNDED: FrameBound = {bound: 'unbounded-preceding'};
const END: FrameBound = {bound: 'unbounded-following'};
const HERE: FrameBound = {bound: 'current-row'};
const preceding = (offset: number): FrameBound => ({bound: 'preceding', offset});
const following = (offset: number): FrameBound => ({bound: 'following', offset});
const frame = (mode: Frame['mode'], start: FrameBound, end: FrameBound, exclude: Frame['exclude'] = 'no-others'): Frame => ({
  mode,
  start,
  end,
  exclude,
});
const DEFAULT = frame('range', UNBOUNDED, HERE);

/** partition, order, value, flag, small positive number, edges of the order − 2, + 1, − 1 and + 3. */
const SCHEMA: Schema = ['i32', 'i64', 'i64', 'u8', 'i32', 'i64', 'i64', 'i64', 'i64'];
const ROWS = fc
  .tuple(
    few('1', '1', '2'),
    few('1', '2', '3', '5', '7', null),
    few('1', '-4', '3', '7', null, '9007199254740993'),
    few('t', 'f', null),
    few('1', '2', null),
  )
  .map(([p, order, value, flag, n]): Cell[] => {
    const edge = (by: bigint) => (order === null ? null : String(BigInt(order) + by));
    return [p!, order!, value!, flag!, n!, edge(-2n), edge(1n), edge(-1n), edge(3n)];
  });

function check(
  calls: readonly AnalyticSpec[],
  sort: readonly SortColumn[],
  runs = 8,
  schema = SCHEMA,
  rows: fc.Arbitrary<readonly Cell[]> = ROWS,
): void {
  checkLaws(
    {
      name: 'analytic',
      inputs: [schema],
      rows: [rows],
      make: hashMask => new AnalyticOperator({label: 'analytic', input: schema, partition: [0], sort, calls, hashMask}),
      batch: ([all]) => analyticOracle(schema, {partition: [0], sort, calls}, all!),
    },
    runs,
  );
}

const BY_ORDER: readonly SortColumn[] = [{column: 1, descending: false, nullsFirst: false}];
const BACKWARDS: readonly SortColumn[] = [{column: 1, descending: true, nullsFirst: true}];
const aggregates = (of: Frame): AnalyticSpec[] => [
  {function: 'count', frame: of},
  {function: 'count', column: 2, filter: 3, frame: of},
  {function: 'sum', column: 2, frame: of},
  {function: 'min', column: 2, frame: of},
  {function: 'max', column: 2, filter: 3, frame: of},
  {function: 'bool-and', column: 3, frame: of},
  {function: 'bool-or', column: 3, frame: of},
  {function: 'first-value', column: 2, frame: of},
];
const edges = (of: Frame): AnalyticSpec[] => [
  {function: 'last-value', column: 2, frame: of},
  {function: 'nth-value', column: 2, second: 4, frame: of},
];

describe('laws of window functions', () => {
  const ranks: readonly AnalyticSpec[] = (['row-number', 'rank', 'dense-rank'] as const).map(name => ({function: name, frame: DEFAULT}));
  test('ranks', () => {
    for (const call of ranks) check([call], BY_ORDER);
    check(ranks, BACKWARDS);
    check(ranks, []);
  });

  test('shares and buckets', () => {
    const shares = (['percent-rank', 'cume-dist'] as const).map(name => ({function: name, frame: DEFAULT}));
    check([...shares, {function: 'ntile', column: 0, frame: DEFAULT}, ...ranks], BY_ORDER, 30);
  });

  test('lag and lead', () => {
    check([{function: 'lag', column: 2, distance: 1, frame: DEFAULT}], BY_ORDER);
    check([{function: 'lead', column: 2, distance: 2, frame: DEFAULT}], BY_ORDER);
    check(
      [
        {function: 'lag', column: 2, distance: 2, fallback: 1, frame: DEFAULT},
        {function: 'lead', column: 2, distance: 1, frame: DEFAULT},
        {function: 'lag', column: 2, distance: -1, frame: DEFAULT},
      ],
      BACKWARDS,
    );
    check([{function: 'lag', column: 2, second: 4, fallback: 1, frame: DEFAULT}], BY_ORDER);
  });

  test('calls of near and of far reach together', () => {
    check(
      [{function: 'lag', column: 2, distance: 2, frame: DEFAULT}, {function: 'lead', column: 2, distance: 1, frame: DEFAULT}, ...ranks],
      BY_ORDER,
      40,
    );
  });
});

describe('laws of aggregates over frames', () => {
  const frames: readonly (readonly [string, Frame])[] = [
    ['rows to the current one', frame('rows', UNBOUNDED, HERE)],
    ['peers to the current ones', DEFAULT],
    ['groups to the current one', frame('groups', UNBOUNDED, HERE)],
    ['two rows before', frame('rows', preceding(2), HERE)],
    ['rows around', frame('rows', preceding(1), following(2))],
    ['rows before only', frame('rows', preceding(3), preceding(1))],
    ['rows behind only', frame('rows', following(1), following(2))],
    ['never a row', frame('rows', following(2), following(1))],
    ['the partition', frame('rows', UNBOUNDED, END)],
    ['from here on', frame('range', HERE, END)],
    ['all but this row', frame('rows', UNBOUNDED, END, 'current-row')],
    ['rows around but this one', frame('rows', preceding(2), following(1), 'current-row')],
    ['all but the peers', frame('range', UNBOUNDED, END, 'group')],
    ['rows around but the ties', frame('rows', preceding(2), following(2), 'ties')],
    ['groups around', frame('groups', preceding(1), following(1))],
    ['groups behind', frame('groups', following(1), following(2))],
    ['values around', frame('range', {bound: 'preceding', edge: 5}, {bound: 'following', edge: 6})],
    ['values before only', frame('range', {bound: 'preceding', edge: 5}, {bound: 'preceding', edge: 7})],
    ['values behind only', frame('range', {bound: 'following', edge: 6}, {bound: 'following', edge: 8})],
    ['peers', frame('range', HERE, HERE)],
    ['values before', frame('range', UNBOUNDED, {bound: 'preceding', edge: 5})],
    ['values from a little before on', frame('range', {bound: 'preceding', edge: 5}, HERE)],
  ];
  for (const [name, of] of frames) {
    test(name, () => {
      check(aggregates(of), BY_ORDER);
      check([...aggregates(of), ...edges(of)], BY_ORDER, 6);
      // The edges are made for ascending order.
      if (of.mode !== 'range') check(aggregates(of), BACKWARDS, 5);
    });
  }

  for (const kind of ['i32', 'f64', 'decimal', 'bytes', 'u8'] as const satisfies readonly PhysicalKind[]) {
    test(`over ${kind}`, () => {
      const schema: Schema = ['i32', kind, kind];
      const rows = fc.tuple(few('1', '2'), cellsOf(kind), cellsOf(kind));
      for (const of of [DEFAULT, frame('rows', preceding(2), HERE), frame('rows', UNBOUNDED, END)]) {
        const calls: AnalyticSpec[] = [
          {function: 'min', column: 2, frame: of},
          {function: 'max', column: 2, frame: of},
          {function: 'first-value', column: 2, frame: of},
          {function: 'lag', column: 2, distance: 1, frame: of},
        ];
        if (kind !== 'bytes' && kind !== 'u8') calls.push({function: 'sum', column: 2, frame: of});
        check(calls, BY_ORDER, 8, schema, rows);
      }
    });
  }
});

test('laws of window functions whose partitions end', () => {
  const schema: Schema = ['i64', 'i32', 'i32'];
  const sort = [{column: 1, descending: false, nullsFirst: false}];
  const calls: readonly AnalyticSpec[] = [
    {function: 'row-number', frame: DEFAULT},
    {function: 'sum', column: 2, frame: frame('rows', preceding(1), HERE)},
  ];
  checkLaws(
    {
      name: 'analytic that ends',
      inputs: [schema],
      rows: [
        fc.tuple(
          fc.nat({max: 12}).map((n): Cell => String(n)),
          few('1', '2', '3'),
          few('1', '2', null),
        ),
      ],
      make: (hashMask, watermark) =>
        new AnalyticOperator({
          label: 'analytic',
          input: schema,
          partition: [0],
          sort,
          calls,
          expiry: {of: 'input', column: 0, bound: watermarkBound(watermark), width: 2},
          hashMask,
        }),
      batch: ([all]) => analyticOracle(schema, {partition: [0], sort, calls}, all!),
      timed: {isOver: (_input, cells, now) => Number(cells[0]) < now},
    },
    60,
  );
});
