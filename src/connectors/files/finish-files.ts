import path from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {toSqlError} from '../../common/sql-error.ts';
import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import {finishedFile, inProgressFile, namingDirectories, type FileLedger, type LedgerFile} from './file-ledger.ts';
import {missingDirectory} from './missing-directory.ts';
import {settleFiles} from './settle-files.ts';

/** Renames between two turns of the event loop. */
const RENAMES = 16;

/** `finished`: numbers; they need no ledger any more. */
export type FinishedFiles = {readonly finished: readonly number[]; readonly problem: string | undefined};

/**
 * After a checkpoint is committed: its complete files get the names under which they are read. May be done again: a file without a name of
 * before has got its own.
 */
export async function finishFiles(files: FileLayer, ledger: FileLedger): Promise<FinishedFiles> {
  const work = finishing(files, ledger);
  for (;;) {
    const {done, value} = work.next();
    if (done === true) return value;
    await nextTurn();
  }
}

/** What a dropped sink has left behind at a restart: complete files are finished, the others removed. */
export function abandonFiles(files: FileLayer, ledger: FileLedger): string | undefined {
  try {
    settleFiles(files, {...ledger, files: ledger.files.filter(({isComplete}) => isComplete)});
    const work = finishing(files, ledger);
    for (;;) {
      const {done, value} = work.next();
      if (done === true) return value.problem;
    }
  } catch (error) {
    return toSqlError(error).message;
  }
}

/** Renames, then makes the new names durable, then the absence of the old ones; yields where others may have a turn. Does not throw. */
function* finishing(files: FileLayer, ledger: FileLedger): Generator<void, FinishedFiles, void> {
  const complete = ledger.files.filter(({isComplete}) => isComplete);
  if (complete.length === 0) return {finished: [], problem: undefined};
  try {
    // Files are not taken for finished because nothing is to be seen at all.
    if (!files.exists(ledger.path)) throw missingDirectory(ledger.path);
    const renaming = new Renaming(files, ledger);
    for (let from = 0; from < complete.length; from += RENAMES) {
      renaming.rename(complete.slice(from, from + RENAMES));
      yield;
    }
    for (const directory of namingDirectories(ledger, renaming.renamed)) {
      // Whoever takes finished files away may have taken their directory too.
      if (files.exists(directory)) files.syncDirectory(directory);
      yield;
    }
    files.syncDirectory(ledger.path);
    return {finished: renaming.renamed.map(({number}) => number), problem: renaming.problem};
  } catch (error) {
    return {finished: [], problem: toSqlError(error).message};
  }
}

/** Gives files their names; one that cannot have it does not keep the others from theirs. */
class Renaming {
  readonly renamed: LedgerFile[] = [];
  problem: string | undefined;
  readonly #files: FileLayer;
  readonly #ledger: FileLedger;
  readonly #made = new Set<string>();
  readonly #refused = new Set<string>();

  constructor(files: FileLayer, ledger: FileLedger) {
    this.#files = files;
    this.#ledger = ledger;
  }

  rename(complete: readonly LedgerFile[]): void {
    for (const file of complete) {
      const to = finishedFile(this.#ledger, file);
      const directory = path.dirname(to);
      if (this.#refused.has(directory)) continue;
      try {
        this.#one(inProgressFile(this.#ledger, file.number), to, directory);
        this.renamed.push(file);
      } catch (error) {
        this.#refused.add(directory);
        this.problem = toSqlError(error).message;
      }
    }
  }

  #one(from: string, to: string, directory: string): void {
    if (!this.#files.exists(from)) return;
    if (!this.#made.has(directory)) this.#files.makeDirectory(directory, 0o777);
    this.#made.add(directory);
    this.#files.rename(from, to);
  }
}
