/** Nanoseconds a row of compiled kernels over batches of 4096 rows; best and median of several rounds after warm-up. Usage: codegen [rounds] */
import {compileMap} from '../src/codegen/compile-map.ts';
import {datumsToBatch} from '../src/codegen/datum-column.ts';
import {detachedContext} from '../src/functions/evaluation-context.ts';
import type {TypedExpression} from '../src/planner/expression/typed-expression.ts';
import type {Datum} from '../src/types/datum.ts';
import {decimalFromText} from '../src/types/decimal.ts';
import {T, type SqlType} from '../src/types/sql-type.ts';

const ROWS = 4096;
const BATCHES = 50;
const rounds = Number(process.argv[2] ?? 40);

const input = (index: number, type: SqlType): TypedExpression => ({kind: 'input', index, type});
const constant = (type: SqlType, value: Datum): TypedExpression => ({kind: 'constant', type, value});
const call = (id: string, type: SqlType, ...args: TypedExpression[]): TypedExpression => ({kind: 'call', function: id, type, args});
const compare = (op: '=' | '>=' | '<', left: TypedExpression, right: TypedExpression): TypedExpression => ({
  kind: 'compare',
  type: T.bool,
  op,
  left,
  right,
});

const types = [T.int8, T.int8, T.int8, T.timestamp, T.text];
const CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple'];
const rows = Array.from({length: ROWS}, (_, i): Datum[] => [
  BigInt((i * 7919) % 5000),
  BigInt((i * 104729) % 10000),
  BigInt(((i * 31337) % 1_000_000) + 100),
  1_600_000_000_000_000n + BigInt(i) * 1000n,
  CHANNELS[(i * 17) % 4] ?? '',
]);
const batch = datumsToBatch(types, rows);
const [auction, bidder, price, at, channel] = types.map((type, i) => input(i, type)) as [
  TypedExpression,
  TypedExpression,
  TypedExpression,
  TypedExpression,
  TypedExpression,
];

const euros = call('numeric_mul', T.numeric, constant(T.numeric, decimalFromText('0.908')), {
  kind: 'cast',
  type: T.numeric,
  explicit: false,
  arg: price,
});
const everyNth = compare('=', call('int8mod', T.int8, auction, constant(T.int8, 123n)), constant(T.int8, 0n));
const bucket: TypedExpression = {
  kind: 'case',
  type: T.int4,
  branches: [
    {when: compare('<', price, constant(T.int8, 10_000n)), then: constant(T.int4, 1)},
    {when: compare('<', price, constant(T.int8, 100_000n)), then: constant(T.int4, 2)},
  ],
  otherwise: constant(T.int4, 3),
};

const CASES: readonly {name: string; predicates: readonly TypedExpression[]; projections: readonly TypedExpression[]}[] = [
  {name: 'q1: auction, bidder, 0.908 * price, at', predicates: [], projections: [auction, bidder, euros, at]},
  {name: 'q2: auction, price where auction % 123 = 0', predicates: [everyNth], projections: [auction, price]},
  {name: 'case with two branches', predicates: [], projections: [auction, bucket]},
  {name: "text: where channel = 'Apple'", predicates: [compare('=', channel, constant(T.text, 'Apple'))], projections: [auction, channel]},
  {name: 'text: upper(channel), materialised', predicates: [], projections: [call('upper_text', T.text, channel)]},
  {
    name: 'int8: auction + bidder * price',
    predicates: [],
    projections: [call('int8pl', T.int8, auction, call('int8mul', T.int8, bidder, price))],
  },
];

for (const {name, predicates, projections} of CASES) {
  const kernel = compileMap({inputTypes: types, predicates, projections, context: detachedContext()});
  const times: number[] = [];
  let kept = 0;
  for (let round = 0; round < rounds + 3; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < BATCHES; i++) kept += kernel.run(batch).batch?.length ?? 0;
    if (round >= 3) times.push(Number(process.hrtime.bigint() - start) / (ROWS * BATCHES));
  }
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1] ?? 0;
  console.log(
    `${name.padEnd(44)} best ${(times[0] ?? 0).toFixed(2)}, median ${median.toFixed(2)} ns/row  (${((kept / (rounds + 3) / BATCHES / ROWS) * 100).toFixed(0)} % kept)`,
  );
}
