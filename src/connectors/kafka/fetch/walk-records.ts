import {CorruptBatch} from './batch-header.ts';
import {MAX_SLAB_RECORDS, type SlabArrays} from './slab-arrays.ts';
import {tailEnd, varintTail, varlongTail} from './varint.ts';

/** The records section of one batch (decompressed where needed) and how far it has been walked. */
export type BatchCursor = {
  bytes: Uint8Array;
  at: number;
  end: number;
  recordsLeft: number;
  baseOffset: number;
  lastOffset: number;
  /** Of every record under log-append time, else what the deltas are added to. */
  timestamp: number;
  logAppendTime: boolean;
};

/**
 * Walks records (format v2) from the cursor on into the slab, until the slab is full or the batch is done; records before `fromOffset`
 * are passed over. The varints are decoded in line, one and two bytes being the rule: a call per field doubles the cost of a record.
 * Throws CorruptBatch; reported positions always lie inside [cursor.at, cursor.end).
 */
export function walkRecords(cursor: BatchCursor, slab: SlabArrays, fromOffset: number): void {
  const {bytes, end, baseOffset, lastOffset, timestamp, logAppendTime} = cursor;
  const {offsets, timestamps, valueStart, valueEnd, keyStart, keyEnd, headersStart, headersEnd} = slab;
  let at = cursor.at;
  let left = cursor.recordsLeft;
  let count = slab.count;
  let previous = count > 0 ? offsets[count - 1]! : -1;
  while (left > 0 && count < MAX_SLAB_RECORDS) {
    let raw = bytes[at++]!;
    if (raw > 127) {
      const second = bytes[at++]!;
      raw = (raw & 127) | ((second & 127) << 7);
      if (second > 127) {
        raw = varintTail(bytes, at, raw);
        at = tailEnd;
      }
    }
    const length = (raw >>> 1) ^ -(raw & 1);
    const recordEnd = at + length;
    if (raw < 0 || length < 6 || recordEnd > end) throw new CorruptBatch(baseOffset, `a record of ${length} bytes does not fit its batch`);
    at++; // attributes

    let delta = bytes[at++]!;
    if (delta > 127) {
      const second = bytes[at++]!;
      delta = (delta & 127) | ((second & 127) << 7);
      if (second > 127) {
        delta = varlongTail(bytes, at, delta);
        at = tailEnd;
      }
    }
    raw = bytes[at++]!;
    if (raw > 127) {
      const second = bytes[at++]!;
      raw = (raw & 127) | ((second & 127) << 7);
      if (second > 127) {
        raw = varintTail(bytes, at, raw);
        at = tailEnd;
      }
    }
    const offset = baseOffset + ((raw >>> 1) ^ -(raw & 1));
    if (raw < 0 || offset < baseOffset || offset > lastOffset || offset <= previous || at >= recordEnd) {
      throw new CorruptBatch(baseOffset, `a record with offset ${offset} after ${previous}`);
    }

    raw = bytes[at++]!;
    if (raw > 127) {
      const second = bytes[at++]!;
      raw = (raw & 127) | ((second & 127) << 7);
      if (second > 127) {
        raw = varintTail(bytes, at, raw);
        at = tailEnd;
      }
    }
    const keyLength = (raw >>> 1) ^ -(raw & 1);
    const key = at;
    if (raw < 0 || keyLength < -1 || keyLength > recordEnd - at)
      throw new CorruptBatch(baseOffset, `a key of ${keyLength} bytes at offset ${offset}`);
    if (keyLength > 0) at += keyLength;

    raw = bytes[at++]!;
    if (raw > 127) {
      const second = bytes[at++]!;
      raw = (raw & 127) | ((second & 127) << 7);
      if (second > 127) {
        raw = varintTail(bytes, at, raw);
        at = tailEnd;
      }
    }
    const valueLength = (raw >>> 1) ^ -(raw & 1);
    const value = at;
    // At least the header count follows.
    if (raw < 0 || valueLength < -1 || valueLength >= recordEnd - at) {
      throw new CorruptBatch(baseOffset, `a value of ${valueLength} bytes at offset ${offset}`);
    }
    if (valueLength > 0) at += valueLength;

    if (offset >= fromOffset) {
      offsets[count] = offset;
      timestamps[count] = logAppendTime ? timestamp : timestamp + (delta % 2 === 0 ? delta / 2 : -(delta + 1) / 2);
      keyStart[count] = keyLength < 0 ? -1 : key;
      keyEnd[count] = keyLength < 0 ? -1 : key + keyLength;
      valueStart[count] = valueLength < 0 ? -1 : value;
      valueEnd[count] = valueLength < 0 ? -1 : value + valueLength;
      const plain = bytes[at] === 0; // no headers
      headersStart[count] = plain ? -1 : at;
      headersEnd[count] = plain ? -1 : recordEnd;
      count++;
    }
    previous = offset;
    at = recordEnd;
    left--;
  }
  if (left === 0 && at !== end) throw new CorruptBatch(baseOffset, `${end - at} bytes behind the last record`);
  cursor.at = at;
  cursor.recordsLeft = left;
  slab.count = count;
}
