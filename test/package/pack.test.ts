import {execFile, spawn} from 'node:child_process';
import {mkdtemp, readdir, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, test} from 'vitest';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let installed: string;

/** The package as npm would publish it, unpacked elsewhere beside the dependencies of this checkout: nothing is fetched. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-package-'));
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {cwd: ROOT});
  const [archive = ''] = await readdir(folder);
  await run('tar', ['-xzf', path.join(folder, archive), '-C', folder]);
  installed = path.join(folder, 'package');
  await symlink(path.join(ROOT, 'node_modules'), path.join(installed, 'node_modules'));
});
afterAll(() => rm(folder, {recursive: true, force: true}));

const millrace = (...args: string[]) => run(process.execPath, [path.join(installed, 'dist', 'main.js'), ...args], {cwd: folder});

test('the packed command says its version and how it is used, with examples', async () => {
  expect((await millrace('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const {stdout} = await millrace('--help');
  expect(stdout).toContain('Examples:\n  millrace serve ');
  for (const command of ['serve', 'demo', 'sql'])
    expect((await millrace(command, '--help')).stdout).toContain(`Usage: millrace ${command}`);
});

test('the packed server starts, and the packed client runs statements and files against it', {timeout: 120_000}, async () => {
  const server = spawn(process.execPath, [path.join(installed, 'dist', 'main.js'), 'serve', '--port', '0'], {cwd: folder});
  try {
    const port = await new Promise<string>((resolve, reject) => {
      let text = '';
      server.stdout.on('data', chunk => {
        text += String(chunk);
        const found = /is ready: psql -h \S+ -p (\d+)/.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      });
      server.once('close', () => reject(new Error(`the server did not start: ${text}`)));
    });
    const script = path.join(folder, 'setup.sql');
    await writeFile(
      script,
      'CREATE TABLE t (a int);\nCREATE MATERIALIZED VIEW v AS SELECT count(*) AS n FROM t;\nINSERT INTO t VALUES (1), (2);\n',
    );
    expect((await millrace('sql', '--port', port, '-f', script)).stdout).toBe('CREATE TABLE\nCREATE MATERIALIZED VIEW\nINSERT 0 2\n');
    expect((await millrace('sql', '--port', port, '-c', 'SELECT n FROM v')).stdout).toMatch(/^ +2\n\(1 row\)$/m);
    await expect(millrace('sql', '--port', port, '-c', 'SELECT nosuch')).rejects.toMatchObject({
      stderr: expect.stringContaining('column "nosuch" does not exist') as string,
    });
  } finally {
    server.kill('SIGTERM');
    await new Promise(resolve => server.once('close', resolve));
  }
});
