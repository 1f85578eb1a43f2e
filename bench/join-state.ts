// State of a join: time per row of insert + probe + delete at a steady size, build time, memory per row, pauses.
// node --expose-gc --experimental-strip-types bench/join-state.ts [rows a side]
import type {Batch} from '../src/runtime/batch/batch.ts';
import type {BatchSink, Slices} from '../src/runtime/graph/operator.ts';
import {InnerJoinOperator} from '../src/runtime/operators/inner-join.ts';
import {cpuMilliseconds} from './measure/cpu-time.ts';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const FAN_OUT = 3;
const BATCH = 4096;
const COLUMNS = 5;

let emitted = 0;
const counting: BatchSink = {
  wanted: true,
  *emit(batch): Slices {
    emitted += batch.length;
  },
};

const schema = Array.from({length: COLUMNS}, () => 'i64' as const);
const columns = schema.map(() => new Float64Array(2 * BATCH));
const weights = new Int32Array(2 * BATCH);
const make = () => new InnerJoinOperator({label: 'bench', left: schema, right: schema, keys: {left: [0], right: [0], nullSafe: [false]}});

const scatter = (n: number) => Math.imul(n, 0x9e3779b1) >>> 0;

/** Row number n of a side; FAN_OUT rows share a key, and are far apart. */
function fill(at: number, n: number, keys: number, weight: number): void {
  columns[0]![at] = scatter(n % keys);
  columns[1]![at] = n;
  columns[2]![at] = scatter(n + 7);
  columns[3]![at] = n & 1023;
  columns[4]![at] = n * 3;
  weights[at] = weight;
}

function step(operator: InnerJoinOperator, length: number, weighted: boolean): number {
  const batch: Batch = {
    length,
    columns: columns.map(values => ({form: 'i64n', values, validity: null})),
    weights: weighted ? weights : null,
  };
  const from = cpuMilliseconds();
  for (const store of operator.stores) store.beginStep();
  for (const side of [0, 1]) for (const slices = operator.push(side, batch, counting); slices.next().done !== true;);
  for (const slices = operator.flush(); slices.next().done !== true;);
  for (const store of operator.stores) store.endStep();
  return cpuMilliseconds() - from;
}

function run(rows: number): void {
  const operator = make();
  const keys = Math.floor(rows / FAN_OUT);
  let total = 0;
  let worst = 0;
  let next = 0;
  for (; next + BATCH <= rows; next += BATCH) {
    for (let k = 0; k < BATCH; k++) fill(k, next + k, keys, 1);
    const ms = step(operator, BATCH, false);
    total += ms;
    worst = Math.max(worst, ms);
  }
  console.log(
    `${rows} rows a side: build ${((total * 1e6) / (2 * next)).toFixed(0)} CPU-ns/row, worst step of ${2 * BATCH} rows ${worst.toFixed(1)} CPU-ms`,
  );
  total = worst = emitted = 0;
  const size = next;
  const steps = 100;
  for (let s = 0; s < steps; s++, next += BATCH) {
    for (let k = 0; k < BATCH; k++) {
      fill(k, next + k, keys, 1);
      fill(BATCH + k, next - size + k, keys, -1);
    }
    const ms = step(operator, 2 * BATCH, true);
    total += ms;
    worst = Math.max(worst, ms);
  }
  const state = operator.stores.reduce((sum, store) => sum + store.stateBytes(), 0);
  const changes = 2 * steps * BATCH;
  console.log(
    `${rows} rows a side: insert + probe + delete ${((total * 1e6) / changes).toFixed(0)} ns, ${(emitted / changes).toFixed(1)} rows out for each, ` +
      `worst step ${worst.toFixed(1)} CPU-ms, state ${(state / (2 * size)).toFixed(0)} bytes/row`,
  );
}

run(100_000);
run(100_000);
run(ROWS);
