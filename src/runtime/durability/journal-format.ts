import {crc32} from 'node:zlib';
import {sqlError} from '../../common/sql-error.ts';

/**
 * A journal file. Little endian.
 *   header (64 bytes): magic 8 · format u32 · file number u32 · checksum of these u32 · padding · at 32: durable mark f64 and its checksum u32
 *   record: payload length u32 · checksum u32 (over length and payload) · payload
 * The durable mark says up to which byte the file was known to be synced; it is rewritten after each sync. Below it every record must be
 * whole; beyond it a torn tail is the trace of a crash and is cut.
 */
export const JOURNAL_MAGIC = 'MILLRJNL';
export const JOURNAL_FORMAT = 2;
export const JOURNAL_HEADER = 64;
export const RECORD_HEADER = 8;
const MARK_AT = 32;
const isPadding = (byte: number): boolean => (byte >= 20 && byte < MARK_AT) || byte >= MARK_AT + 12;

export function journalHeader(number: number): Uint8Array {
  const bytes = new Uint8Array(JOURNAL_HEADER);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(JOURNAL_MAGIC, 'latin1'));
  view.setUint32(8, JOURNAL_FORMAT, true);
  view.setUint32(12, number, true);
  view.setUint32(16, crc32(bytes.subarray(0, 16)), true);
  bytes.set(durableMark(JOURNAL_HEADER), MARK_AT);
  return bytes;
}

export function durableMark(position: number): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, position, true);
  view.setUint32(8, crc32(bytes.subarray(0, 8)), true);
  return bytes;
}

export const DURABLE_MARK_AT = MARK_AT;

/** Checksum of a record whose header and payload lie at the start of `record`. */
export function recordChecksum(record: Uint8Array): number {
  return crc32(record.subarray(RECORD_HEADER), crc32(record.subarray(0, 4)));
}

export function corrupted(file: string, byte: number, what: string): Error {
  return sqlError('data_corrupted', `journal file "${file}" is damaged at byte ${byte}: ${what}`, {
    hint: 'Restore the data directory from a copy; nothing of it was changed.',
  });
}

export type JournalContent = {
  readonly number: number;
  /** Byte ranges of the payloads in `bytes`. */
  readonly records: readonly {readonly start: number; readonly end: number}[];
  readonly bytes: Uint8Array;
  /** End of the last whole record. */
  readonly end: number;
  /** Bytes after `end` that a crash left incomplete. */
  readonly torn: number;
};

/** Checks and locates every record of journal file `number`. Throws data_corrupted for damage that no crash explains. */
export function parseJournal(file: string, bytes: Uint8Array, number: number): JournalContent {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < JOURNAL_HEADER) throw corrupted(file, bytes.length, 'the header is incomplete');
  if (Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== JOURNAL_MAGIC) throw corrupted(file, 0, 'it is not a journal');
  if (view.getUint32(16, true) !== crc32(bytes.subarray(0, 16))) throw corrupted(file, 8, 'the header checksum does not match');
  const format = view.getUint32(8, true);
  if (format !== JOURNAL_FORMAT)
    throw sqlError('feature_not_supported', `journal file "${file}" has format ${format}, this version reads format ${JOURNAL_FORMAT}`, {
      hint: `Start ${format > JOURNAL_FORMAT ? 'a newer' : 'the older'} version of Millrace.`,
    });
  if (view.getUint32(12, true) !== number) throw corrupted(file, 12, `it is file ${view.getUint32(12, true)} under another name`);
  // A sector is written whole or not at all, so no crash explains half of a mark.
  if (view.getUint32(MARK_AT + 8, true) !== crc32(bytes.subarray(MARK_AT, MARK_AT + 8)))
    throw corrupted(file, MARK_AT, 'the mark of what was synced does not match its checksum');
  const padding = bytes.subarray(0, JOURNAL_HEADER).findIndex((byte, i) => byte !== 0 && isPadding(i));
  if (padding >= 0) throw corrupted(file, padding, 'the header holds something unknown');
  const durable = view.getFloat64(MARK_AT, true);
  const records: {start: number; end: number}[] = [];
  let at = JOURNAL_HEADER;
  for (;;) {
    const left = bytes.length - at;
    if (left === 0) break;
    const length = left >= RECORD_HEADER ? view.getUint32(at, true) : -1;
    const whole =
      length >= 0 &&
      length <= left - RECORD_HEADER &&
      recordChecksum(bytes.subarray(at, at + RECORD_HEADER + length)) === view.getUint32(at + 4, true);
    if (!whole) break;
    records.push({start: at + RECORD_HEADER, end: at + RECORD_HEADER + length});
    at += RECORD_HEADER + length;
  }
  if (at < durable)
    throw corrupted(
      file,
      at,
      at >= bytes.length ? `${durable - at} bytes that were written are missing` : 'a record does not match its checksum',
    );
  return {number, records, bytes, end: at, torn: bytes.length - at};
}
