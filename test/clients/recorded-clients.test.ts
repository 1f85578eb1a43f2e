import {existsSync, writeFileSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {query} from '../server/query.ts';
import {startServer, type RunningServer} from '../server/start-server.ts';
import {CLIENT_SCHEMA} from './client-schema.ts';
import {recordingNames, recordingsFolder} from './recording.ts';
import {replay, type Replay} from './replay.ts';

const folder = recordingsFolder();
const recorded = folder !== undefined && existsSync(folder);
if (!recorded) process.stderr.write('SKIPPED: the statements of recorded clients need MILLRACE_FIXTURES\n');

/** Below this the server has lost something that a client relies on. */
const LEAST_ANSWERED_PERCENT = 80;

describe.skipIf(!recorded)('recorded clients', () => {
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

  test('what they send is answered, or refused as unsupported; nothing is a defect', {timeout: 300_000}, async () => {
    const replays: Replay[] = [];
    for (const name of recordingNames(folder!)) replays.push(await replay(server.port, folder!, name));
    const sent = replays.reduce((sum, {sent: n}) => sum + n, 0);
    const refused = replays.flatMap(r => r.refused.map(refusal => ({client: r.client, ...refusal})));
    // To see what is refused and why; the figures in docs/sql-support.md come from it.
    const report = process.env['MILLRACE_CLIENT_REPORT'];
    if (report !== undefined) writeFileSync(report, JSON.stringify(replays, null, 1));
    process.stdout.write(`${sent - refused.length} of ${sent} recorded statements of ${replays.length} clients answered\n`);
    expect(refused.filter(({code}) => code === 'XX000' || code === 'connection')).toEqual([]);
    expect((100 * (sent - refused.length)) / sent).toBeGreaterThan(LEAST_ANSWERED_PERCENT);
  });
});
