import type {RecordSlab} from '../../connectors/slab-source.ts';
import type {ColumnLocation} from '../../runtime/ring/batch-message.ts';
import type {RingProducer} from '../../runtime/ring/byte-ring.ts';
import {headersToJson} from './record-headers-json.ts';

/** Index of a system column in SYSTEM_COLUMNS. */
const PARTITION = 0;
const OFFSET = 1;
const TIMESTAMP = 2;
const KEY = 3;

const align16 = (n: number): number => (n + 15) & ~15;

/** Upper bound of the bytes that a system column of this slab takes in a region. */
export function systemLeafBytes(index: number, slab: RecordSlab): number {
  const {count} = slab;
  if (index === PARTITION) return align16(count * 4);
  if (index === OFFSET || index === TIMESTAMP) return align16(count * 8);
  let data = 0;
  const [starts, ends] = index === KEY ? [slab.keyStart, slab.keyEnd] : [slab.headersStart, slab.headersEnd];
  // Headers grow as JSON: at most 6 bytes a byte (\u00xx) and what surrounds a pair.
  for (let i = 0; i < count; i++) if (starts[i]! >= 0) data += (ends[i]! - starts[i]!) * (index === KEY ? 1 : 8) + 16;
  return align16(count * 4) * 2 + align16(count) + align16(data) + 16;
}

/**
 * Writes a system column at byte `at` of the ring's memory; `source(row)` is the record of a row. Returns where it lies and where it
 * ends.
 */
export function writeSystemLeaf(
  index: number,
  slab: RecordSlab,
  rows: number,
  source: Int32Array | null,
  ring: RingProducer,
  at: number,
): {location: ColumnLocation; end: number} {
  const none = {scale: 0, validity: 0, starts: 0, ends: 0, dataStart: 0, dataEnd: 0};
  switch (index) {
    case PARTITION: {
      ring.words.fill(slab.partition, at >> 2, (at >> 2) + rows);
      return {location: {...none, form: 'i32', values: at}, end: align16(at + rows * 4)};
    }
    case OFFSET:
    case TIMESTAMP: {
      const from = index === OFFSET ? slab.offsets : slab.timestamps;
      const factor = index === OFFSET ? 1 : 1000;
      const base = at >> 3;
      for (let row = 0; row < rows; row++) ring.doubles[base + row] = from[source === null ? row : source[row]!]! * factor;
      return {location: {...none, form: 'i64n', values: at}, end: align16(at + rows * 8)};
    }
    default:
      return writeRanges(index, slab, rows, source, ring, at);
  }
}

function writeRanges(
  index: number,
  slab: RecordSlab,
  rows: number,
  source: Int32Array | null,
  ring: RingProducer,
  at: number,
): {location: ColumnLocation; end: number} {
  const isKey = index === KEY;
  const starts = at >> 2;
  const ends = align16(at + rows * 4) >> 2;
  const validity = align16((ends << 2) + rows * 4);
  const dataStart = align16(validity + rows);
  let position = 0;
  for (let row = 0; row < rows; row++) {
    const record = source === null ? row : source[row]!;
    const start = isKey ? slab.keyStart[record]! : slab.headersStart[record]!;
    const end = isKey ? slab.keyEnd[record]! : slab.headersEnd[record]!;
    ring.words[starts + row] = position;
    ring.bytes[validity + row] = start < 0 ? 0 : 1;
    if (start >= 0) {
      const value = isKey ? slab.bytes.subarray(start, end) : headersToJson(slab.bytes.subarray(start, end));
      ring.bytes.set(value, dataStart + position);
      position += value.length;
    }
    ring.words[ends + row] = position;
  }
  const location = {
    form: 'bytes',
    scale: 0,
    values: 0,
    validity,
    starts: starts << 2,
    ends: ends << 2,
    dataStart,
    dataEnd: dataStart + position,
  } as const;
  return {location, end: align16(dataStart + position)};
}
