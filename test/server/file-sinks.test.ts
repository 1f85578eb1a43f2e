import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {spawnSync} from 'node:child_process';
import {rmSync} from 'node:fs';
import {afterEach, beforeEach, expect, onTestFinished, test} from 'vitest';
import {fillDisk} from './fill-disk.ts';
import {csvRows, finishedFiles} from '../files/finished-rows.ts';
import {query, withConnection} from './query.ts';
import {startServer} from './start-server.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'millrace-files-'));
});
afterEach(() => rm(directory, {recursive: true, force: true}));

test('a clean stop finishes what sinks have taken in; the next start goes on', async () => {
  const options = {dataDirectory: path.join(directory, 'data')};
  const out = path.join(directory, 'out');
  for (let life = 0; life < 2; life++) {
    const server = await startServer(options);
    await withConnection(server.port, async run => {
      if (life === 0) {
        await run('CREATE STREAM e (a int, p text)');
        await run(`CREATE SINK s FROM e WITH (connector = 'filesystem', path = '${out}', format = 'csv', partition_by = 'p')`);
      }
      await run(`INSERT INTO e VALUES (${life}, 'a b'), (${life}, NULL)`);
    });
    expect((await server.stop()).code).toBe(0);
    const rows = csvRows(finishedFiles(out)).map(row => row.join());
    expect(rows.sort()).toEqual([...Array(life + 1).keys()].flatMap(a => [`${a},`, `${a},a b`]));
  }
});

test(
  'a disk that is full of something else: views go on, the sink says what it waits for, and loses nothing',
  {timeout: 60_000},
  async context => {
    const small = await mkdtemp(path.join(tmpdir(), 'millrace-small-'));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small]).status !== 0) return context.skip('needs the right to mount');
    const server = await startServer({dataDirectory: path.join(directory, 'data')});
    onTestFinished(async () => {
      await server.kill();
      spawnSync('umount', [small]);
      await rm(small, {recursive: true, force: true});
    });
    const status = async (): Promise<string> => (await query(server.port, 'SHOW STATUS')).find(row => row[0] === 'sink')!.join();
    await withConnection(server.port, async run => {
      await run('CREATE STREAM e (a int, note text); CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM e');
      await run(`CREATE SINK s FROM e WITH (connector = 'filesystem', path = '${small}', format = 'csv', rollover_size = '100 kB')`);
      await run("INSERT INTO e SELECT i, repeat('x', 1000) FROM generate_series(1, 150) AS i");
      await run('CHECKPOINT');
      const filler = path.join(small, 'filler');
      fillDisk(filler);
      await run("INSERT INTO e SELECT i, repeat('x', 1000) FROM generate_series(151, 600) AS i");
      await run('CHECKPOINT');
      expect(await status()).toMatch(/waiting.*no space left on device/);
      expect(await run('SELECT n FROM n')).toEqual([['600']]);
      rmSync(filler);
      await expect.poll(status, {timeout: 10_000}).toContain('running');
      await run('CHECKPOINT');
    });
    const rows = csvRows(finishedFiles(small)).map(([a]) => Number(a));
    expect(rows.sort((a, b) => a - b)).toEqual(Array.from({length: 600}, (_, i) => i + 1));
  },
);
