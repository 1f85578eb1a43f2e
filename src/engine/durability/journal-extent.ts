import {sqlError} from '../../common/sql-error.ts';
import type {JournalContent} from '../../runtime/durability/journal-format.ts';
import {numberedFile} from '../../runtime/durability/file-layer.ts';
import type {MetaStore} from './meta-store.ts';

/**
 * Whether the journal reaches from the last checkpoint (the beginning, without one) to what the catalog has of it. Its files are known to
 * follow each other; throws data_corrupted where one at either end is missing, for what it told would be missing silently.
 */
export function assertJournalExtent(past: readonly JournalContent[], meta: MetaStore, directory: string): void {
  const missing = (file: number): Error =>
    sqlError('data_corrupted', `journal file "${numberedFile(directory, file, 'journal')}" is missing`, {
      hint: 'Restore the data directory from a copy; nothing of it was changed.',
    });
  const manifest = meta.manifest();
  const catalog = meta.catalogPosition();
  if (past.length === 0 && manifest === undefined && catalog.file === 0) return;
  const start = manifest?.journalFile ?? 1;
  const [first, last] = [past[0]?.number ?? Infinity, past.at(-1)?.number ?? 0];
  if (first > start || last < start) throw missing(start);
  const end = past.find(({number}) => number === catalog.file)?.end;
  if (catalog.file > last) throw missing(catalog.file);
  if (end !== undefined && end < catalog.byte)
    throw sqlError('data_corrupted', `journal file "${numberedFile(directory, catalog.file, 'journal')}" ends before what was read of it`);
}
