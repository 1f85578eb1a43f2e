import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, rename, rm, stat, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';
import {cacheRoot} from '../../src/common/testing/cache-root.ts';

const run = promisify(execFile);

export const KAFKA_VERSION = '4.1.1';
const LOG4J_VERSION = '2.24.3';
/** A lock older than this belonged to a process that died: its holder touches it every few seconds. */
const STALE_LOCK_MS = 30_000;

/** Folder with the broker's jars, or undefined when they have not been downloaded yet. */
export function cachedJars(): string | undefined {
  const lib = path.join(cacheRoot(), `kafka-${KAFKA_VERSION}`, 'lib');
  return existsSync(lib) ? lib : undefined;
}

/** Downloads the broker's jars once (54 MB, about a minute) and returns their folder. Safe when several processes ask at the same time. */
export async function kafkaJars(): Promise<string> {
  const home = path.join(cacheRoot(), `kafka-${KAFKA_VERSION}`);
  const lib = path.join(home, 'lib');
  await mkdir(home, {recursive: true});
  const lock = path.join(home, 'download.lock');
  while (!existsSync(lib)) {
    if (!(await takeLock(lock))) {
      await sleep(500);
      continue;
    }
    const alive = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => undefined), 5_000);
    try {
      if (!existsSync(lib)) await download(home, lib);
    } finally {
      clearInterval(alive);
      await rm(lock, {recursive: true, force: true});
    }
  }
  return lib;
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const age = await stat(lock).then(
      s => Date.now() - s.mtimeMs,
      () => 0,
    );
    if (age > STALE_LOCK_MS) await rm(lock, {recursive: true, force: true});
    return false;
  }
}

async function download(home: string, lib: string): Promise<void> {
  const work = path.join(home, `download-${process.pid}`);
  await rm(work, {recursive: true, force: true});
  await mkdir(work, {recursive: true});
  try {
    await writeFile(path.join(work, 'pom.xml'), POM);
    await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], {cwd: work, timeout: 600_000});
    await rename(path.join(work, 'lib'), lib);
  } finally {
    await rm(work, {recursive: true, force: true});
  }
}

const dependency = (group: string, artifact: string, version: string): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

const POM = `<project><modelVersion>4.0.0</modelVersion><groupId>millrace</groupId><artifactId>test-broker</artifactId><version>1</version><dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', KAFKA_VERSION)}
${dependency('org.apache.kafka', 'kafka-tools', KAFKA_VERSION)}
${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', LOG4J_VERSION)}
${dependency('org.apache.logging.log4j', 'log4j-core', LOG4J_VERSION)}
</dependencies></project>
`;
