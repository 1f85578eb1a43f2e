import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {csvRows, finishedFiles} from '../files/finished-rows.ts';
import {withConnection} from './query.ts';
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
