import {unreachable} from '../../common/unreachable.ts';
import type {Column, ColumnForm} from '../batch/column.ts';
import {payloadOf, type RingConsumer, type RingProducer} from './byte-ring.ts';

/** Message kinds of the ring from ingest to dataflow. */
export const MESSAGE_BATCH = 1;
export const MESSAGE_MARKER = 2;

/** Where a column lies in the ring's memory: byte addresses; 0 = absent. `dataStart/dataEnd` bound the buffer that bytes ranges point into. */
export type ColumnLocation = {
  readonly form: ColumnForm;
  readonly scale: number;
  readonly values: number;
  readonly validity: number;
  readonly starts: number;
  readonly ends: number;
  readonly dataStart: number;
  readonly dataEnd: number;
};

/** What a batch message says beside its columns. Rows are records of one partition in offset order. */
export type BatchHeader = {
  readonly reader: number;
  readonly partition: number;
  readonly rows: number;
  /** Where the partition goes on after this batch, also past filtered and bad records. */
  readonly nextOffset: number;
  /** End of the partition as of the fetch: last stable offset under read_committed. */
  readonly endOffset: number;
  /** Bytes of the records, for metrics. */
  readonly sourceBytes: number;
  /** Records that became no row, and the address where they are described (engine/ingest/bad-records.ts). */
  readonly badRecords: number;
  readonly badRecordsAt: number;
};

const FORMS: readonly ColumnForm[] = ['u8', 'i32', 'f64', 'i64n', 'i64w', 'dec', 'bytes'];
const DESCRIPTOR_WORDS = 8;
const DOUBLES_AT = 8;

/** Bytes that the column descriptors take at the start of the payload; the columns' own bytes may follow. */
export const descriptorBytes = (columns: number): number => Math.ceil((columns * DESCRIPTOR_WORDS * 4) / 64) * 64;

/** Fills header and descriptors of a reserved region; the caller has placed the columns and commits. null = column not materialised. */
export function writeBatchMessage(
  ring: RingProducer,
  address: number,
  header: BatchHeader,
  columns: readonly (ColumnLocation | null)[],
): void {
  const {words, doubles} = ring;
  const at = address >> 2;
  words[at + 2] = header.reader;
  words[at + 3] = header.partition;
  words[at + 4] = header.rows;
  words[at + 5] = columns.length;
  words[at + 6] = header.badRecords;
  words[at + 7] = header.badRecordsAt;
  const d = (at + DOUBLES_AT) >> 1;
  doubles[d] = header.nextOffset;
  doubles[d + 1] = header.endOffset;
  doubles[d + 2] = header.sourceBytes;
  let w = payloadOf(address) >> 2;
  for (const column of columns) {
    if (column === null) words[w] = 0;
    else {
      words[w] = FORMS.indexOf(column.form) + 1;
      words[w + 1] = column.scale;
      words[w + 2] = column.values;
      words[w + 3] = column.validity;
      words[w + 4] = column.starts;
      words[w + 5] = column.ends;
      words[w + 6] = column.dataStart;
      words[w + 7] = column.dataEnd;
    }
    w += DESCRIPTOR_WORDS;
  }
}

export function readBatchHeader(ring: RingConsumer, address: number): BatchHeader {
  const {words, doubles} = ring;
  const at = address >> 2;
  const d = (at + DOUBLES_AT) >> 1;
  return {
    reader: words[at + 2]!,
    partition: words[at + 3]!,
    rows: words[at + 4]!,
    nextOffset: doubles[d]!,
    endOffset: doubles[d + 1]!,
    sourceBytes: doubles[d + 2]!,
    badRecords: words[at + 6]!,
    badRecordsAt: words[at + 7]!,
  };
}

/** Typed-array views on the columns of the message at `address`; valid until the region is released. */
export function readBatchColumns(ring: RingConsumer, address: number): (Column | null)[] {
  const {words} = ring;
  const memory = ring.bytes.buffer;
  const rows = words[(address >> 2) + 4]!;
  const count = words[(address >> 2) + 5]!;
  const columns: (Column | null)[] = [];
  for (let i = 0, w = payloadOf(address) >> 2; i < count; i++, w += DESCRIPTOR_WORDS) {
    const code = words[w]!;
    columns.push(code === 0 ? null : viewColumn(FORMS[code - 1]!, memory, words, w, rows));
  }
  return columns;
}

function viewColumn(form: ColumnForm, memory: ArrayBufferLike, words: Int32Array, w: number, rows: number): Column {
  const at = words[w + 2]!;
  const validity = words[w + 3] === 0 ? null : new Uint8Array(memory, words[w + 3]!, rows);
  switch (form) {
    case 'u8':
      return {form, values: new Uint8Array(memory, at, rows), validity};
    case 'i32':
      return {form, values: new Int32Array(memory, at, rows), validity};
    case 'f64':
    case 'i64n':
      return {form, values: new Float64Array(memory, at, rows), validity};
    case 'i64w':
      return {form, values: new BigInt64Array(memory, at, rows), validity};
    case 'dec':
      return {form, values: new Float64Array(memory, at, rows), scale: words[w + 1]!, validity};
    case 'bytes': {
      const dataStart = words[w + 6]!;
      const data = new Uint8Array(memory, dataStart, words[w + 7]! - dataStart);
      return {form, starts: new Int32Array(memory, words[w + 4]!, rows), ends: new Int32Array(memory, words[w + 5]!, rows), data, validity};
    }
    default:
      return unreachable(form);
  }
}
