/**
 * Start with an empty data directory until the first connection is accepted and answered, memory when idle, CPU when idle.
 * Usage: node scripts/run-bench.mjs start [rounds]
 */
import {setTimeout as sleep} from 'node:timers/promises';
import {BenchServer} from './measure/bench-server.ts';
import {fixedKernel} from './measure/fixed-kernel.ts';
import {cpuSeconds, megabytes} from './measure/process-usage.ts';
import {median} from './measure/statistics.ts';

const rounds = Number(process.argv[2] ?? 7);
const IDLE_MS = 10_000;

type Start = {readonly ready: number; readonly cpu: number; readonly answered: number; readonly memory: number};

async function measure(): Promise<Start> {
  const from = performance.now();
  const server = await BenchServer.start();
  try {
    const [ready, cpu] = [performance.now() - from, cpuSeconds(server.pid)];
    const client = await server.client();
    await client.query('SELECT 1');
    return {ready, cpu, answered: performance.now() - from, memory: megabytes(server.pid, 'VmRSS')};
  } finally {
    await server.stop();
  }
}

const starts: Start[] = [];
for (let round = 0; round < rounds; round++) starts.push(await measure());
const middle = (key: keyof Start): number => median(starts.map(start => start[key]));
console.log(
  `ready after ${middle('ready').toFixed(0)} ms and ${(middle('cpu') * 1000).toFixed(0)} CPU-ms, first answer after ${middle('answered').toFixed(0)} ms, ${middle('memory').toFixed(0)} MB then; kernel ${fixedKernel()} ns`,
);
const server = await BenchServer.start();
await sleep(3000);
const before = cpuSeconds(server.pid);
await sleep(IDLE_MS);
const share = (cpuSeconds(server.pid) - before) / (IDLE_MS / 1000);
console.log(`idle: ${(share * 100).toFixed(2)} % of a core, ${megabytes(server.pid, 'VmRSS').toFixed(0)} MB`);
await server.stop();
