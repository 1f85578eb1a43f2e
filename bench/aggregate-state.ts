// State of a large aggregate: memory per key, time per row, pauses, checkpoint share, recovery.
// node scripts/run-bench.mjs aggregate-state [keys]
import type {Batch} from '../src/runtime/batch/batch.ts';
import type {BatchSink, BlockWriter, Slices} from '../src/runtime/graph/operator.ts';
import {AggregateOperator} from '../src/runtime/operators/aggregate.ts';
import {cpuMilliseconds} from './measure/cpu-time.ts';

const KEYS = Number(process.argv[2] ?? 10_000_000);
const BATCH = 8192;

const nobody: BatchSink = {
  wanted: false,
  *emit(): Slices {},
};
const make = () =>
  new AggregateOperator({
    label: 'bench',
    input: ['i64', 'i64'],
    keys: [0],
    aggregates: [{kind: 'count'}, {kind: 'max', column: 1}],
    appendOnly: true,
  });

const auction = new Float64Array(BATCH);
const price = new Float64Array(BATCH);
const batch: Batch = {
  length: BATCH,
  columns: [
    {form: 'i64n', values: auction, validity: null},
    {form: 'i64n', values: price, validity: null},
  ],
  weights: null,
};

let seed = 12345;
const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0);

function run(slices: Slices): void {
  while (slices.next().done !== true);
}

let cpu = 0;

/** One step of one batch; returns CPU milliseconds and adds them up. */
function step(operator: AggregateOperator, fill: (i: number) => number): number {
  for (let i = 0; i < BATCH; i++) {
    auction[i] = fill(i);
    price[i] = random();
  }
  const from = cpuMilliseconds();
  for (const store of operator.stores) store.beginStep();
  run(operator.push(0, batch));
  run(operator.flush(nobody));
  for (const store of operator.stores) store.endStep();
  const used = cpuMilliseconds() - from;
  cpu += used;
  return used;
}

function phase(name: string, operator: AggregateOperator, rows: number, fill: (i: number) => number): void {
  cpu = 0;
  const times: number[] = [];
  for (let done = 0; done < rows; done += BATCH) {
    times.push(step(operator, fill));
  }
  times.sort((a, b) => b - a);
  const perRow = (cpu * 1e6) / (times.length * BATCH);
  console.log(
    `${name.padEnd(34)} ${perRow.toFixed(0).padStart(5)} CPU-ns/row   worst steps of 8192 rows: ${times
      .slice(0, 3)
      .map(t => t.toFixed(1))
      .join(', ')} CPU-ms`,
  );
}

const scatter = (n: number) => Math.imul(n, 0x9e3779b1) >>> 0;

const small = make();
phase('warm-up', small, 2_000_000, () => 1000 + (random() % 10_000));
phase('10k keys', small, 4_000_000, () => 1000 + (random() % 10_000));
phase('100 keys', make(), 4_000_000, () => 1000 + (random() % 100));

globalThis.gc?.();
const before = process.memoryUsage();
const operator = make();
let next = 0;
phase(`insert ${KEYS} keys`, operator, KEYS, () => scatter(next++));
globalThis.gc?.();
const after = process.memoryUsage();
const keys = operator.rowCount(null);
const state = operator.stores.reduce((sum, store) => sum + store.stateBytes(), 0);
console.log(
  `keys ${keys}, state ${(state / keys).toFixed(1)} bytes/key, resident ${((after.rss - before.rss) / keys).toFixed(1)} bytes/key, heap ${(after.heapUsed / 2 ** 20).toFixed(0)} MB`,
);
phase(`update random of ${KEYS}`, operator, KEYS / 2, () => scatter(random() % KEYS));

class CountingWriter implements BlockWriter {
  bytes = 0;
  calls = 0;
  keep: {section: number; first: number; bytes: Uint8Array}[] | null = null;

  blocks(section: number, first: number, bytes: Uint8Array): void {
    this.bytes += bytes.length;
    this.calls++;
    this.keep?.push({section, first, bytes: bytes.slice()});
  }
}

function checkpoint(name: string, writer: CountingWriter, full: boolean): void {
  const from = cpuMilliseconds();
  let worst = 0;
  for (const store of operator.stores) {
    const slices = store.checkpoint(writer, full);
    for (let done = false; !done;) {
      const start = cpuMilliseconds();
      done = slices.next().done === true;
      worst = Math.max(worst, cpuMilliseconds() - start);
    }
  }
  const share = (100 * writer.bytes) / state;
  console.log(
    `${name.padEnd(34)} ${share.toFixed(1)} % of the state, ${writer.calls} ranges, ${(cpuMilliseconds() - from).toFixed(0)} CPU-ms, worst slice ${worst.toFixed(1)} CPU-ms`,
  );
}

const full = new CountingWriter();
full.keep = [];
checkpoint('full checkpoint', full, true);
phase('1 % random keys changed', operator, KEYS / 100, () => scatter(random() % KEYS));
checkpoint('incremental checkpoint', new CountingWriter(), false);

const restored = make();
const from = cpuMilliseconds();
for (const {section, first, bytes} of full.keep) restored.stores[0]!.restoreBlocks(section, first, bytes);
const copied = cpuMilliseconds();
run(restored.stores[0]!.restored());
console.log(
  `restored ${restored.rowCount(null)} keys: copy ${(copied - from).toFixed(0)} CPU-ms, index ${(cpuMilliseconds() - copied).toFixed(0)} CPU-ms`,
);
