/**
 * Snapshot scan of a view over the wire, as text and as binary, and what a client costs that stops reading in the middle.
 * Usage: node scripts/run-bench.mjs scan [rows]
 */
import {setTimeout as sleep} from 'node:timers/promises';
import {BenchServer} from './measure/bench-server.ts';
import {fixedKernel} from './measure/fixed-kernel.ts';
import {cpuSeconds, megabytes} from './measure/process-usage.ts';
import {RawReader} from './measure/raw-reader.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 3;
const CUT = 200_000;
const STALL_MS = 3000;
const SCAN = 'SELECT id, n, price, name FROM v';

const server = await BenchServer.start();
try {
  const client = await server.client();
  await client.query('CREATE TABLE t (id bigint PRIMARY KEY, price bigint, name text)');
  await client.query('CREATE MATERIALIZED VIEW v AS SELECT id, count(*) AS n, max(price) AS price, max(name) AS name FROM t GROUP BY id');
  for (let from = 1; from <= rows; from += CUT)
    await client.query(`INSERT INTO t SELECT n, n * 7, 'name ' || n FROM generate_series(${from}, ${Math.min(rows, from + CUT - 1)}) n`);
  const reader = await RawReader.connect(server.port);
  for (const [name, format] of [
    ['text', 0],
    ['binary', 1],
  ] as const) {
    for (let round = 0; round < ROUNDS; round++) {
      const kernel = fixedKernel();
      const [cpu, at] = [cpuSeconds(server.pid), performance.now()];
      await reader.query(SCAN, format);
      const micros = ((cpuSeconds(server.pid) - cpu) / reader.rows) * 1e6;
      const perSecond = reader.rows / ((performance.now() - at) / 1000);
      console.log(
        `${name}: ${reader.rows} rows, ${(perSecond / 1e6).toFixed(2)}M rows/s, ${micros.toFixed(2)} us CPU a row (${((micros * 1000) / kernel).toFixed(2)} kernels), ${(reader.bytes / reader.rows).toFixed(0)} bytes a row`,
      );
    }
  }
  const before = megabytes(server.pid, 'VmRSS');
  const scan = reader.query(SCAN, 0);
  await sleep(50);
  reader.socket.pause();
  await sleep(STALL_MS);
  const stalled = megabytes(server.pid, 'VmRSS');
  const [idle] = [cpuSeconds(server.pid)];
  await sleep(1000);
  const idleCpu = cpuSeconds(server.pid) - idle;
  reader.socket.resume();
  await scan;
  console.log(
    `a client that stops reading: ${before.toFixed(0)} MB before, ${stalled.toFixed(0)} MB after ${STALL_MS} ms, ${(idleCpu * 100).toFixed(0)} % of a core meanwhile; then ${reader.rows} rows`,
  );
} finally {
  await server.stop();
}
