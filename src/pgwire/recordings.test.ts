import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {serialize} from 'pg-protocol';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {serveFake, type FakeServer} from './testing/serve-fake.ts';
import {startUp, WireClient} from './testing/wire-client.ts';

/** One recorded message: connection, direction (F from the client, B from the server), type. */
type Recorded = {
  readonly c: number;
  readonly d: 'F' | 'B';
  readonly m: string;
  readonly ver?: string;
  readonly params?: Record<string, string>;
};

const folder = path.join(process.env['MILLRACE_FIXTURES'] ?? '', 'pg-client-queries', 'wire-startup');
const recorded = process.env['MILLRACE_FIXTURES'] !== undefined && existsSync(folder);
if (!recorded) process.stderr.write('SKIPPED: recorded client start-ups need MILLRACE_FIXTURES\n');

function connections(file: string): Recorded[][] {
  const messages = readFileSync(path.join(folder, file), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Recorded);
  return Array.from(new Set(messages.map(message => message.c)), c => messages.filter(message => message.c === c));
}

describe.skipIf(!recorded)('recorded client start-ups', () => {
  let server: FakeServer;
  beforeAll(async () => {
    server = await serveFake();
  });
  afterAll(() => server.close());

  test.for(recorded ? readdirSync(folder) : [])('%s is answered up to ReadyForQuery', async file => {
    for (const messages of connections(file)) {
      const client = await WireClient.connect(server.port);
      for (const message of messages) {
        if (message.d === 'B') continue;
        if (message.m === 'SSLRequest') {
          client.send(serialize.requestSsl());
          expect((await client.raw(1)).toString()).toBe('N');
        }
        if (message.m !== 'Startup' || message.params === undefined) continue;
        const [major, minor] = (message.ver ?? '3.0').split('.').map(Number);
        client.send(startUp(message.params, ((major ?? 3) << 16) | (minor ?? 0)));
        const answer = (await client.until(message.params['database'] === 'nosuchdb' ? 'E' : 'Z')).map(reply => reply.type).join('');
        expect(answer).toMatch(message.params['database'] === 'nosuchdb' ? /^RE$/ : /^v?RS+KZ$/);
        expect(answer.startsWith('v')).toBe(messages.some(other => other.d === 'B' && other.m === 'v'));
      }
      client.close();
    }
  });
});
