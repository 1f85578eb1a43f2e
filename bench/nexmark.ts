/**
 * Nexmark over a real broker: each query in a server of its own, from the beginning of a topic that is full already (10,000 events per
 * second of event time). Broker on core 1, server on core 0; CPU of all threads of the server. q0–q2, q10, q13, q14, q20–q23 go into a
 * blackhole sink, q10-files writes q10's files, the others are kept and can be read. Beside each run, on the
 * same core, the fixed kernel (JSON.parse of whole records).
 * `together` = q0–q5, q7–q9 and q11 at once in one server, beside the sum of what they take alone.
 * Usage: node scripts/run-bench.mjs nexmark [all|q0,q1,q4+q5,…|together] [events] [rounds]; `+` = at once in one server
 */
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import pg from 'pg';
import {startBroker} from '../test/kafka/broker.ts';
import {KernelBeside} from './measure/kernel-beside.ts';
import {nexmarkTopic} from './measure/nexmark-topic.ts';
import {PinnedServer, type ThreadSeconds} from './measure/pinned-server.ts';
import {cpuSeconds, megabytes} from './measure/process-usage.ts';
import {median} from './measure/statistics.ts';
import {QUERIES, sinkOf, statementsOf} from './nexmark/statements.ts';

const asked = process.argv[2] ?? 'all';
const events = Number(process.argv[3] ?? 8_000_000);
const rounds = Number(process.argv[4] ?? 1);
const SERVER_CORE = 0;
const BROKER_CORE = 1;
/** Kernel at which the goals are stated, ns. */
const GOAL_KERNEL = 1150;
/** K events a second on one core, by query. */
const GOALS = [1200, 1100, 1800, 2000, 600, 650, 300, 700, 2000, 300, 400, 500, 900, 900, 800, 600, 250, 700, 350, 350, 400, 700, 700, 200];
/**
 * Events at the beginning that are not measured. V8 goes on compiling for some seconds, 0.6 to 1 CPU-s altogether, in threads of its own: a
 * function that runs once for each batch needs thousands of batches until it counts as hot.
 */
const WARM_UP = events / 2;
const SINKS = new Set(['q0', 'q1', 'q2', 'q10', 'q13', 'q14', 'q20', 'q21', 'q22', 'q23']);
const TOGETHER = ['q0', 'q1', 'q2', 'q3', 'q4', 'q5', 'q7', 'q8', 'q9', 'q11'];
/** A folder for the CPU profiles of all threads; profiling takes CPU itself. */
const profiles = process.env['MILLRACE_BENCH_PROFILES'];

type Status = {readonly kind: string; readonly rows: string; readonly lag: string; readonly state_bytes: string | null};
type Run = {
  readonly cpu: number;
  readonly wall: number;
  readonly peak: number;
  readonly stateBytes: number;
  readonly streamRows: number;
  /** What cpu and wall were measured over. */
  readonly measured: number;
  readonly resultRows: number;
  /** CPU nanoseconds per record of the fixed kernel meanwhile. */
  readonly kernel: number;
};

/** q10 writing the files that it is about. */
const TO_FILES = 'q10-files';

const creation = (query: string, directory: string): string =>
  SINKS.has(query) ? sinkOf(query) : statementsOf(query, query === TO_FILES ? {path: directory} : {});

