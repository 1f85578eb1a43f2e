import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {afterEach, expect, test} from 'vitest';
import {psqlAvailable} from '../clients/available.ts';
import {startServer, type RunningServer} from '../server/start-server.ts';

const run = promisify(execFile);
const directory = mkdtempSync(path.join(tmpdir(), 'millrace-story-'));
let server: RunningServer | undefined;
afterEach(async () => {
  await server?.stop();
  rmSync(directory, {recursive: true, force: true});
});

test.skipIf(!psqlAvailable())(
  'a new user without Kafka: server, psql, a windowed view over generated orders: rows in less than a minute, late and bad ones to be seen',
  {timeout: 120_000},
  async () => {
    const begin = performance.now();
    server = await startServer({dataDirectory: directory});
    const psql = async (...statements: string[]): Promise<string> => {
      const args = ['-X', '-At', '-h', '127.0.0.1', '-p', String(server!.port), '-U', 'me', '-d', 'millrace', '-v', 'ON_ERROR_STOP=1'];
      return (await run('psql', [...args, ...statements.flatMap(s => ['-c', s])])).stdout.trim();
    };
    await psql(
      `CREATE STREAM orders (WATERMARK FOR ordered_at AS ordered_at - INTERVAL '1 second')
         WITH (connector = 'generator', generator = 'ecommerce', rate = 2000, events_per_second = 100, late_pct = 5, bad_pct = 1)`,
      `CREATE MATERIALIZED VIEW per_window AS SELECT window_start, window_end, count(*) AS n
         FROM TUMBLE(orders, ordered_at, INTERVAL '10 seconds') GROUP BY window_start, window_end EMIT ON WINDOW CLOSE`,
    );
    const seen = `SELECT count(*) > 0, (SELECT count(*) > 0 FROM "per_window$late"), (SELECT count(*) > 0 FROM "orders$errors") FROM per_window`;
    await expect.poll(() => psql(seen), {interval: 200, timeout: 50_000}).toBe('t|t|t');
    expect(performance.now() - begin).toBeLessThan(60_000);
    const [first] = (await psql('SELECT n FROM per_window ORDER BY window_start LIMIT 1')).split('\n');
    expect(Number(first)).toBeGreaterThan(0);
    const late = `SELECT _offset >= 0, window_end <= watermark, "row" IS NOT NULL FROM "per_window$late" LIMIT 1`;
    expect(await psql(late)).toBe('t|t|t');
    expect(await psql('SELECT _offset >= 0, reason <> $$$$ FROM "orders$errors" LIMIT 1')).toBe('t|t');
    expect(await psql('SHOW STATUS FOR VIEW per_window')).toContain('per_window$late');
  },
);
