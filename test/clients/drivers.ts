import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, rename, rm} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {cacheRoot} from '../../src/common/testing/cache-root.ts';

const run = promisify(execFile);

const PSYCOPG = '3.3.9';
const PGJDBC = '42.7.7';
const DOWNLOAD_TIMEOUT_MS = 300_000;

/** The Python of an environment that has psycopg 3, made on first use; undefined, and said so, where that cannot be. */
export function psycopgPython(): Promise<string | undefined> {
  const home = path.join(cacheRoot(), `psycopg-${PSYCOPG}`);
  return available('psycopg 3', path.join(home, 'bin', 'python'), async python => {
    // An environment knows its own path: made in place, and complete only once it can import.
    if (existsSync(python) && (await works(python, ['-c', 'import psycopg']))) return;
    await run('python3', ['-m', 'venv', '--clear', home], {timeout: DOWNLOAD_TIMEOUT_MS});
    await run(python, ['-m', 'pip', 'install', '-q', `psycopg[binary]==${PSYCOPG}`], {timeout: DOWNLOAD_TIMEOUT_MS});
  });
}

/** pgjdbc's jar, downloaded on first use; undefined, and said so, where there is no Java or that cannot be. */
export function pgJdbcJar(): Promise<string | undefined> {
  const home = path.join(cacheRoot(), 'pgjdbc');
  const name = `postgresql-${PGJDBC}.jar`;
  return available('pgjdbc', path.join(home, name), async jar => {
    await run('javac', ['-version']);
    if (existsSync(jar)) return;
    await mkdir(home, {recursive: true});
    const work = await mkdtemp(path.join(home, 'download-'));
    try {
      const artifact = `org.postgresql:postgresql:${PGJDBC}`;
      await run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${work}`], {
        cwd: work,
        timeout: DOWNLOAD_TIMEOUT_MS,
      });
      await rename(path.join(work, name), jar);
    } finally {
      await rm(work, {recursive: true, force: true});
    }
  });
}

async function available(client: string, file: string, provide: (file: string) => Promise<void>): Promise<string | undefined> {
  try {
    await provide(file);
    return file;
  } catch (error) {
    process.stderr.write(`SKIPPED: the tests with a real ${client}: ${(error as Error).message.split('\n')[0]}\n`);
    return undefined;
  }
}

const works = (command: string, args: readonly string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  );
