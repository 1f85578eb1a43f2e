import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import {sqlError} from '../../common/sql-error.ts';

/** Where everything durable of one server lies. Held exclusively: the lock goes with the process, however it ends. */
export type DataDirectory = {
  readonly path: string;
  readonly journal: string;
  readonly segments: string;
  readonly database: string;
  release(): void;
};

/** Opens or creates a data directory and locks it; throws when another server holds it, saying which. */
export function openDataDirectory(directory: string): DataDirectory {
  const root = path.resolve(directory);
  const journal = path.join(root, 'journal');
  const segments = path.join(root, 'segments');
  try {
    for (const dir of [root, journal, segments]) fs.mkdirSync(dir, {recursive: true, mode: 0o700});
  } catch (error) {
    throw sqlError('io_error', `could not create data directory "${root}": ${(error as Error).message}`);
  }
  const holder = path.join(root, 'server.json');
  const lock = new Database(path.join(root, 'lock.db'), {timeout: 0});
  try {
    lock.pragma('journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw sqlError('object_in_use', `data directory "${root}" is in use by another server${describeHolder(holder)}`, {
      hint: 'Stop that server first, or give this one another --data-dir.',
    });
  }
  fs.writeFileSync(holder, JSON.stringify({pid: process.pid, since: new Date().toISOString()}));
  return {
    path: root,
    journal,
    segments,
    database: path.join(root, 'millrace.db'),
    release: () => {
      lock.exec('ROLLBACK');
      lock.close();
      fs.rmSync(holder, {force: true});
    },
  };
}

function describeHolder(file: string): string {
  try {
    const {pid, since} = JSON.parse(fs.readFileSync(file, 'utf8')) as {pid: number; since: string};
    return ` (process ${pid}, since ${since})`;
  } catch {
    return '';
  }
}
