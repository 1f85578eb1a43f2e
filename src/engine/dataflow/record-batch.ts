import type {Batch} from '../../runtime/batch/batch.ts';
import type {Column} from '../../runtime/batch/column.ts';
import {columnBytes, copyColumn, sliceColumn} from '../../runtime/batch/slice-columns.ts';
import type {BatchHeader} from '../../runtime/ring/batch-message.ts';
import type {BadRecord} from '../ingest/bad-records.ts';
import {rowsBelow} from './rows-below.ts';

/** A decoded slab: columns by the reader's leaves (null = not decoded), and what could not be decoded. */
export type RecordBatch = {readonly header: BatchHeader; readonly columns: readonly (Column | null)[]; readonly bad: readonly BadRecord[]};

/** Stands for a column that nobody asked for; reading it is a defect and fails at once. */
const ABSENT: Column = Object.freeze({form: 'u8', values: new Uint8Array(0), validity: null});

/** A decoded slab as a batch; columns that were not decoded are absent. */
export function batchOf({header, columns}: RecordBatch): Batch {
  return {length: header.rows, columns: columns.map(column => column ?? ABSENT), weights: null};
}

/** The same in memory of its own: it outlives the ring's. */
export function copyRecords({header, columns, bad}: RecordBatch): RecordBatch {
  return {header, columns: columns.map(column => column && copyColumn(column, header.rows)), bad};
}

/** Bytes that the columns take, roughly. */
export const recordBytes = ({columns, header}: RecordBatch): number =>
  columns.reduce((sum, column) => sum + (column === null ? 0 : columnBytes(column)), header.badRecords * 256);

/**
 * What lies before an offset inside the slab, and the rest; both are views on it. Records that are not there (compacted away, markers of
 * transactions) belong to the part that their offsets say.
 */
export function splitRecords(records: RecordBatch, offset: number, offsetLeaf: number): readonly [RecordBatch, RecordBatch] {
  const {header, columns, bad} = records;
  const row = rowsBelow(records, offsetLeaf, offset);
  const badBefore = bad.filter(record => record.offset < offset);
  const badAfter = bad.filter(record => record.offset >= offset);
  const all = header.rows + bad.length;
  const bytesBefore = all === 0 ? 0 : Math.round((header.sourceBytes * (row + badBefore.length)) / all);
  const before: BatchHeader = {...header, rows: row, badRecords: badBefore.length, nextOffset: offset, sourceBytes: bytesBefore};
  const after: BatchHeader = {
    ...header,
    rows: header.rows - row,
    badRecords: badAfter.length,
    sourceBytes: header.sourceBytes - bytesBefore,
  };
  return [
    {header: before, columns: columns.map(column => column && sliceColumn(column, 0, row)), bad: badBefore},
    {header: after, columns: columns.map(column => column && sliceColumn(column, row, header.rows)), bad: badAfter},
  ];
}
