// State of windows: ns of CPU per input row of ranked tops, sessions and window functions, beside the fixed kernel (JSON.parse of nexmark
// records). node scripts/run-bench.mjs window-state [rows]
import {execFileSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import type {Batch, Schema} from '../src/runtime/batch/batch.ts';
import {BatchBuilder} from '../src/runtime/batch/batch-builder.ts';
import type {BytesColumnBuilder} from '../src/runtime/batch/bytes-column-builder.ts';
import type {Int64ColumnBuilder} from '../src/runtime/batch/int64-column-builder.ts';
import type {BatchSink, Operator, Slices} from '../src/runtime/graph/operator.ts';
import {AnalyticOperator} from '../src/runtime/operators/analytic/analytic.ts';
import {FirstRowOperator} from '../src/runtime/operators/first-row.ts';
import {FirstRowsOperator} from '../src/runtime/operators/first-rows.ts';
import {RankedTopOperator} from '../src/runtime/operators/ranked-top.ts';
import {SessionAggregateOperator} from '../src/runtime/operators/session-aggregate.ts';
// from '../src/runtime/operators/ranked-top.ts';

const ROWS = Number(process.argv[2] ?? 2_000_000);
const BATCH = 8192;
/** Batches a step, as under load. */
const STEP = 4;

const kernel = Number(execFileSync('node', [fileURLToPath(new URL('json-kernel.js', import.meta.url))], {encoding: 'utf8'}));
console.log(`fixed kernel ${kernel} ns`);

let seed = 12345;
const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;

class Counting implements BatchSink {
  readonly wanted = true;
  rows = 0;

  *emit(batch: Batch): Slices {
    this.rows += batch.length;
  }
}

function run(slices: Slices): void {
  while (slices.next().done !== true);
}

/** Feeds `ROWS` rows; `fill` writes a batch into the builder (which is reset), timed apart from the operator. */
function measure(name: string, operator: Operator, input: Schema, fill: (builder: BatchBuilder, first: number) => void): void {
  const builder = new BatchBuilder(input);
  const out = new Counting();
  let cpu = 0;
  let worst = 0;
  let rows = 0;
  for (let step = 0; step * BATCH * STEP < ROWS; step++) {
    for (const store of operator.stores) store.beginStep();
    let spent = 0;
    for (let b = 0; b < STEP; b++) {
      builder.reset();
      fill(builder, rows);
      const batch = builder.build();
      rows += batch.length;
      const used = process.cpuUsage();
      run(operator.push(0, batch, out));
      const {user, system} = process.cpuUsage(used);
      spent += user + system;
    }
    const used = process.cpuUsage();
    run(operator.flush(out));
    for (const store of operator.stores) store.endStep();
    const {user, system} = process.cpuUsage(used);
    spent += user + system;
    cpu += spent;
    worst = Math.max(worst, spent);
  }
  const perRow = (cpu * 1000) / rows;
  const state = operator.stores.reduce((sum, store) => sum + store.stateBytes(), 0);
  const kept = operator.stores.reduce((sum, store) => sum + store.rowCount(), 0);
  console.log(
    `${name.padEnd(44)} ${perRow.toFixed(0).padStart(5)} ns/row  ${(perRow / kernel).toFixed(3)} of the kernel  out/in ${(out.rows / rows).toFixed(2)}  worst step ${(worst / 1000).toFixed(0)} ms  ${kept} rows, ${(state / 2 ** 20).toFixed(0)} MB`,
  );
}

const only = process.argv[3];
const wanted = (name: string) => only === undefined || name.includes(only);

// ---- bids ------------------------------------------------------------------------------------------------------------------------------

const BID: Schema = ['i64', 'i64', 'i64', 'bytes', 'bytes', 'i64', 'bytes'];
const LETTERS = Buffer.alloc(4096, 'abcdefghijklmnopqrstuvwxyz');

function appendBytes(column: BytesColumnBuilder, size: number): void {
  const start = Math.floor(random() * 3000);
  column.append(LETTERS, start, start + size);
}

/** Half of the bids go to the hottest auction, as in Nexmark; bids at 10 a millisecond. */
function bids(builder: BatchBuilder, first: number): void {
  const [auction, bidder, price, channel, url, time, extra] = builder.columns as [
    Int64ColumnBuilder,
    Int64ColumnBuilder,
    Int64ColumnBuilder,
    BytesColumnBuilder,
    BytesColumnBuilder,
    Int64ColumnBuilder,
    BytesColumnBuilder,
  ];
  for (let i = 0; i < BATCH; i++) {
    const n = first + i;
    const newest = Math.floor(n / 15);
    auction.append(random() < 0.5 ? newest - (newest % 100) : Math.max(0, newest - Math.floor(random() * 100)));
    bidder.append(random() < 0.75 ? newest - (newest % 100) + 1 : Math.floor(random() * newest));
    price.append(Math.floor(10 ** (random() * 6) * 100));
    appendBytes(channel, 8);
    appendBytes(url, 50);
    time.append(1_700_000_000_000_000 + Math.floor(n / 10) * 1000);
    appendBytes(extra, 80);
  }
  builder.added(BATCH, 1);
}

const descending = (column: number) => ({column, descending: true, nullsFirst: true});

if (wanted('q18')) {
  for (const round of ['warm-up', 'first row of (bidder, auction): q18']) {
    const operator = new FirstRowOperator({label: 'q18', input: BID, partition: [1, 0], sort: [descending(5)]});
    measure(round, operator, BID, bids);
  }
}
if (wanted('q19')) {
  for (const round of ['warm-up', 'first 10 rows of auction, numbered: q19']) {
    const args = {label: 'q19', input: BID, partition: [0], sort: [descending(2)], limit: 10, offset: 0};
    measure(round, new FirstRowsOperator({...args, rank: true}), BID, bids);
  }
}

// ---- counts of auctions in windows, as they grow -------------------------------------------------------------------------------------------

if (wanted('q5')) {
  const COUNT: Schema = ['i64', 'i64', 'i64', 'i64'];
  const counts = new Map<number, number>();
  const grow = (builder: BatchBuilder, first: number) => {
    const [auction, count, start, end] = builder.columns as [
      Int64ColumnBuilder,
      Int64ColumnBuilder,
      Int64ColumnBuilder,
      Int64ColumnBuilder,
    ];
    const weights = new Int32Array(BATCH);
    const rows = new Int32Array(BATCH).map((_, k) => k);
    const window = Math.floor(first / 400_000);
    for (let i = 0; i < BATCH; i += 2) {
      const id = window * 10_000 + Math.floor(random() * random() * 10_000);
      const old = counts.get(id) ?? 0;
      counts.set(id, old + 1);
      for (const [value, weight] of [
        [old, -1],
        [old + 1, 1],
      ] as const) {
        auction.append(id);
        count.append(value);
        start.append(window);
        end.append(window + 1);
        weights[i + (weight > 0 ? 1 : 0)] = old === 0 && weight < 0 ? 1 : weight;
        if (old === 0 && weight < 0) count.values[count.length - 1] = -1 - i;
      }
    }
    builder.addedWeights(weights, rows, 0, BATCH);
  };
  for (const round of ['warm-up', 'rank() = 1 of changing counts: q5']) {
    counts.clear();
    const args = {partition: [2, 3], sort: [descending(1)], rank: 'rank', limit: 1, offset: 0, output: false, appendOnly: false} as const;
    measure(round, new RankedTopOperator({label: 'q5', input: COUNT, ...args}), COUNT, grow);
  }
}

// ---- winning bids of sellers' auctions, as they rise ---------------------------------------------------------------------------------------

if (wanted('q6')) {
  const WINNING: Schema = ['i64', 'i64', 'i64', 'i64'];
  const prices = new Map<number, readonly [number, number]>();
  const rise = (builder: BatchBuilder, first: number) => {
    const [id, seller, price, time] = builder.columns as [Int64ColumnBuilder, Int64ColumnBuilder, Int64ColumnBuilder, Int64ColumnBuilder];
    const weights = new Int32Array(BATCH);
    const rows = new Int32Array(BATCH).map((_, k) => k);
    let i = 0;
    const append = (auction: number, [value, at]: readonly [number, number], weight: number) => {
      id.append(auction);
      seller.append(auction % 5000);
      price.append(value);
      time.append(at);
      weights[i++] = weight;
    };
    while (i < BATCH - 1) {
      const n = first + i;
      const auction = Math.max(0, Math.floor(n / 6) - Math.floor(random() * 200));
      const old = prices.get(auction);
      if (old !== undefined) append(auction, old, -1);
      const now = [(old?.[0] ?? 0) + 1 + Math.floor(random() * 100), 1_700_000_000_000_000 + n * 100] as const;
      prices.set(auction, now);
      append(auction, now, 1);
    }
    builder.addedWeights(weights, rows, 0, i);
  };
  for (const round of ['warm-up', 'avg over 10 rows before, retracting: q6']) {
    prices.clear();
    const frame = {mode: 'rows', start: {bound: 'preceding', offset: 10}, end: {bound: 'current-row'}, exclude: 'no-others'} as const;
    const calls = [
      {function: 'sum', column: 2, frame},
      {function: 'count', column: 2, frame},
    ] as const;
    const sort = [{column: 3, descending: false, nullsFirst: false}];
    measure(round, new AnalyticOperator({label: 'q6', input: WINNING, partition: [1], sort, calls}), WINNING, rise);
  }
}

// ---- bids of bidders in sessions ---------------------------------------------------------------------------------------------------------------

if (wanted('q11')) {
  const SHORT: Schema = ['i64', 'i64'];
  const bidders = (builder: BatchBuilder, first: number) => {
    const [bidder, time] = builder.columns as [Int64ColumnBuilder, Int64ColumnBuilder];
    for (let i = 0; i < BATCH; i++) {
      const newest = Math.floor((first + i) / 46);
      bidder.append(random() < 0.75 ? newest - (newest % 100) + 1 : Math.max(0, newest - Math.floor(random() * 1000)));
      time.append(1_700_000_000_000_000 + Math.floor((first + i) / 10) * 1000);
    }
    builder.added(BATCH, 1);
  };
  const args = {label: 'q11', input: SHORT, time: 1, gap: 10_000_000, keys: [0], aggregates: [{kind: 'count'}]} as const;
  for (const round of ['warm-up', 'sessions of bidders: q11']) measure(round, new SessionAggregateOperator(args), SHORT, bidders);
}
