/**
 * Point lookups by key of a view: pgbench, prepared, first alone, then while a generator is ingested at a rate. CPU is that of all threads
 * of the server. Usage: node scripts/run-bench.mjs lookups [seconds] [clients] [events a second]
 */
import {BenchServer} from './measure/bench-server.ts';
import {fixedKernel} from './measure/fixed-kernel.ts';
import {pgbench} from './measure/pgbench.ts';
import {cpuSeconds} from './measure/process-usage.ts';

const seconds = Number(process.argv[2] ?? 5);
const clients = Number(process.argv[3] ?? 16);
const rate = Number(process.argv[4] ?? 200_000);
const KEYS = 100_000;
const ROUNDS = 3;
const script = `\\set id random(1, ${KEYS})\nSELECT price FROM prices WHERE id = :id;\n`;

const server = await BenchServer.start();
try {
  const client = await server.client();
  await client.query('CREATE TABLE bids (id bigint PRIMARY KEY, price bigint)');
  await client.query(`INSERT INTO bids SELECT n, n * 7 FROM generate_series(1, ${KEYS}) n`);
  await client.query('CREATE MATERIALIZED VIEW prices AS SELECT id, max(price) AS price, count(*) AS n FROM bids GROUP BY id');
  await pgbench({port: server.port, script, seconds: 2, clients});
  for (let round = 0; round < ROUNDS; round++) {
    const kernel = fixedKernel();
    const before = cpuSeconds(server.pid);
    const {transactions, perSecond, p50, p99} = await pgbench({port: server.port, script, seconds, clients});
    const micros = ((cpuSeconds(server.pid) - before) / transactions) * 1e6;
    console.log(
      `${perSecond.toFixed(0)} lookups/s, ${micros.toFixed(1)} us CPU each (${((micros * 1000) / kernel).toFixed(1)} kernels), p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
    );
  }
  await client.query(`CREATE STREAM events WITH (connector = 'generator', generator = 'sequence', rate = ${rate})`);
  await client.query('CREATE MATERIALIZED VIEW totals AS SELECT n % 1000 AS slot, count(*), max(n) FROM events GROUP BY 1');
  for (let round = 0; round < ROUNDS; round++) {
    const count = async (): Promise<number> =>
      Number((await client.query<{n: string}>('SELECT sum(count) AS n FROM totals')).rows[0]?.n ?? 0);
    const [from, at] = [await count(), performance.now()];
    const {perSecond, p50, p99} = await pgbench({port: server.port, script, seconds, clients});
    const taken = ((await count()) - from) / ((performance.now() - at) / 1000);
    console.log(
      `while ingesting ${taken.toFixed(0)} events/s: ${perSecond.toFixed(0)} lookups/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
    );
  }
} finally {
  await server.stop();
}
