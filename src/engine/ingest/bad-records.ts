/** A record that became no row, on its way to `<stream>$errors`. */
export type BadRecord = {
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly column: string;
  readonly reason: string;
  readonly payload: Uint8Array | null;
};

/** Column and reason are cut to this many bytes together. */
const MAX_TEXT = 256;
const HEAD = 32;

/** Upper bound of `writeBadRecords` for `count` records of `bytes` bytes in all. */
export const badRecordsBound = (count: number, bytes: number): number => count * (HEAD + MAX_TEXT + 8) + bytes + 8;

/**
 * Describes bad records behind the columns of their batch message. They are few, so the form is plain: partition i32 · payload length i32
 * (−1 = NULL) · column length i32 · reason length i32 · offset f64 · timestamp f64 · bytes, 8-aligned. Returns the end.
 */
export function writeBadRecords(records: readonly BadRecord[], memory: ArrayBufferLike, at: number): number {
  const bytes = Buffer.from(memory);
  let position = at;
  for (const record of records) {
    const column = Buffer.from(record.column).subarray(0, MAX_TEXT / 2);
    const reason = Buffer.from(record.reason).subarray(0, MAX_TEXT / 2);
    bytes.writeInt32LE(record.partition, position);
    bytes.writeInt32LE(record.payload?.length ?? -1, position + 4);
    bytes.writeInt32LE(column.length, position + 8);
    bytes.writeInt32LE(reason.length, position + 12);
    bytes.writeDoubleLE(record.offset, position + 16);
    bytes.writeDoubleLE(record.timestamp, position + 24);
    position += HEAD;
    for (const part of [column, reason, record.payload ?? new Uint8Array(0)]) {
      bytes.set(part, position);
      position += part.length;
    }
    position = (position + 7) & ~7;
  }
  return position;
}

/** The `count` bad records at address `at`; payloads are copies. */
export function readBadRecords(memory: ArrayBufferLike, at: number, count: number): BadRecord[] {
  const bytes = Buffer.from(memory);
  const records: BadRecord[] = [];
  let position = at;
  while (records.length < count) {
    const payload = bytes.readInt32LE(position + 4);
    const column = bytes.readInt32LE(position + 8);
    const reason = bytes.readInt32LE(position + 12);
    const start = position + HEAD;
    const payloadStart = start + column + reason;
    records.push({
      partition: bytes.readInt32LE(position),
      offset: bytes.readDoubleLE(position + 16),
      timestamp: bytes.readDoubleLE(position + 24),
      column: bytes.toString('utf8', start, start + column),
      reason: bytes.toString('utf8', start + column, payloadStart),
      payload: payload < 0 ? null : Uint8Array.prototype.slice.call(bytes, payloadStart, payloadStart + payload),
    });
    position = (payloadStart + Math.max(payload, 0) + 7) & ~7;
  }
  return records;
}
