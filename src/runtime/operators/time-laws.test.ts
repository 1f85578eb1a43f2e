import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Schema} from '../batch/batch.ts';
import {aggregateOracle} from '../testing/aggregate-oracle.ts';
import {cellsOf} from '../testing/arbitrary-cells.ts';
import {drive, withoutReads} from '../testing/drive.ts';
import {checkLaws, type LawfulOperator} from '../testing/operator-laws.ts';
import {z, ZSet, type Cell} from '../testing/zset.ts';
import {shiftedBound, watermarkBound} from '../time/time-bound.ts';
import {Watermark} from '../time/watermark.ts';
import {AggregateOperator} from './aggregate.ts';
import type {AggregateSpec} from './aggregate-spec.ts';
import {InnerJoinOperator} from './inner-join.ts';
import {LateGate} from './late-gate.ts';
import {TemporalFilter} from './temporal-filter.ts';
import {WindowClose} from './window-close.ts';

const someTime: fc.Arbitrary<Cell> = fc.nat({max: 12}).map(String);
const time: fc.Arbitrary<Cell> = fc.option(someTime, {nil: null, freq: 12});
const row = (...cells: fc.Arbitrary<Cell>[]) => fc.tuple(...cells);
const timeIn = (column: number) => (cells: readonly Cell[]) => (cells[column] === null ? NaN : Number(cells[column]));
const int = cellsOf('i32');

const CALLS: readonly AggregateSpec[] = [
  {kind: 'count'},
  {kind: 'count', column: 2, distinct: true},
  {kind: 'max', column: 2},
  {kind: 'min', column: 2},
];

function endingAggregate(width: number, appendOnly: boolean): LawfulOperator {
  const input: Schema = ['i64', 'i32', 'i32'];
  const at = timeIn(0);
  return {
    name: `aggregate whose groups end, buckets of ${width}, ${appendOnly ? 'append-only' : 'with retractions'}`,
    inputs: [input],
    rows: [row(someTime, int, int)],
    make: (hashMask, watermark) =>
      withoutReads(
        new AggregateOperator({
          label: 'ending',
          input,
          keys: [1, 0],
          aggregates: CALLS,
          appendOnly,
          expiry: {key: 1, bound: watermarkBound(watermark), width, keepGroups: false},
          hashMask,
        }),
      ),
    batch: ([rows]) => aggregateOracle(input, [1, 0], CALLS, rows!),
    appendOnly,
    timed: {isOver: (_input, cells, now) => at(cells) < now},
  };
}

/** l.time ≤ r.time ≤ l.time + 3. */
function intervalJoin(): LawfulOperator {
  const schema: Schema = ['i32', 'i64'];
  const residual = {
    left: [1],
    right: [1],
    kernel: {
      run(batch: {length: number; columns: readonly {values: ArrayLike<number | bigint>; validity: Uint8Array | null}[]}) {
        const [l, r, number] = batch.columns;
        const kept: number[] = [];
        for (let k = 0; k < batch.length; k++) {
          const isNull = (c: typeof l) => c!.validity !== null && c!.validity[k] === 0;
          if (isNull(l) || isNull(r)) continue;
          const gap = Number(r!.values[k]) - Number(l!.values[k]);
          if (gap >= 0 && gap <= 3) kept.push(Number(number!.values[k]));
        }
        const column = {form: 'i32' as const, values: Int32Array.from(kept), validity: null};
        return {batch: kept.length === 0 ? null : {length: kept.length, columns: [column], weights: null}, errors: null};
      },
    },
  };
  const matches = (l: readonly Cell[], r: readonly Cell[]) =>
    l[1] !== null && r[1] !== null && Number(r[1]) - Number(l[1]) >= 0 && Number(r[1]) - Number(l[1]) <= 3;
  return {
    name: 'inner join bounded by time',
    inputs: [schema, schema],
    rows: [row(int, someTime), row(int, someTime)],
    make: (hashMask, watermark) =>
      new InnerJoinOperator({
        label: 'interval',
        left: schema,
        right: schema,
        keys: {left: [0], right: [0], nullSafe: [false]},
        residual: residual as never,
        expiry: {
          left: {column: 1, bound: shiftedBound(watermarkBound(watermark), -3), width: 1},
          right: {column: 1, bound: watermarkBound(watermark), width: 1},
        },
        hashMask,
      }),
    batch: ([left, right]) =>
      ZSet.of(
        left!.flatMap(l =>
          right!.flatMap(r =>
            l.cells[0] !== null && l.cells[0] === r.cells[0] && matches(l.cells, r.cells)
              ? [{cells: [...l.cells, ...r.cells], weight: l.weight * r.weight}]
              : [],
          ),
        ),
      ).rows(),
    timed: {isOver: (_input, cells, now) => timeIn(1)(cells) < now},
  };
}

function windowClose(): LawfulOperator {
  const schema: Schema = ['i32', 'i64'];
  return {
    name: 'window close',
    inputs: [schema],
    rows: [row(int, someTime)],
    make: (hashMask, watermark) => new WindowClose({label: 'close', schema, time: 1, bound: watermarkBound(watermark), hashMask}),
    batch: ([rows], now) => rows!.filter(r => timeIn(1)(r.cells) < now),
    timed: {isOver: (_input, cells, now) => timeIn(1)(cells) < now},
  };
}

function temporalFilter(from: boolean, until: boolean): LawfulOperator {
  const input: Schema = ['i32', 'i64', 'i64'];
  const counts = (cells: readonly Cell[], now: number) => (!from || timeIn(1)(cells) <= now) && (!until || now < timeIn(2)(cells));
  return {
    name: `temporal filter with${from ? ' a beginning' : ''}${until ? ' an end' : ''}`,
    inputs: [input],
    rows: [row(int, time, time)],
    make: (hashMask, watermark) =>
      new TemporalFilter({
        label: 'filter',
        input,
        columns: 1,
        from: from ? 1 : undefined,
        until: until ? 2 : undefined,
        now: watermarkBound(watermark),
        hashMask,
      }),
    batch: ([rows], now) =>
      ZSet.of(rows!.filter(r => counts(r.cells, now)).map(({cells, weight}) => ({cells: [cells[0]!], weight}))).rows(),
    timed: {isOver: () => false},
  };
}

const OPERATORS: readonly LawfulOperator[] = [
  ...[1, 4].flatMap(width => [true, false].map(appendOnly => endingAggregate(width, appendOnly))),
  intervalJoin(),
  windowClose(),
  temporalFilter(true, true),
  temporalFilter(false, true),
  temporalFilter(true, false),
];

describe.each(OPERATORS)('$name', operator => {
  test('obeys the laws of operators while time passes', () => checkLaws(operator));
});

test('late gate: rows below the bound of the step before go to the sink, the others on', () => {
  const watermark = new Watermark();
  const late: string[] = [];
  const gate = new LateGate({
    label: 'gate',
    input: ['i32', 'i64', 'i32'],
    columns: 2,
    time: 1,
    bound: watermarkBound(watermark),
    late: {add: (batch, at) => late.push(String((batch.columns[2] as {values: Int32Array}).values[at]))},
  });
  const driver = drive(gate, ['i32', 'i64', 'i32']);
  watermark.advance(5);
  driver.step(z`1 3 70 +1`).emits(z`1 3 +1`);
  watermark.publish();
  driver
    .step(
      z`1 4 71 +1
        2 5 72 +1
        3 ∅ 73 +2`,
    )
    .emits(
      z`2 5 +1
        3 ∅ +2`,
    );
  expect(late).toEqual(['71']);
});
