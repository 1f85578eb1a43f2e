// A step in slices: one changed row meets a million others in a join. Longest stretch between two pauses, what the pauses cost, memory.
// node scripts/run-bench.mjs step-slices [rows]
import type {Batch} from '../src/runtime/batch/batch.ts';
import {Graph} from '../src/runtime/graph/graph.ts';
import type {Operator, Slices} from '../src/runtime/graph/operator.ts';
import {InnerJoinOperator} from '../src/runtime/operators/inner-join.ts';
import {UnionOperator} from '../src/runtime/operators/union.ts';
import {cpuMilliseconds} from './measure/cpu-time.ts';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const BATCH = 4096;
const DEPTH = 4;
const ROUNDS = 5;

let emitted = 0;
const schema = ['i64', 'i64'] as const;
const joined = [...schema, ...schema];
const sink: Operator = {
  label: 'count',
  schema: joined,
  stores: [],
  terminal: true,
  *push(_input, batch): Slices {
    emitted += batch.length;
  },
  *flush(): Slices {},
};

const graph = new Graph();
const left = graph.addSource('left', schema);
const right = graph.addSource('right', schema);
const join = new InnerJoinOperator({label: 'join', left: schema, right: schema, keys: {left: [0], right: [0], nullSafe: [false]}});
let node = graph.add(join, [left, right]);
for (let i = 0; i < DEPTH; i++) node = graph.add(new UnionOperator({label: `pass ${i}`, schema: joined}), [node]);
graph.add(sink, [node]);

const batchOf = (values: Float64Array, weights: Int32Array | null): Batch => ({
  length: values.length,
  columns: [
    {form: 'i64n', values: new Float64Array(values.length), validity: null},
    {form: 'i64n', values, validity: null},
  ],
  weights,
});

/** Runs slices to the end; how long each stretch between two pauses took, in CPU milliseconds of the process. */
function drive(slices: Slices, stretches: number[]): void {
  for (let from = cpuMilliseconds(); ; from = cpuMilliseconds()) {
    const {done} = slices.next();
    stretches.push(cpuMilliseconds() - from);
    if (done === true) return;
  }
}

function step(source: typeof left, batch: Batch): number[] {
  const stretches: number[] = [];
  drive(source.emit(batch), stretches);
  drive(graph.flush(), stretches);
  graph.publish();
  return stretches.sort((a, b) => a - b);
}

for (let from = 0; from < ROWS; from += BATCH) {
  const values = Float64Array.from({length: Math.min(BATCH, ROWS - from)}, (_, i) => from + i);
  step(right, batchOf(values, null));
}
const heapBefore = process.memoryUsage();
for (let round = 0; round < ROUNDS; round++) {
  emitted = 0;
  const stretches = step(left, batchOf(new Float64Array([round]), new Int32Array([1])));
  const total = stretches.reduce((sum, ms) => sum + ms, 0);
  const at = (share: number): string => stretches[Math.min(stretches.length - 1, Math.floor(stretches.length * share))]!.toFixed(2);
  console.log(
    `1 row → ${emitted} rows: ${((total * 1e6) / emitted).toFixed(0)} CPU-ns/row, ${stretches.length} stretches, CPU-ms median ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`,
  );
}
const after = process.memoryUsage();
const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
console.log(
  `heap ${megabytes(after.heapUsed - heapBefore.heapUsed)} MB more, array buffers ${megabytes(after.arrayBuffers - heapBefore.arrayBuffers)} MB more`,
);
