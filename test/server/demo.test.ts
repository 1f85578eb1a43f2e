import {spawn} from 'node:child_process';
import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {query} from './query.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

vi.setConfig({testTimeout: 120_000});

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), 'millrace-demo-test-'));
});
afterEach(async () => rm(temporary, {recursive: true, force: true}));

function startDemo(args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, 'demo', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {...process.env, TMPDIR: temporary},
  });
  const demo = {child, output: '', ended: new Promise<number | null>(resolve => child.once('close', resolve))};
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (demo.output += text));
  const endWithParent = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithParent);
  void demo.ended.then(() => process.removeListener('exit', endWithParent));
  return demo;
}

/** The bids of the busiest channel, frame by frame. */
const busiest = (output: string): number[] =>
  [...output.matchAll(/^ channel .*\n[-+]+\n [^|]+\| *(\d+) \|/gm)].map(([, bids]) => Number(bids));

test('the demo shows three views that change, ends by itself with 0 and removes its data', async () => {
  const demo = startDemo(['--seconds', '3']);
  expect(await demo.ended).toBe(0);
  const counts = busiest(demo.output);
  expect(counts).toHaveLength(5);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(counts.at(-1)).toBeGreaterThan(counts[0]!);
  expect(demo.output).toMatch(/^ auction \| bidder \| +price/m);
  // The join follows the table: a row of it is renamed in between.
  expect(demo.output).toMatch(/^ coins +\| +\d+ \|[^]*UPDATE categories[^]*^ rare coins +\| +\d+ \|/m);
  expect(demo.output).toMatch(/psql -h 127\.0\.0\.1 -p \d+/);
  expect(await readdir(temporary)).toEqual([]);
});

test('without a time it stays up and serves clients until it is interrupted, then ends with 0', async () => {
  const demo = startDemo([]);
  await expect.poll(() => demo.output, {timeout: 90_000}).toContain('bids_by_channel: an aggregate');
  const port = Number(/is ready: psql -h \S+ -p (\d+)/.exec(demo.output)?.[1]);
  expect(await query(port, 'SELECT count(*) > 0 FROM bids_by_channel')).toEqual([['t']]);
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(0);
  expect(await readdir(temporary)).toEqual([]);
});
