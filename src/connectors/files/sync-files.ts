import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import {inProgressFile, namingDirectories, type FileLedger} from './file-ledger.ts';
import {missingDirectory} from './missing-directory.ts';

/** Syncs under way at once. */
const TOGETHER = 8;

/** Files that somebody has removed while they were in progress. */
export type SyncedFiles = {readonly gone: readonly number[]};

/**
 * Before a checkpoint may be committed: the bytes that its ledger counts are durable. Throws when that cannot be done now, for instance
 * while the directory is not there.
 */
export async function syncFiles(files: FileLayer, ledger: FileLedger): Promise<SyncedFiles> {
  const gone: number[] = [];
  const unsynced = ledger.files.filter(({length, synced}) => length > synced);
  const isThere = files.exists(ledger.path);
  if (unsynced.length > 0 && !isThere) throw missingDirectory(ledger.path);
  if (!isThere) return {gone};
  for (const {number, length, synced, isComplete} of ledger.files)
    if (!isComplete && length > 0 && length <= synced && !files.exists(inProgressFile(ledger, number))) gone.push(number);
  if (unsynced.length === 0) return {gone};
  for (let from = 0; from < unsynced.length; from += TOGETHER)
    await Promise.all(
      unsynced.slice(from, from + TOGETHER).map(async ({number}) => {
        if (!(await syncFile(files, inProgressFile(ledger, number)))) gone.push(number);
      }),
    );
  // Files that have their names already must not lose the old ones first.
  const named = ledger.files.filter(({number, isComplete}) => isComplete && !files.exists(inProgressFile(ledger, number)));
  for (const directory of namingDirectories(ledger, named)) if (files.exists(directory)) files.syncDirectory(directory);
  files.syncDirectory(ledger.path);
  return {gone};
}

/** Whether it is there. */
async function syncFile(files: FileLayer, name: string): Promise<boolean> {
  if (!files.exists(name)) return false;
  const file = files.open(name, 'append');
  try {
    await file.syncSoon();
    return true;
  } finally {
    file.close();
  }
}
