/** Layout of the header of a record batch v2 (Kafka protocol guide, "Record Batch"); everything big-endian. */
export const BATCH = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const;

/** `length` counts from behind itself. */
export const LENGTH_OVERHEAD = 12;
/** The smallest value of `length`: a header without records. */
export const MIN_BATCH_LENGTH = BATCH.records - LENGTH_OVERHEAD;

export const ATTRIBUTE = {codec: 7, logAppendTime: 8, transactional: 16, control: 32} as const;

/** A record batch that breaks the format, or whose checksum is wrong. */
export class CorruptBatch extends Error {
  /** Base offset of the batch. */
  readonly offset: number;

  constructor(offset: number, reason: string) {
    super(reason);
    this.name = 'CorruptBatch';
    this.offset = offset;
  }
}

/** An int64 whose value is a safe integer (offsets, timestamps). */
export function int64At(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 4294967296 + bytes.readUInt32BE(at + 4);
}

/**
 * The offset behind the last complete batch of [start, end), or −1 when there is none. Reads headers only, so that the next fetch can
 * be sent before the records are walked; a broken header ends the scan (the walk will say what is wrong).
 */
export function offsetBehind(bytes: Buffer, start: number, end: number): number {
  let behind = -1;
  for (let at = start; end - at >= BATCH.records;) {
    const length = bytes.readInt32BE(at + BATCH.length);
    if (length < MIN_BATCH_LENGTH || length > end - at - LENGTH_OVERHEAD || bytes[at + BATCH.magic] !== 2) break;
    behind = int64At(bytes, at) + bytes.readInt32BE(at + BATCH.lastOffsetDelta) + 1;
    at += LENGTH_OVERHEAD + length;
  }
  return behind;
}
