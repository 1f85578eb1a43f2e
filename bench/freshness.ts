/**
 * Freshness: from the append of a record to a topic until a SELECT shows it, while a stream with five views takes events at a steady rate.
 * A marker goes out every 25 ms; a client looks up the view of markers until it is there. Wall time; needs Java.
 * Usage: node scripts/run-bench.mjs freshness [events a second] [seconds]
 */
import {setTimeout as sleep} from 'node:timers/promises';
import {startBroker} from '../test/kafka/broker.ts';
import {RawProducer} from '../test/kafka/producer.ts';
import {createTopic} from '../test/kafka/topics.ts';
import {BenchServer} from './measure/bench-server.ts';
import {cpuSeconds} from './measure/process-usage.ts';
import {percentile} from './measure/statistics.ts';

const rate = Number(process.argv[2] ?? 50_000);
const seconds = Number(process.argv[3] ?? 20);
const TICK_MS = 5;
const MARKER_MS = 25;
const WARM_UP_MARKERS = 100;
const MARKER_USER = 1_000_000;
const VIEWS = [
  'CREATE MATERIALIZED VIEW by_user AS SELECT "user", count(*) AS n, max(id) AS last FROM clicks GROUP BY "user"',
  'CREATE MATERIALIZED VIEW by_page AS SELECT page, count(*) AS n FROM clicks GROUP BY page',
  'CREATE MATERIALIZED VIEW spent AS SELECT "user" % 100 AS slot, sum(amount) AS total FROM clicks GROUP BY 1',
  'CREATE MATERIALIZED VIEW largest AS SELECT page, max(amount) AS amount FROM clicks GROUP BY page',
  `CREATE MATERIALIZED VIEW seen AS SELECT id, count(*) AS n FROM clicks WHERE "user" = ${MARKER_USER} GROUP BY id`,
];

const broker = await startBroker({heap: '512m'});
const server = await BenchServer.start();
try {
  const topic = await createTopic(broker.brokers, {partitions: 1});
  const client = await server.client();
  await client.query(
    `CREATE STREAM clicks (id bigint, "user" bigint, page text, amount bigint) WITH (connector = 'kafka', brokers = '${broker.brokers}', topic = '${topic}', format = 'json')`,
  );
  for (const view of VIEWS) await client.query(view);
  const producer = await RawProducer.open({brokers: broker.brokers, topic, batchBytes: 64 * 1024});
  let stopped = false;
  let sent = 0;
  const send = (id: number, user: number): Promise<void> | undefined =>
    producer.send(0, Buffer.from(`{"id":${id},"user":${user},"page":"/page/${id % 50}","amount":${id % 997}}`));
  const load = (async () => {
    for (const from = performance.now(); !stopped; await sleep(TICK_MS)) {
      for (const due = ((performance.now() - from) / 1000) * rate; sent < due; sent++) await send(sent, sent % 10_000);
      await producer.flush();
    }
  })();
  const marks = await RawProducer.open({brokers: broker.brokers, topic});
  const waits: number[] = [];
  const cpu = cpuSeconds(server.pid);
  const count = Math.round((seconds * 1000) / MARKER_MS);
  const start = performance.now();
  for (let marker = 0; marker < count; marker++) {
    const at = performance.now();
    void marks.send(0, Buffer.from(`{"id":${-1 - marker},"user":${MARKER_USER},"page":"/mark","amount":0}`));
    await marks.flush();
    while ((await client.query({name: 'seen', text: 'SELECT n FROM seen WHERE id = $1', values: [-1 - marker]})).rows.length === 0);
    const now = performance.now();
    if (marker >= WARM_UP_MARKERS) waits.push(now - at);
    await sleep(Math.max(0, MARKER_MS - (now - at)));
  }
  const wall = (performance.now() - start) / 1000;
  stopped = true;
  await load;
  const share = (cpuSeconds(server.pid) - cpu) / wall;
  console.log(
    `${(sent / wall).toFixed(0)} events/s, five views, ${waits.length} markers: p50 ${percentile(waits, 0.5).toFixed(1)} ms, p99 ${percentile(waits, 0.99).toFixed(1)} ms; server ${(share * 100).toFixed(0)} % of a core`,
  );
  await marks.close();
  await producer.close();
} finally {
  await server.stop();
  await broker.stop();
}
