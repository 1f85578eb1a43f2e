import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import {inProgressFile, inProgressNumber, type FileLedger} from './file-ledger.ts';
import {missingDirectory} from './missing-directory.ts';

/** Numbers of files. */
export type Settled = {
  /** Their bytes are not there any more. */
  readonly lost: readonly number[];
  /** They had more bytes than the ledger counts. */
  readonly cut: readonly number[];
};

/**
 * Brings the files in progress to where the ledger has them: what lies behind is cut off, files that it does not name are removed. Throws
 * while the directory that they lie in is not to be found.
 */
export function settleFiles(files: FileLayer, ledger: FileLedger): Settled {
  // Complete files may be finished already.
  const expected = new Set(ledger.files.filter(file => file.length > 0 && !file.isComplete).map(({number}) => number));
  const cut: number[] = [];
  if (!files.exists(ledger.path)) {
    if (expected.size === 0) return {lost: [], cut};
    throw missingDirectory(ledger.path);
  }
  const lengths = new Map(ledger.files.map(({number, length}) => [number, length]));
  for (const name of files.list(ledger.path)) {
    const number = inProgressNumber(ledger, name);
    if (number === undefined) continue;
    const length = lengths.get(number);
    if (length === undefined) {
      files.remove(inProgressFile(ledger, number));
      continue;
    }
    const excess = cutOff(files, inProgressFile(ledger, number), length);
    if (excess > 0) cut.push(number);
    if (excess >= 0) expected.delete(number);
  }
  return {lost: [...expected], cut};
}

/** How many bytes the file had beyond that length, to which it is cut. */
function cutOff(files: FileLayer, path: string, length: number): number {
  const file = files.open(path, 'append');
  try {
    const excess = file.size() - length;
    if (excess > 0) file.truncate(length);
    return excess;
  } finally {
    file.close();
  }
}
