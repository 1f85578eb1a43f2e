/**
 * What the wire costs: pgbench's prepared lookups against an engine that answers from memory.
 * Run the compiled file: `node pgwire-echo.js [seconds] [clients]`. Needs pgbench.
 */
import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {Engine, Field, PortalDescription, Session} from '../src/engine/api.ts';
import {listenPgwire} from '../src/pgwire/server.ts';

const seconds = process.argv[2] ?? '5';
const clients = process.argv[3] ?? '16';
const fields: readonly Field[] = [{name: 'price', tableOid: 16384, columnNumber: 2, typeOid: 20, typeSize: 8, typeModifier: -1}];
const row = Buffer.from('4400000010000100000006313233343536', 'hex');

class MemorySession implements Session {
  readonly processId = 1;
  readonly secretKey = 1;
  readonly status = 'idle';
  readonly initialParameters = new Map([
    ['server_version', '15.8'],
    ['client_encoding', 'UTF8'],
    ['standard_conforming_strings', 'on'],
  ]);
  async simpleQuery(_sql: string, out: Parameters<Session['simpleQuery']>[1]): Promise<void> {
    out.describe(fields, []);
    await out.rows(row, 1);
    out.complete('SELECT 1');
  }
  async prepare(): Promise<void> {}
  async describeStatement(): ReturnType<Session['describeStatement']> {
    return {parameterOids: [20], fields};
  }
  async bind(): Promise<void> {}
  async describePortal(): Promise<PortalDescription> {
    return {fields, formats: []};
  }
  async execute(_portal: string, _maxRows: number, out: Parameters<Session['execute']>[2]): Promise<'complete'> {
    await out.rows(row, 1);
    out.complete('SELECT 1');
    return 'complete';
  }
  async closeStatement(): Promise<void> {}
  async closePortal(): Promise<void> {}
  async sync(): Promise<void> {}
  fail(): void {}
  async close(): Promise<void> {}
}

const engine: Engine = {openSession: () => new MemorySession(), cancel() {}};
const logger = {info() {}, warn() {}, error: console.error};
const server = await listenPgwire({engine, host: '127.0.0.1', port: 0, logger});
const folder = mkdtempSync(path.join(tmpdir(), 'pgwire-echo-'));
const script = path.join(folder, 'lookup.sql');
writeFileSync(script, '\\set id random(1, 1000000)\nSELECT price FROM bids WHERE id = :id;\n');
const before = process.cpuUsage();
const pgbench = spawn(
  'pgbench',
  [
    '-n',
    '-M',
    'prepared',
    '-c',
    clients,
    '-j',
    '1',
    '-T',
    seconds,
    '-f',
    script,
    '-h',
    server.host,
    '-p',
    String(server.port),
    '-U',
    'app',
    'app',
  ],
  {stdio: ['ignore', 'pipe', 'inherit']},
);
let output = '';
pgbench.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
await new Promise(resolve => pgbench.on('close', resolve));
const {user, system} = process.cpuUsage(before);
const transactions = Number(/actually processed: (\d+)/.exec(output)?.[1]);
const tps = Number(/tps = ([\d.]+)/.exec(output)?.[1]);
console.log(
  `${tps.toFixed(0)} lookups/s, ${((user + system) / transactions).toFixed(1)} us CPU per lookup (user ${(user / transactions).toFixed(1)})`,
);
rmSync(folder, {recursive: true});
await server.close();
