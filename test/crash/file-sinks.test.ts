import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {statementsOf} from '../../bench/nexmark/statements.ts';
import {below, seededRandom} from '../../src/common/testing/seeded-random.ts';
import {csvRows, finishedFiles} from '../files/finished-rows.ts';
import {query, withConnection, type Row} from '../server/query.ts';
import {differenceOf} from './compare-rows.ts';
import {KillableServer} from './killable-server.ts';

const ROUNDS = Number(process.env['MILLRACE_CRASH_FILE_ROUNDS'] ?? 6);
const EVENTS = 60_000;
const SEED = Number(process.env['MILLRACE_CRASH_SEED'] ?? Date.now() % 2 ** 31);

let server: KillableServer;
let directory: string;
beforeEach(async () => {
  server = await KillableServer.create();
  directory = await mkdtemp(path.join(tmpdir(), 'millrace-files-'));
});
afterEach(async () => {
  await server.dispose();
  await rm(directory, {recursive: true, force: true});
});

/** Nexmark from a generator, at a rate at which it lasts some seconds. */
const schema = (): string =>
  statementsOf('schema').replace(
    /WITH \(connector = 'kafka'[^)]*\)/,
    `WITH (connector = 'generator', generator = 'nexmark', seed = ${SEED % 1000}, rate = 20000, limit = ${EVENTS})`,
  );

const q10 = (out: string, options = ''): string =>
  statementsOf('q10-files', {path: out}).replace("rollover_size = '128 MB'", `rollover_size = '100 kB'${options}`);

test(`q10 into files: SIGKILL at any moment loses no row and writes none twice (seed ${SEED})`, {timeout: 180_000}, async () => {
  const random = seededRandom(SEED);
  const out = path.join(directory, 'q10');
  const inserts = path.join(directory, 'inserts');
  let port = await server.restart();
  await withConnection(port, async run => {
    for (const statement of [schema(), statementsOf('q10'), q10(out), 'CREATE STREAM n (id int, note text)']) await run(statement);
    await run(
      `CREATE SINK n_files FROM n WITH (connector = 'filesystem', path = '${inserts}', format = 'csv', rollover_interval = '1 second')`,
    );
  });
  const acknowledged: number[] = [];
  let next = 0;
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const at = port;
    const writing = (async () => {
      for (;;) {
        const id = next++;
        await query(at, `INSERT INTO n VALUES (${id}, 'note, "${id}"')`);
        acknowledged.push(id);
      }
    })().catch(() => {});
    await sleep(100 + below(random, 500));
    if (random() < 0.7) void query(port, 'CHECKPOINT').catch(() => {});
    await sleep(below(random, 60));
    await server.kill();
    await writing;
    // What has been finished stays as it is.
    const rows = csvRows(finishedFiles(directory)).map(row => JSON.stringify(row));
    expect(new Set(rows).size).toBe(rows.length);
    const found = new Set(rows);
    expect([...seen].filter(row => !found.has(row))).toEqual([]);
    for (const row of rows) seen.add(row);
    port = await server.restart();
  }
  const reached = async (): Promise<number> =>
    (await query(port, "SELECT next_offset FROM millrace.frontier WHERE stream = 'nexmark'")).reduce(
      (sum, [offset]) => sum + Number(offset),
      0,
    );
  await expect.poll(reached, {timeout: 60_000, interval: 200}).toBe(EVENTS);
  await query(port, 'CHECKPOINT');
  const expected = (await query(port, 'SELECT * FROM q10')) as Row[];
  expect(differenceOf(csvRows(finishedFiles(out)), expected)).toBeUndefined();
  expect(expected.length).toBeGreaterThan(EVENTS / 2);
  const rows = csvRows(finishedFiles(inserts));
  expect(differenceOf(rows, (await query(port, 'SELECT id, note FROM n')) as Row[])).toBeUndefined();
  const ids = new Set(rows.map(([id]) => Number(id)));
  expect(acknowledged.filter(id => !ids.has(id))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(ROUNDS);
  await query(port, 'DROP SINK q10_files, n_files');
  expect((await readdir(directory, {recursive: true})).filter(name => path.basename(name).startsWith('.'))).toEqual([]);
});
