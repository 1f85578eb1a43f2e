import {Buffer} from 'node:buffer';
import {readdirSync, readFileSync} from 'node:fs';
import type {PGlite} from '@electric-sql/pglite';
import {freshPostgres} from '../common/testing/fresh-postgres.ts';
import {serialize} from 'pg-protocol';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {listenPgwire, type PgwireServer} from './server.ts';
import {FakeEngine} from './testing/fake-engine.ts';
import {TestLogger} from './testing/test-logger.ts';
import {parseTranscript, renderTranscript, splitReplies} from './testing/transcript.ts';
import {WireClient, type Reply} from './testing/wire-client.ts';

// The files are PostgreSQL's own answers (`vitest run --update` writes them anew); the server must give the same.
const FOLDER = new URL('testdata/', import.meta.url);
const files = readdirSync(FOLDER).filter(name => name.endsWith('.pgt'));
let server: PgwireServer;
let postgres: PGlite;

beforeAll(async () => {
  postgres = await freshPostgres();
  server = await listenPgwire({engine: new FakeEngine(), host: '127.0.0.1', port: 0, logger: new TestLogger()});
});
afterAll(() => Promise.all([server.close(), postgres.close()]));

test.for(files)('PostgreSQL answers as %s says', async file => {
  const transcript = parseTranscript(readFileSync(new URL(file, FOLDER), 'utf8'));
  await postgres.execProtocolRaw(serialize.query('DISCARD ALL'));
  const answers: Reply[][] = [];
  for (const run of transcript.runs) answers.push(splitReplies(Buffer.from(await postgres.execProtocolRaw(run.bytes))));
  await expect(renderTranscript(transcript, answers)).toMatchFileSnapshot(new URL(file, FOLDER).pathname);
});

test.for(files)('the server answers as %s says', async file => {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  const transcript = parseTranscript(text);
  const client = await WireClient.open(server.port);
  const answers: Reply[][] = [];
  for (const run of transcript.runs) {
    client.send(run.bytes);
    answers.push(await client.until('Z'));
  }
  client.close();
  expect(renderTranscript(transcript, answers)).toBe(text);
});

test.for(files)('the server answers %s the same when all of it arrives at once, or byte by byte', async file => {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  const transcript = parseTranscript(text);
  const all = Buffer.concat(transcript.runs.map(run => run.bytes));
  const atOnce = await WireClient.open(server.port);
  atOnce.send(all);
  const byteByByte = await WireClient.open(server.port);
  for (const byte of all) {
    byteByByte.send(Uint8Array.of(byte));
    await new Promise(resolve => setImmediate(resolve));
  }
  for (const client of [atOnce, byteByByte]) {
    const answers: Reply[][] = [];
    for (let i = 0; i < transcript.runs.length; i++) answers.push(await client.until('Z'));
    expect(renderTranscript(transcript, answers)).toBe(text);
    client.close();
  }
});
