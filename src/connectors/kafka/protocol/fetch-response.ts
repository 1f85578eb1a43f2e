import type {WireReader} from './wire-reader.ts';

/** A transaction that was aborted: its records from `firstOffset` on are to be dropped up to its abort marker. */
export type AbortedTransaction = {readonly producerId: bigint; readonly firstOffset: number};

/** One partition of a Fetch response; its record batches are the bytes [start, end) of the response. */
export type FetchedPartition = {
  readonly partition: number;
  readonly error: number;
  readonly highWatermark: number;
  /** −1 when the broker did not tell. */
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly start: number;
  readonly end: number;
};

export type FetchResponse = {readonly throttleMs: number; readonly error: number; readonly partitions: readonly FetchedPartition[]};

const NO_TRANSACTIONS: readonly AbortedTransaction[] = [];

/** Fetch response v11–v16 for a request with one topic. */
export function readFetchResponse(reader: WireReader, version: number): FetchResponse {
  const flexible = version >= 12;
  const throttleMs = reader.int32();
  const error = reader.int16();
  reader.int32(); // session id
  const partitions: FetchedPartition[] = [];
  for (let topics = reader.arrayLength(flexible, 5); topics > 0; topics--) {
    if (version >= 13) reader.skip(16);
    else reader.nullableString(flexible);
    for (let count = reader.arrayLength(flexible, 30); count > 0; count--) partitions.push(readPartition(reader, flexible));
    reader.skipTags(flexible);
  }
  reader.skipTags(flexible);
  return {throttleMs, error, partitions};
}

function readPartition(reader: WireReader, flexible: boolean): FetchedPartition {
  const partition = reader.int32();
  const error = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = reader.int64();
  const logStartOffset = reader.int64();
  let aborted = NO_TRANSACTIONS;
  const abortedCount = reader.arrayLength(flexible, 16);
  if (abortedCount > 0) {
    const list: AbortedTransaction[] = [];
    for (let i = 0; i < abortedCount; i++) {
      list.push({producerId: reader.bigint64(), firstOffset: reader.int64()});
      reader.skipTags(flexible);
    }
    aborted = list;
  }
  reader.int32(); // preferred read replica
  const length = Math.max(0, flexible ? reader.varint() - 1 : reader.int32());
  const start = reader.position;
  reader.skip(length);
  reader.skipTags(flexible);
  return {partition, error, highWatermark, lastStableOffset, logStartOffset, aborted, start, end: start + length};
}
