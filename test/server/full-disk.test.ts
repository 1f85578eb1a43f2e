import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {fillDisk} from './fill-disk.ts';
import {query, withConnection} from './query.ts';
import {startServer, type RunningServer} from './start-server.ts';

const MEGABYTES = 24;
const mountPoint = mkdtempSync(path.join(tmpdir(), 'millrace-full-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m`, 'tmpfs', mountPoint]).status === 0;

describe.skipIf(!mounted)('a server on a small disk (needs the right to mount)', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({dataDirectory: path.join(mountPoint, 'data')});
  });
  afterAll(async () => {
    await server.kill();
    spawnSync('umount', [mountPoint]);
    rmdirSync(mountPoint);
  });

  test(
    'full: writes and DDL fail with 53100 or are kept, reads go on; with room again it goes on without a restart, and keeps all',
    {
      timeout: 60_000,
    },
    async () => {
      const codeOf = async (sql: string): Promise<string> =>
        query(server.port, sql).then(
          () => 'ok',
          (error: {code?: string}) => error.code ?? String(error),
        );
      await query(server.port, 'CREATE TABLE t (id int PRIMARY KEY, note text)');
      await query(server.port, 'CREATE MATERIALIZED VIEW v AS SELECT count(*) AS c FROM t');
      await query(server.port, "INSERT INTO t VALUES (0, 'before')");
      const filler = path.join(mountPoint, 'filler');
      fillDisk(filler);
      // What the journal's last page still holds may be used up first.
      const kept: number[] = [0];
      let refused = '';
      for (let id = 1; id < 50 && refused === ''; id++) {
        const code = await codeOf(`INSERT INTO t SELECT ${id}, repeat('x', 4000)`);
        if (code === 'ok') kept.push(id);
        else refused = code;
      }
      expect(refused).toBe('53100');
      expect(await codeOf('CHECKPOINT')).toBe('53100');
      expect(await query(server.port, 'SELECT c FROM v')).toEqual([[`${kept.length}`]]);
      rmSync(filler);
      await query(server.port, "INSERT INTO t VALUES (100, 'after')");
      await query(server.port, 'CREATE TABLE more (id int)');
      await query(server.port, 'CHECKPOINT');
      await server.kill();
      server = await startServer({dataDirectory: path.join(mountPoint, 'data')});
      const rows = await withConnection(server.port, run => run('SELECT id FROM t ORDER BY id'));
      expect(rows.map(([id]) => Number(id))).toEqual([...kept, 100]);
      expect(await query(server.port, 'SELECT count(*) FROM more')).toEqual([['0']]);
    },
  );
});