async function run(queries: readonly string[], brokers: string, topic: string): Promise<Run> {
  const options = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}/${queries.join('-')}`];
  if (profiles !== undefined) mkdirSync(`${profiles}/${queries.join('-')}`, {recursive: true});
  const server = await PinnedServer.start(SERVER_CORE, options);
  const kernel = KernelBeside.start(SERVER_CORE);
  const directory = mkdtempSync(path.join(tmpdir(), 'millrace-files-'));
  try {
    const client = new pg.Client({host: '127.0.0.1', port: server.port, user: 'bench', database: 'bench'});
    await client.connect();
    await client.query(statementsOf('schema', {brokers, topic}));
    // In one transaction, so that all of them start at the beginning with the one shared reader.
    await client.query(`BEGIN;\n${queries.map(query => creation(query, directory)).join(';\n')};\nCOMMIT`);
    let start: {readonly cpu: number; readonly at: number; readonly rows: number; readonly threads: ThreadSeconds} | undefined;
    for (;;) {
      // Frequent enough for the time, rare enough not to count in the CPU.
      await new Promise(resolve => setTimeout(resolve, 200));
      const status = (await client.query<Status>('SHOW STATUS')).rows;
      const stream = status.find(row => row.kind === 'stream')!;
      const rows = Number(stream.rows);
      if (start === undefined && rows >= WARM_UP) {
        start = {cpu: cpuSeconds(server.pid), at: performance.now(), rows, threads: server.threadSeconds()};
        kernel.reset();
      }
      if (start === undefined || rows < events || Number(stream.lag) > 0) continue;
      const results = status.filter(row => row.kind !== 'stream');
      const total = (field: 'rows' | 'state_bytes') => results.reduce((sum, row) => sum + Number(row[field]), 0);
      const cpu = cpuSeconds(server.pid) - start.cpu;
      const wall = (performance.now() - start.at) / 1000;
      if (process.env['MILLRACE_BENCH_THREADS'] !== undefined) console.log(busiest(start.threads, server.threadSeconds()));
      await client.end();
      return {
        cpu,
        wall,
        peak: megabytes(server.pid, 'VmHWM'),
        stateBytes: total('state_bytes'),
        streamRows: rows,
        measured: rows - start.rows,
        resultRows: total('rows'),
        kernel: kernel.median(),
      };
    }
  } finally {
    kernel.stop();
    await server.stop(profiles === undefined ? 'SIGKILL' : 'SIGTERM');
    rmSync(directory, {recursive: true, force: true});
  }
}

/** User and system seconds of the busiest threads in between. */
function busiest(before: ThreadSeconds, after: ThreadSeconds): string {
  const known = new Map(before.map(thread => [thread.id, thread]));
  return after
    .map(({id, name, user, system}) => ({name, user: user - (known.get(id)?.user ?? 0), system: system - (known.get(id)?.system ?? 0)}))
    .sort((a, b) => b.user + b.system - a.user - a.system)
    .slice(0, 6)
    .map(({name, user, system}) => `${name} ${digits(user, 2)}+${digits(system, 2)}`)
    .join(', ');
}

const digits = (value: number, count: number): string => value.toFixed(count);

/** CPU seconds per million events of a query (or several at once, joined by `+`), printed as a row. */
async function measure(query: string, brokers: string, topic: string): Promise<number> {
  const runs: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    runs.push(await run(query.split('+'), brokers, topic));
  }
  const kernel = median(runs.map(r => r.kernel));
  const perMillion = median(runs.map(r => (r.cpu / r.measured) * 1e6));
  const ratio = median(runs.map(r => ((r.cpu / r.measured) * 1e9) / r.kernel));
  const scaled = 1e6 / (ratio * GOAL_KERNEL);
  const goal = GOALS[QUERIES.indexOf(query)];
  const [last] = runs.slice(-1);
  const columns = [
    query,
    digits(1000 / perMillion, 0),
    digits(median(runs.map(r => r.measured / r.wall)) / 1000, 0),
    digits(perMillion, 2),
    digits(kernel, 0),
    digits(ratio, 2),
    digits(scaled, 0),
    goal === undefined ? '' : String(goal),
    goal === undefined ? '' : digits(scaled / goal, 2),
    String(last!.resultRows),
    digits(last!.stateBytes / 1e6, 1),
    digits(Math.max(...runs.map(r => r.peak)), 0),
  ];
  console.log(`| ${columns.join(' | ')} |`);
  return perMillion;
}

async function measureAll(queries: readonly string[], brokers: string, topic: string): Promise<Map<string, number>> {
  console.log(
    '| query | K events per CPU-second | K events/s | CPU-s per M events | kernel ns | CPU/kernel | K/s at a kernel of 1150 ns | goal | of goal | result rows | state MB | peak RSS MB |',
  );
  console.log(`|${'---|'.repeat(12)}`);
  const taken = new Map<string, number>();
  for (const query of queries) {
    try {
      taken.set(query, await measure(query, brokers, topic));
    } catch (error) {
      console.log(`| ${query} | ${error instanceof Error ? error.message : String(error)} |`);
    }
  }
  return taken;
}

/** All of them over one stream: one fetch and one decode, whatever the number of views. */
async function measureTogether(brokers: string, topic: string): Promise<void> {
  const alone = await measureAll(TOGETHER, brokers, topic);
  const {cpu, measured, streamRows, peak, stateBytes} = await run([...alone.keys()], brokers, topic);
  const sum = [...alone.values()].reduce((a, b) => a + b, 0);
  const perMillion = (cpu / measured) * 1e6;
  console.log(
    `${[...alone.keys()].join(', ')} at once: ${digits(perMillion, 2)} CPU-s per M events, ${digits(perMillion / sum, 2)} of the ${digits(sum, 2)} that they take alone; ` +
      `${streamRows} records decoded for ${events} in the topic; state ${digits(stateBytes / 1e6, 1)} MB, peak ${digits(peak, 0)} MB`,
  );
}

const broker = await startBroker({cpu: BROKER_CORE, heap: '1g'});
try {
  const topic = await nexmarkTopic(broker.brokers, events);
  console.log(`${events} events, median of ${rounds}; node ${process.version}`);
  if (asked === 'together') await measureTogether(broker.brokers, topic);
  else await measureAll(asked === 'all' ? [...QUERIES, TO_FILES] : asked.split(','), broker.brokers, topic);
} finally {
  await broker.stop();
}
