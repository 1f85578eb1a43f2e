/**
 * The spine, whole process: nexmark JSON on a real broker → server → blackhole sinks and a view. Broker on core 1, server on core 0; CPU
 * of all threads of the server from /proc. Beside it, interleaved on the server's core, the fixed kernel: JSON.parse of whole records.
 * Usage: node scripts/run-bench.mjs spine [events] [rounds]
 */
import pg from 'pg';
import {startBroker} from '../test/kafka/broker.ts';
import {fixedKernel} from './measure/fixed-kernel.ts';
import {nexmarkTopic} from './measure/nexmark-topic.ts';
import {PinnedServer} from './measure/pinned-server.ts';
import {cpuSeconds, megabytes} from './measure/process-usage.ts';
import {median} from './measure/statistics.ts';

const events = Number(process.argv[2] ?? 3_000_000);
const rounds = Number(process.argv[3] ?? 3);

const STREAM = `CREATE STREAM nexmark (event_type int, person STRUCT<id bigint, name text, "emailAddress" text, "creditCard" text, city text, state text, "dateTime" timestamp, extra text>,
  auction STRUCT<id bigint, "itemName" text, description text, "initialBid" bigint, reserve bigint, "dateTime" timestamp, expires timestamp, seller bigint, category bigint, extra text>,
  bid STRUCT<auction bigint, bidder bigint, price bigint, channel text, url text, "dateTime" timestamp, extra text>) WITH (connector = 'kafka', brokers = '$B', topic = '$T', format = 'json')`;
const QUERIES: Readonly<Record<string, string>> = {
  q0: `CREATE SINK q0 AS SELECT (bid).auction, (bid).bidder, (bid).price, (bid)."dateTime", (bid).extra FROM nexmark WHERE event_type = 2 WITH (connector = 'blackhole')`,
  q1: `CREATE SINK q1 AS SELECT (bid).auction, (bid).bidder, 0.908 * (bid).price AS price, (bid)."dateTime", (bid).extra FROM nexmark WHERE event_type = 2 WITH (connector = 'blackhole')`,
  q2: `CREATE SINK q2 AS SELECT (bid).auction, (bid).price FROM nexmark WHERE event_type = 2 AND (bid).auction % 123 = 0 WITH (connector = 'blackhole')`,
  aggregate: `CREATE MATERIALIZED VIEW aggregate AS SELECT (bid).auction, count(*), max((bid).price) FROM nexmark WHERE event_type = 2 GROUP BY (bid).auction`,
};

async function measure(query: string, brokers: string, topic: string): Promise<{cpu: number; wall: number; rss: number}> {
  const server = await PinnedServer.start(0);
  const client = new pg.Client({host: '127.0.0.1', port: server.port, user: 'bench', database: 'bench'});
  await client.connect();
  await client.query(STREAM.replace('$B', brokers).replace('$T', topic));
  const cpu = cpuSeconds(server.pid);
  const start = performance.now();
  await client.query(query);
  // Frequent enough for the time, rare enough not to count in the CPU.
  for (;;) {
    await new Promise(resolve => setTimeout(resolve, 25));
    const {rows} = await client.query('SHOW STATUS');
    if (Number((rows as {kind: string; rows: string}[]).find(row => row.kind === 'stream')!.rows) >= events) break;
  }
  const result = {cpu: cpuSeconds(server.pid) - cpu, wall: (performance.now() - start) / 1000, rss: megabytes(server.pid, 'VmRSS')};
  await client.end();
  await server.stop();
  return result;
}

const broker = await startBroker({cpu: 1, heap: '1g'});
try {
  const topic = await nexmarkTopic(broker.brokers, events);
  console.log(`${events} events, median of ${rounds}; node ${process.version}`);
  console.log(
    '| query | K events per CPU-second | CPU-s per M events | kernel ns | CPU per event / kernel | K events/s (one core) | RSS MB |',
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const [name, query] of Object.entries(QUERIES)) {
    const kernels: number[] = [];
    const runs: {cpu: number; wall: number; rss: number}[] = [];
    for (let round = 0; round < rounds; round++) {
      kernels.push(fixedKernel(0));
      runs.push(await measure(query, broker.brokers, topic));
    }
    const cpu = median(runs.map(r => r.cpu));
    const ns = (cpu / events) * 1e9;
    const fixed = median(kernels);
    const wall = median(runs.map(r => r.wall));
    console.log(
      `| ${name} | ${(1e6 / ns).toFixed(0)} | ${(cpu / (events / 1e6)).toFixed(2)} | ${fixed.toFixed(0)} | ${(ns / fixed).toFixed(2)} | ${(events / wall / 1000).toFixed(0)} | ${median(runs.map(r => r.rss)).toFixed(0)} |`,
    );
  }
} finally {
  await broker.stop();
}
