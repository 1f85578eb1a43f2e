import {nodeFiles} from '../../runtime/durability/file-layer.ts';
import {Journal, type JournalPosition} from '../../runtime/durability/journal.ts';
import {decodeStepRecord} from '../../runtime/durability/step-record.ts';
import type {EngineServices} from '../services.ts';

/** The DDL entries of the journal, with where each one ends. Cuts a torn tail, and says so in the log. */
export function journalledDdl(directory: string, log: EngineServices['log']): {readonly ddl: string; readonly position: JournalPosition}[] {
  const torn = (file: string, bytes: number): void =>
    log('warn', 'the journal ended in the middle of a record: its unsynced tail was cut', {file, bytes});
  return Journal.read(nodeFiles, directory, 0, torn).flatMap(({number, bytes, records}) =>
    records.flatMap(({start, end}) => {
      const {ddl} = decodeStepRecord(bytes.subarray(start, end));
      return ddl === null ? [] : [{ddl, position: {file: number, byte: end}}];
    }),
  );
}
