import {execFile} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {percentile} from './statistics.ts';

const run = promisify(execFile);

export type PgbenchOptions = {readonly port: number; readonly script: string; readonly seconds: number; readonly clients: number};
/** Latencies in ms. */
export type PgbenchResult = {readonly transactions: number; readonly perSecond: number; readonly p50: number; readonly p99: number};

/** Runs a pgbench script with prepared statements. */
export async function pgbench({port, script, seconds, clients}: PgbenchOptions): Promise<PgbenchResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-pgbench-'));
  try {
    writeFileSync(path.join(folder, 'script.sql'), script);
    const options = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '1', '-T', String(seconds), '-l', '-f', 'script.sql'];
    const connection = ['-h', '127.0.0.1', '-p', String(port), '-U', 'bench', 'bench'];
    const {stdout} = await run('pgbench', [...options, ...connection], {cwd: folder});
    const log = readdirSync(folder).find(file => file.startsWith('pgbench_log'))!;
    const latencies = readFileSync(path.join(folder, log), 'latin1')
      .trimEnd()
      .split('\n')
      .map(line => Number(line.split(' ')[2]) / 1000);
    return {
      transactions: Number(/actually processed: (\d+)/.exec(stdout)?.[1]),
      perSecond: Number(/tps = ([\d.]+)/.exec(stdout)?.[1]),
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
    };
  } finally {
    rmSync(folder, {recursive: true});
  }
}
