/**
 * One updated row that fans out to a million joined rows: lookups of another view meanwhile, memory, and how fast the statement can be
 * cancelled. Usage: node scripts/run-bench.mjs fan-out [rows]
 */
import {setTimeout as sleep} from 'node:timers/promises';
import {BenchServer} from './measure/bench-server.ts';
import {LookupProbe} from './measure/lookup-probe.ts';
import {cpuSeconds, megabytes} from './measure/process-usage.ts';
import {percentile} from './measure/statistics.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 3;
const CUT = 200_000;

const server = await BenchServer.start();
try {
  const client = await server.client();
  const reading = await server.client();
  await client.query(
    'CREATE TABLE rates (k int PRIMARY KEY, rate bigint); CREATE TABLE prices (id bigint PRIMARY KEY, k int, price bigint)',
  );
  await client.query(
    'CREATE MATERIALIZED VIEW totals AS SELECT id % 100 AS slot, sum(price * rate) AS total, count(*) AS n FROM prices JOIN rates ON prices.k = rates.k GROUP BY 1',
  );
  await client.query('CREATE TABLE other (id int PRIMARY KEY, n int); INSERT INTO other SELECT n, n FROM generate_series(1, 1000) n');
  await client.query('INSERT INTO rates VALUES (1, 1)');
  for (let from = 1; from <= rows; from += CUT)
    await client.query(`INSERT INTO prices SELECT n, 1, n FROM generate_series(${from}, ${Math.min(rows, from + CUT - 1)}) n`);
  const probe = (): LookupProbe =>
    new LookupProbe(reading, 'SELECT n FROM other WHERE id = $1', () => 1 + Math.floor(Math.random() * 1000));
  const alone = probe();
  await sleep(1000);
  const quiet = await alone.stop();
  console.log(`lookups of one client alone: p50 ${percentile(quiet, 0.5).toFixed(2)} ms, p99 ${percentile(quiet, 0.99).toFixed(2)} ms`);
  for (let round = 0; round < ROUNDS; round++) {
    const before = megabytes(server.pid, 'VmRSS');
    const [cpu, at] = [cpuSeconds(server.pid), performance.now()];
    const lookups = probe();
    await client.query('UPDATE rates SET rate = rate + 1');
    const [ms, used] = [performance.now() - at, cpuSeconds(server.pid) - cpu];
    const latencies = await lookups.stop();
    console.log(
      `update of 1 row → ${2 * rows} joined rows: ${ms.toFixed(0)} ms, ${used.toFixed(2)} CPU-s, ${latencies.length} lookups meanwhile p50 ${percentile(latencies, 0.5).toFixed(2)} p99 ${percentile(latencies, 0.99).toFixed(2)} max ${percentile(latencies, 1).toFixed(1)} ms, RSS ${before.toFixed(0)} → at most ${megabytes(server.pid, 'VmHWM').toFixed(0)} MB`,
    );
  }
  const updating = client.query('UPDATE rates SET rate = rate + 1').then(
    () => 'was done before',
    (error: Error) => error.message,
  );
  await sleep(100);
  const at = performance.now();
  server.cancel(client);
  console.log(`cancel: ${await updating} after ${(performance.now() - at).toFixed(0)} ms`);
} finally {
  await server.stop();
}
