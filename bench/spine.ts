/** Hand-made plans through both threads: what the path from the broker to a sink or view costs. Usage: spine [events] */
import {CONNECTORS} from '../src/engine/ingest/connectors.ts';
import {IngestClient} from '../src/engine/ingest/ingest-client.ts';
import {DataflowClient} from '../src/engine/dataflow/dataflow-client.ts';
import {ThreadTransport} from '../src/engine/dataflow/thread-transport.ts';
import type {DataflowStatus} from '../src/engine/dataflow/status.ts';
import type {DataflowPlan} from '../src/planner/dataflow/dataflow-plan.ts';
import type {TypedExpression} from '../src/planner/expression/typed-expression.ts';
import {generatorSchema} from '../src/connectors/generator/generator-schema.ts';
import {T, type SqlType} from '../src/types/sql-type.ts';
import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

void CONNECTORS;
const [brokers, topic, events] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4])];
const columns = generatorSchema('nexmark').map(c => ({...c, notNull: false}));
const bidType = columns[3]!.type as Extract<SqlType, {kind: 'composite'}>;
const fields = bidType.fields;
const input = (index: number, type: SqlType): TypedExpression => ({kind: 'input', index, type});
const isBid: TypedExpression = {
  kind: 'compare',
  type: T.bool,
  op: '=',
  left: input(0, T.int4),
  right: {kind: 'constant', type: T.int4, value: 2},
};

function scan(leaves: readonly number[]): DataflowPlan {
  return {
    kind: 'scan',
    relation: 20000,
    appendOnly: true,
    columns: [0, ...leaves.map(() => 3)],
    paths: [[], ...leaves.map(l => [l])],
    types: [T.int4, ...leaves.map(l => fields[l]!.type)],
  };
}
const q0: DataflowPlan = {
  kind: 'map',
  input: scan([0, 1, 2, 5, 6]),
  predicates: [isBid],
  projections: [0, 1, 2, 5, 6].map((l, i) => input(i + 1, fields[l]!.type)),
  types: [0, 1, 2, 5, 6].map(l => fields[l]!.type),
};
const aggregate: DataflowPlan = {
  kind: 'aggregate',
  keys: [0],
  appendOnly: true,
  aggregates: [
    {function: 'count', args: [], argTypes: [], type: T.int8, distinct: false},
    {function: 'max_int8', args: [1], argTypes: [T.int8], type: T.int8, distinct: false},
  ],
  types: [T.int8, T.int8, T.int8],
  input: {
    kind: 'map',
    input: scan([0, 2]),
    predicates: [isBid],
    projections: [input(1, T.int8), input(2, T.int8)],
    types: [T.int8, T.int8],
  },
};

async function run(name: string, plan: DataflowPlan, sink: boolean): Promise<void> {
  const transport = new ThreadTransport({
    journalDirectory: path.join(mkdtempSync(path.join(tmpdir(), 'spine-')), 'journal'),
    step: 0,
    time: 0,
  });
  const client = new DataflowClient(transport);
  const ingest = new IngestClient(transport.bell);
  ingest.onEvent = event => {
    if (event.event.kind !== 'end' && event.event.kind !== 'running') console.log(event);
  };
  transport.onEvent = event => {
    if (event.kind === 'ingest') ingest.post(event.command);
    else console.log(event);
  };
  const cpu = process.cpuUsage();
  const start = performance.now();
  const stream = {
    relation: 20000,
    name: 'nexmark',
    columns,
    errors: 20001,
    connector: 'kafka',
    options: {brokers, topic, connector: 'kafka', format: 'json'},
    start: [{partition: 0, offset: 0}],
  } as const;
  const target = sink
    ? ({kind: 'add-sink', sink: {relation: 20002, name, plan, connector: 'blackhole', options: {}}} as const)
    : ({kind: 'add-view', view: {relation: 20002, name, plan, key: [0], appendOnly: false, errors: 20003, failOnError: false}} as const);
  await client.send({kind: 'apply', session: 0, changes: [{kind: 'add-stream', relation: stream}, target], ddl: null});
  for (;;) {
    const status = (await client.send({kind: 'status'})).data as DataflowStatus;
    const stream = status.streams[0]!;
    if ((stream.partitions[0]?.nextOffset ?? 0) >= events) {
      const used = process.cpuUsage(cpu);
      const seconds = (performance.now() - start) / 1000;
      const cpuSeconds = (used.user + used.system) / 1e6;
      console.log(
        `${name}: ${(events / seconds / 1000).toFixed(0)}K ev/s wall, ${(events / cpuSeconds / 1000).toFixed(0)}K ev/CPU-s (${((cpuSeconds / events) * 1e9).toFixed(0)} ns/event), bad ${stream.badRecords}`,
        JSON.stringify(status.sinks),
        JSON.stringify(status.views),
      );
      break;
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  await client.send({kind: 'shutdown'});
  await ingest.close();
}

for (let round = 0; round < 2; round++) {
  await run('q0', q0, true);
  await run('aggregate', aggregate, false);
}
process.exit(0);
