import {execFileSync} from 'node:child_process';
import path from 'node:path';

const RECORDS = 20_000;

/** JSON.parse of whole nexmark records out of a buffer, in a process of its own: CPU nanoseconds per record. What ratios refer to. */
export function fixedKernel(core?: number): number {
  const script = path.join(import.meta.dirname, '..', 'json-kernel.js');
  const command = [process.execPath, script, String(RECORDS)];
  const pinned = core === undefined ? command : ['taskset', '-c', String(core), ...command];
  return Number(execFileSync(pinned[0]!, pinned.slice(1), {encoding: 'utf8'}));
}
