import {mkdtemp, readdir, readFile, rm, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {query} from './query.ts';
import {startServer, ServerStartError, type RunningServer} from './start-server.ts';

/** Where a journal's header keeps the byte up to which it is known to be synced (journal-format.ts). */
const DURABLE_MARK_AT = 32;

// Several process starts per test, on a machine that may be busy.
vi.setConfig({testTimeout: 60_000});

let dataDirectory: string;
let server: RunningServer | undefined;
beforeEach(async () => {
  dataDirectory = await mkdtemp(path.join(tmpdir(), 'millrace-server-'));
});
afterEach(async () => {
  await server?.kill();
  server = undefined;
  await rm(dataDirectory, {recursive: true, force: true});
});

async function refusal(): Promise<ServerStartError> {
  try {
    server = await startServer({dataDirectory});
  } catch (error) {
    if (error instanceof ServerStartError) return error;
    throw error;
  }
  throw new Error('the server started');
}

test('a second server on the same data directory refuses, names the holder and exits with 1; the first goes on', async () => {
  const first = await startServer({dataDirectory});
  try {
    const {exit, log} = await refusal();
    expect(exit).toEqual({code: 1, signal: null});
    expect(log).toContain(`"${dataDirectory}" is in use by another server (process ${first.pid}`);
    expect(await query(first.port, 'SELECT 1')).toEqual([['1']]);
  } finally {
    await first.kill();
  }
});

test('the lock goes with the process: after SIGKILL and after SIGTERM another server starts', async () => {
  server = await startServer({dataDirectory});
  await server.kill();
  server = await startServer({dataDirectory});
  await query(server.port, 'SELECT 1');
  expect(await server.stop()).toEqual({code: 0, signal: null});
  server = await startServer({dataDirectory});
  expect(await query(server.port, 'SELECT 1')).toEqual([['1']]);
});

/** A killed server's last journal file, holding the DDL that was acknowledged; `durable` = its durable mark in bytes. */
async function writtenJournal(): Promise<{file: string; bytes: Buffer; durable: number}> {
  server = await startServer({dataDirectory});
  for (let i = 0; i < 5; i++) await query(server.port, `CREATE STREAM s${i} (id bigint)`);
  await server.kill();
  const folder = path.join(dataDirectory, 'journal');
  const files = (await readdir(folder)).sort();
  const file = path.join(folder, files.at(-1)!);
  const bytes = await readFile(file);
  return {file, bytes, durable: bytes.readDoubleLE(DURABLE_MARK_AT)};
}

test('a flipped bit in the journal below its durable mark: the server refuses to start, naming file and byte', async () => {
  const {file, bytes, durable} = await writtenJournal();
  expect(durable).toBeGreaterThan(500);
  for (const at of [70, Math.floor(durable / 2), durable - 1]) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 4;
    await writeFile(file, damaged);
    const {exit, log} = await refusal();
    expect(exit.code).not.toBe(0);
    expect(log).toMatch(/journal file "([^"]+)" is damaged at byte \d+/);
    expect(log).toContain(file);
    expect(await readFile(file)).toEqual(damaged);
  }
  await writeFile(file, bytes);
  server = await startServer({dataDirectory});
  expect(await query(server.port, "SELECT count(*) FROM pg_class WHERE relname LIKE 's_'")).toEqual([['5']]);
});

test('a journal truncated below its durable mark: the server refuses to start, naming file and byte', async () => {
  const {file, bytes, durable} = await writtenJournal();
  for (const length of [durable - 1, Math.floor(durable / 2), 64]) {
    await writeFile(file, bytes);
    await truncate(file, length);
    const {exit, log} = await refusal();
    expect(exit.code).not.toBe(0);
    expect(log).toContain(`"${file}" is damaged at byte`);
  }
});

test('a torn journal tail beyond the durable mark is cut and logged, and what was acknowledged is there', async () => {
  const {file, bytes} = await writtenJournal();
  await writeFile(file, Buffer.concat([bytes, Buffer.from([200, 0, 0, 0, 1, 2, 3])]));
  server = await startServer({dataDirectory});
  expect(await query(server.port, "SELECT relname FROM pg_class WHERE relname LIKE 's_' ORDER BY 1")).toEqual(
    [0, 1, 2, 3, 4].map(i => [`s${i}`]),
  );
  await expect.poll(() => server!.log).toContain('unsynced tail was cut');
});

test.each([
  ['an older', 1],
  ['a newer', 1000],
])('a data directory that %s version wrote: the server refuses to start, says so, and leaves it as it is', async (age, format) => {
  await (await startServer({dataDirectory})).stop();
  const file = path.join(dataDirectory, 'millrace.db');
  const db = new Database(file);
  db.pragma(`user_version = ${format}`);
  db.close();
  const bytes = await readFile(file);
  const {exit, log} = await refusal();
  expect(exit).toEqual({code: 1, signal: null});
  expect(log).toContain(`the data directory was written by ${age} version (format ${format}, `);
  expect(log).not.toContain('internal error');
  expect(await readFile(file)).toEqual(bytes);
});
