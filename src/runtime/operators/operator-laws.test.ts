import fc from 'fast-check';
import {describe, test} from 'vitest';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Schema} from '../batch/batch.ts';
import {aggregateOracle} from '../testing/aggregate-oracle.ts';
import {cellsOf} from '../testing/arbitrary-cells.ts';
import {checkLaws, type LawfulOperator} from '../testing/operator-laws.ts';
import {toBatch, ZSet, type Cell} from '../testing/zset.ts';
import {AppendView} from '../views/append-view.ts';
import {KeyedView} from '../views/keyed-view.ts';
import {ZsetView} from '../views/zset-view.ts';
import {AggregateOperator} from './aggregate.ts';
import type {AggregateSpec} from './aggregate-spec.ts';
import {DistinctOperator} from './distinct.ts';
import {UnionOperator} from './union.ts';
import {ValuesOperator} from './values.ts';

const KINDS: readonly PhysicalKind[] = ['u8', 'i32', 'i64', 'f64', 'decimal', 'bytes'];
const rowsOf = (schema: Schema): fc.Arbitrary<readonly Cell[]> => fc.tuple(...schema.map(cellsOf));
const integral = (rows: Parameters<LawfulOperator['batch']>[0]) => ZSet.of(...rows).rows();

function aggregate(
  name: string,
  input: Schema,
  keys: readonly number[],
  aggregates: readonly AggregateSpec[],
  appendOnly: boolean,
): LawfulOperator {
  return {
    name,
    inputs: [input],
    rows: [rowsOf(input)],
    make: hashMask => new AggregateOperator({label: name, input, keys, aggregates, appendOnly, hashMask}),
    batch: ([rows]) => aggregateOracle(input, keys, aggregates, rows!),
    appendOnly,
    restingRows: keys.length === 0 ? 1 : 0,
  };
}

function aggregatesOver(kind: PhysicalKind): AggregateSpec[] {
  const sums: AggregateSpec[] =
    kind === 'u8'
      ? [
          {kind: 'bool-and', column: 1},
          {kind: 'bool-or', column: 1, filter: 2},
        ]
      : kind === 'bytes'
        ? []
        : [
            {kind: 'sum', column: 1},
            {kind: 'sum', column: 1, distinct: true, filter: 2},
          ];
  return [
    ...sums,
    {kind: 'count'},
    {kind: 'count', column: 1, filter: 2},
    {kind: 'count', column: 1, distinct: true},
    {kind: 'min', column: 1},
    {kind: 'max', column: 1, filter: 2},
  ];
}

const OPERATORS: readonly LawfulOperator[] = [
  ...KINDS.flatMap(kind =>
    [true, false].flatMap(appendOnly => [
      aggregate(`aggregates over ${kind}, append-only ${appendOnly}`, ['i32', kind, 'u8'], [0], aggregatesOver(kind), appendOnly),
      aggregate(`keyless aggregates over ${kind}, append-only ${appendOnly}`, ['i32', kind, 'u8'], [], aggregatesOver(kind), appendOnly),
    ]),
  ),
  ...KINDS.map(kind => aggregate(`group by ${kind}`, [kind, 'i64', 'f64'], [0], [{kind: 'count'}, {kind: 'sum', column: 2}], false)),
  aggregate('group by all kinds', KINDS, [0, 1, 2, 3, 4, 5], [{kind: 'count'}], false),
  {
    name: 'distinct',
    inputs: [KINDS],
    rows: [rowsOf(KINDS)],
    make: hashMask => new DistinctOperator({label: 'distinct', schema: KINDS, hashMask}),
    batch: inputs => integral(inputs).map(row => ({...row, weight: 1})),
  },
  {
    name: 'union all',
    inputs: [['i64'], ['i64']],
    rows: [rowsOf(['i64']), rowsOf(['i64'])],
    make: () => new UnionOperator({label: 'union', schema: ['i64']}),
    batch: integral,
  },
  {
    name: 'values',
    inputs: [],
    rows: [],
    make: () => {
      const batch = toBatch(
        ['i32', 'bytes'],
        [
          {cells: ['1', 'one'], weight: 1},
          {cells: [null, 'x'], weight: 1},
        ],
      );
      return new ValuesOperator({label: 'values', schema: ['i32', 'bytes'], batches: [batch]});
    },
    batch: () => [
      {cells: ['1', 'one'], weight: 1},
      {cells: [null, 'x'], weight: 1},
    ],
    appendOnly: true,
  },
  {
    name: 'view without key',
    inputs: [KINDS],
    rows: [rowsOf(KINDS)],
    make: hashMask => new ZsetView({label: 'view', schema: KINDS, hashMask}),
    batch: integral,
  },
  {
    name: 'append-only view',
    inputs: [KINDS],
    rows: [rowsOf(KINDS)],
    make: () => new AppendView({label: 'view', schema: KINDS}),
    batch: integral,
    appendOnly: true,
  },
];

describe('laws of operators', () => {
  for (const law of OPERATORS) test(law.name, () => checkLaws(law, 60));
});

describe('laws of keyed views', () => {
  const schema: Schema = ['i32', 'bytes', 'decimal', 'f64'];
  for (const ordered of [true, false]) {
    test(ordered ? 'changes in order' : 'changes in any order', () => {
      const law: LawfulOperator = {
        name: 'keyed view',
        inputs: [schema],
        rows: [rowsOf(schema)],
        make: hashMask => new KeyedView({label: 'keyed', schema, key: [0], ordered, hashMask}),
        batch: integral,
        uniqueBy: [0],
        reversed: !ordered,
      };
      checkLaws(law, 100);
    });
  }
});
