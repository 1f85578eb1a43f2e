import {execFile, spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import pg from 'pg';
import Cursor from 'pg-cursor';
import {afterAll, beforeAll, describe, expect, test, type TestContext} from 'vitest';
import {query} from '../server/query.ts';
import {startServer, type RunningServer} from '../server/start-server.ts';
import {psqlAvailable} from './available.ts';
import {CLIENT_SCHEMA} from './client-schema.ts';
import {pgJdbcJar, psycopgPython} from './drivers.ts';
import {readRecording, recordingNames, recordingsFolder} from './recording.ts';

const run = promisify(execFile);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

let dataDirectory: string;
let server: RunningServer;
beforeAll(async () => {
  dataDirectory = await mkdtemp(path.join(tmpdir(), 'millrace-clients-'));
  server = await startServer({dataDirectory, args: ['--log-level', 'warn']});
  for (const sql of CLIENT_SCHEMA) await query(server.port, sql);
});
afterAll(async () => {
  await server.stop();
  await rm(dataDirectory, {recursive: true, force: true});
});

describe('node-postgres', () => {
  async function withClient<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({host: '127.0.0.1', port: server.port, user: 'app', database: 'millrace'});
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  // Binary results are left to psycopg and pgjdbc: node-postgres reads the bytes of a DataRow as UTF-8 first.
  test('parameters and results by type', () =>
    withClient(async client => {
      const sql = `SELECT $1::int AS i, $2::bigint AS b, $3::text AS t, $4::float8 AS f, $5::bool AS o, $6::timestamptz AS at, $7::jsonb AS j, $8::int[] AS a, $9::bytea AS raw`;
      const at = new Date('2026-01-02T03:04:05.678Z');
      const raw = Buffer.from([0, 255]);
      const values = [-5, '9007199254740993', 'é😀', 0.1, true, at, JSON.stringify({a: [1]}), [1, null], raw];
      const {rows} = await client.query(sql, values);
      expect(rows).toEqual([{i: -5, b: '9007199254740993', t: 'é😀', f: 0.1, o: true, at, j: {a: [1]}, a: [1, null], raw}]);
    }));

  test('a row-limited portal over a view, named statements, errors between, a transaction', () =>
    withClient(async client => {
      const cursor = client.query(new Cursor<{customer_id: number}>('SELECT customer_id FROM order_totals ORDER BY customer_id'));
      const sizes = [];
      for (let rows = await cursor.read(8); ; rows = await cursor.read(8)) {
        sizes.push(rows.length);
        if (rows.length === 0) break;
      }
      await cursor.close();
      expect(sizes).toEqual([8, 8, 4, 0]);
      for (const id of [3, 4, 5]) {
        const found = await client.query<{total: string}>({
          name: 'total',
          text: 'SELECT total FROM order_totals WHERE customer_id = $1',
          values: [id],
        });
        const expected = await query(server.port, `SELECT sum(amount) FROM orders WHERE customer_id = ${id}`);
        expect([[found.rows[0]?.total]]).toEqual(expected);
        await expect(client.query('SELECT nosuch FROM orders', [])).rejects.toMatchObject({code: '42703', position: '8'});
      }
      await client.query('BEGIN');
      await client.query('UPDATE orders SET amount = amount + 1 WHERE id = $1', [7]);
      await client.query('ROLLBACK');
      expect((await client.query('SELECT amount FROM orders WHERE id = 7')).rows).toEqual([{amount: '52.50'}]);
    }));
});

async function skipWithout<T>(found: Promise<T | undefined>, context: TestContext, reason: string): Promise<T> {
  return (await found) ?? context.skip(reason);
}

test('psycopg 3: parameters, binary results, prepared statements, pipelines, server-side cursors', {timeout: 400_000}, async context => {
  const python = await skipWithout(psycopgPython(), context, 'psycopg 3 is not here and cannot be installed');
  // Not from the folder of the script, whose name would then be a module.
  const {stdout} = await run(python, [here('psycopg_client.py'), String(server.port)]);
  expect(stdout).toBe('OK\n');
});

test('pgjdbc: batches, binary results, metadata, fetch size, every query mode', {timeout: 400_000}, async context => {
  const jar = await skipWithout(pgJdbcJar(), context, 'pgjdbc is not here and cannot be downloaded');
  const {stdout} = await run('java', ['-cp', jar, here('PgJdbc.java'), String(server.port)]);
  expect(stdout).toBe('OK\n');
});

const recordings = recordingsFolder();
const recorded = recordings !== undefined && existsSync(recordings);
if (!recorded)
  process.stderr.write('SKIPPED: what psql asks for its \\d commands is compared with recordings only with MILLRACE_FIXTURES\n');

describe.skipIf(!psqlAvailable())('psql', () => {
  const COMMANDS = [
    '\\d',
    '\\d+',
    '\\dt',
    '\\dt+',
    '\\dv',
    '\\dv+',
    '\\dm',
    '\\dm+',
    '\\di',
    '\\ds',
    '\\dn',
    '\\dn+',
    '\\du',
    '\\dg',
    '\\dT',
    '\\dT+',
  ];
  const NAMED = [
    '\\d orders',
    '\\d+ orders',
    '\\d customers',
    '\\d big_orders',
    '\\d+ big_orders',
    '\\d order_totals',
    '\\dt sales.*',
    '\\dt *.*',
  ];
  const OTHERS = [
    '\\l',
    '\\df',
    '\\df+ lower',
    '\\do =',
    '\\dC',
    '\\dp',
    '\\dx',
    '\\db',
    '\\dO',
    '\\dc',
    '\\dd',
    '\\des',
    '\\dE',
    '\\dP',
    '\\sv big_orders',
    '\\conninfo',
  ];

  test.each([...COMMANDS, ...NAMED, ...OTHERS])('%s runs without an error', async command => {
    const {stderr} = await psql(['-c', command]);
    expect(stderr.replace(/^Did not find any .*\n/gm, '')).toBe('');
  });

  test('\\d of a table shows columns, types, defaults and the key', async () => {
    const {stdout} = await psql(['-c', '\\d customers']);
    expect(stdout).toMatch(/ id +\| integer +\| +\| not null \| *\n/);
    expect(stdout).toMatch(/ name +\| character varying\(50\) +\| +\| not null \|/);
    expect(stdout).toContain('"customers_pkey" PRIMARY KEY, btree (id)');
  });

  test.skipIf(!recorded)('what the recorded psql 15 asked for the \\d family is answered with the columns of then', async () => {
    const names = recordingNames(recordings!).filter(name => /^psql-(d|l)/.test(name));
    expect(names.length).toBeGreaterThan(8);
    const client = new pg.Client({host: '127.0.0.1', port: server.port, user: 'app', database: 'millrace'});
    await client.connect();
    const refused: string[] = [];
    for (const name of names) {
      for (const {number, sql, failed} of readRecording(path.join(recordings!, name))) {
        if (failed || sql === '') continue;
        await client.query(sql).catch((error: Error) => refused.push(`${name}:${number} ${error.message}`));
      }
    }
    await client.end();
    expect(refused).toEqual([]);
  });

  function psql(args: readonly string[]): Promise<{stdout: string; stderr: string}> {
    const child = spawn('psql', ['-X', '-h', '127.0.0.1', '-p', String(server.port), '-U', 'app', '-d', 'millrace', ...args], {
      env: {...process.env, PAGER: ''},
    });
    const out = {stdout: '', stderr: ''};
    child.stdout.on('data', chunk => (out.stdout += String(chunk)));
    child.stderr.on('data', chunk => (out.stderr += String(chunk)));
    return new Promise(resolve => child.on('close', () => resolve(out)));
  }
});
