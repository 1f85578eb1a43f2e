import {PGlite} from '@electric-sql/pglite';
import {existsSync} from 'node:fs';
import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';
import {cacheRoot} from './cache-root.ts';

/** An empty PostgreSQL database in this process, from a copy made once: `initdb` takes eight times as long as reading it. */
export async function freshPostgres(): Promise<PGlite> {
  const copy = path.join(cacheRoot(), `pglite-${version()}-node-${process.versions.modules}.tar`);
  if (!existsSync(copy)) await makeCopy(copy);
  return PGlite.create({loadDataDir: new Blob([await readFile(copy)])});
}

function version(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const {version: text} = createRequire(import.meta.url)(path.join(path.dirname(entry), '..', 'package.json')) as {version: string};
  return text;
}

/** Whole or not at all, whoever else makes it at the same time. */
async function makeCopy(copy: string): Promise<void> {
  const pg = await PGlite.create();
  const dump = await pg.dumpDataDir('none');
  await pg.close();
  await mkdir(path.dirname(copy), {recursive: true});
  const part = `${copy}.${process.pid}`;
  try {
    await writeFile(part, new Uint8Array(await dump.arrayBuffer()));
    await rename(part, copy);
  } finally {
    await rm(part, {force: true});
  }
}
