import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import pg from 'pg';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {below, seededRandom} from '../../src/common/testing/seeded-random.ts';
import {query, type Row} from './query.ts';
import {startServer, type RunningServer} from './start-server.ts';

const SEED = Number(process.env['MILLRACE_DDL_SEED'] ?? Date.now() % 2 ** 31);
const CLIENTS = 8;
const STATEMENTS = 20;
const CATALOG = `SELECT oid, relname, relkind FROM pg_class WHERE oid >= 16384 ORDER BY oid`;

describe(`eight clients that create and drop at once (seed ${SEED})`, () => {
  let directory: string;
  let server: RunningServer;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'millrace-ddl-'));
    server = await startServer({dataDirectory: directory});
  });
  afterAll(async () => {
    await server.kill();
    await rm(directory, {recursive: true, force: true});
  });

  test('none hears of another, but that a name is taken or gone; a killed server has the same catalog', {timeout: 60_000}, async () => {
    await query(server.port, 'CREATE TABLE base (id int PRIMARY KEY)');
    await query(server.port, 'INSERT INTO base VALUES (1)');
    const random = seededRandom(SEED);
    const codes = new Map<string, number>();
    await Promise.all(
      Array.from({length: CLIENTS}, async (_, i) => {
        const client = new pg.Client({host: '127.0.0.1', port: server.port, user: 'tester', database: 'millrace'});
        await client.connect();
        const attempt = async (sql: string, values?: readonly string[]): Promise<string> => {
          const code = await client.query(sql, values === undefined ? undefined : [...values]).then(
            () => 'ok',
            (error: {code: string}) => error.code,
          );
          codes.set(code, (codes.get(code) ?? 0) + 1);
          return code;
        };
        for (let n = 0; n < STATEMENTS; n++) {
          // Objects of its own always work, alone and in a block, as models that are built at once do.
          expect(await attempt(`CREATE MATERIALIZED VIEW own_${i}_${n} AS SELECT count(*) AS n FROM base`)).toBe('ok');
          if (n % 4 === 0)
            expect(
              await attempt(`BEGIN; CREATE TABLE made_${i}_${n} AS SELECT id FROM base; DROP MATERIALIZED VIEW own_${i}_${n}; COMMIT`),
            ).toBe('ok');
          const name = `shared_${below(random, 4)}`;
          const statements = [
            `CREATE VIEW ${name} AS SELECT id FROM base`,
            `CREATE TABLE ${name} (id int)`,
            `CREATE STREAM ${name} (id int)`,
            `DROP VIEW ${name}`,
            `DROP TABLE ${name}`,
            `DROP STREAM ${name}`,
          ];
          // With values the extended protocol is used.
          const code = await attempt(statements[below(random, statements.length)]!, below(random, 2) === 0 ? [] : undefined);
          expect(['ok', '42P07', '42P01', '42809']).toContain(code);
        }
        await client.end();
      }),
    );
    const before = await query(server.port, CATALOG);
    await server.kill();
    server = await startServer({dataDirectory: directory});
    expect(await query(server.port, CATALOG)).toEqual(before);
    const views = before.filter(row => row[2] === 'm').map(row => row[1]!);
    const rows = await Promise.all(views.map((name): Promise<Row[]> => query(server.port, `SELECT n FROM ${name}`)));
    expect(rows).toEqual(views.map(() => [['1']]));
  });
});
