import path from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {toSqlError} from '../../common/sql-error.ts';
import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import {directoriesOf, finishedFile, inProgressFile, type FileLedger, type LedgerFile} from './file-ledger.ts';
import {missingDirectory} from './missing-directory.ts';
import {settleFiles} from './settle-files.ts';

/** Syncs under way at once. */
const TOGETHER = 8;
/** Renames between two turns of the event loop. */
const RENAMES = 16;

/** Files that somebody has removed while they were in progress. */
export type SyncedFiles = {readonly gone: readonly number[]};

/**
 * Before a checkpoint may be committed: the bytes that its ledger counts are durable. Throws when that cannot be done now, for instance
 * while the directory is not there.
 */
export async function syncFiles(files: FileLayer, ledger: FileLedger): Promise<SyncedFiles> {
  const gone: number[] = [];
  const unsynced = ledger.files.filter(({length, synced}) => length > synced);
  if (unsynced.length === 0) return {gone};
  if (!files.exists(ledger.path)) throw missingDirectory(ledger.path);
  for (let from = 0; from < unsynced.length; from += TOGETHER)
    await Promise.all(
      unsynced.slice(from, from + TOGETHER).map(async ({number}) => {
        const name = inProgressFile(ledger, number);
        if (!files.exists(name)) return void gone.push(number);
        const file = files.open(name, 'append');
        try {
          await file.syncSoon();
        } finally {
          file.close();
        }
      }),
    );
  // Files that have their names already must not lose the old ones first.
  syncDirectories(
    files,
    ledger,
    ledger.files.filter(({number, isComplete}) => isComplete && !files.exists(inProgressFile(ledger, number))),
  );
  files.syncDirectory(ledger.path);
  return {gone};
}

/** `finished`: numbers; they need no ledger any more. */
export type FinishedFiles = {readonly finished: readonly number[]; readonly problem: string | undefined};

/**
 * After a checkpoint is committed: its complete files get the names under which they are read. May be done again: a file without a name of
 * before has got its own.
 */
export async function finishFiles(files: FileLayer, ledger: FileLedger): Promise<FinishedFiles> {
  const renaming = new Renaming(files, ledger);
  const complete = ledger.files.filter(({isComplete}) => isComplete);
  for (let from = 0; from < complete.length; from += RENAMES) {
    if (from > 0) await nextTurn();
    renaming.rename(complete.slice(from, from + RENAMES));
  }
  return renaming.end();
}

/** What a dropped sink has left behind at a restart: complete files are finished, the others removed. */
export function abandonFiles(files: FileLayer, ledger: FileLedger): string | undefined {
  try {
    const complete = ledger.files.filter(({isComplete}) => isComplete);
    settleFiles(files, {...ledger, files: complete});
    const renaming = new Renaming(files, ledger);
    renaming.rename(complete);
    return renaming.end().problem;
  } catch (error) {
    return toSqlError(error).message;
  }
}

/** Gives files their names; one that cannot have it does not keep the others from theirs. */
class Renaming {
  readonly #files: FileLayer;
  readonly #ledger: FileLedger;
  readonly #done: LedgerFile[] = [];
  readonly #made = new Set<string>();
  readonly #refused = new Set<string>();
  #problem: string | undefined;

  constructor(files: FileLayer, ledger: FileLedger) {
    this.#files = files;
    this.#ledger = ledger;
  }

  rename(complete: readonly LedgerFile[]): void {
    // Files are not taken for finished because nothing is to be seen at all.
    if (complete.length > 0 && !this.#files.exists(this.#ledger.path)) {
      this.#problem = toSqlError(missingDirectory(this.#ledger.path)).message;
      return;
    }
    for (const file of complete) {
      const to = finishedFile(this.#ledger, file);
      const directory = path.dirname(to);
      if (this.#refused.has(directory)) continue;
      try {
        this.#one(inProgressFile(this.#ledger, file.number), to, directory);
        this.#done.push(file);
      } catch (error) {
        this.#refused.add(directory);
        this.#problem = toSqlError(error).message;
      }
    }
  }

  #one(from: string, to: string, directory: string): void {
    if (!this.#files.exists(from)) return;
    if (!this.#made.has(directory)) this.#files.makeDirectory(directory, 0o777);
    this.#made.add(directory);
    this.#files.rename(from, to);
  }

  end(): FinishedFiles {
    try {
      syncDirectories(this.#files, this.#ledger, this.#done);
      if (this.#done.length > 0) this.#files.syncDirectory(this.#ledger.path);
      return {finished: this.#done.map(({number}) => number), problem: this.#problem};
    } catch (error) {
      return {finished: [], problem: toSqlError(error).message};
    }
  }
}

/** Makes the names of finished files durable, but in the sink's own directory: what lies below first. Whoever takes finished files away may have taken their directory too. */
function syncDirectories(files: FileLayer, ledger: FileLedger, finished: readonly LedgerFile[]): void {
  const directories = new Set(finished.flatMap(({directory}) => directoriesOf(ledger, directory).slice(1)));
  for (const directory of [...directories].sort((a, b) => depth(b) - depth(a))) if (files.exists(directory)) files.syncDirectory(directory);
}

const depth = (directory: string): number => directory.split(path.sep).length;
