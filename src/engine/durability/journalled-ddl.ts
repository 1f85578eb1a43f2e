import type {JournalPosition} from '../../runtime/durability/journal.ts';
import type {JournalContent} from '../../runtime/durability/journal-format.ts';
import {decodeStepRecord} from '../../runtime/durability/step-record.ts';

/** The DDL entries of the journal, with where each one ends. */
export function journalledDdl(contents: readonly JournalContent[]): {readonly ddl: string; readonly position: JournalPosition}[] {
  return contents.flatMap(({number, bytes, records}) =>
    records.flatMap(({start, end}) => {
      const {ddl} = decodeStepRecord(bytes.subarray(start, end));
      return ddl === null ? [] : [{ddl, position: {file: number, byte: end}}];
    }),
  );
}
