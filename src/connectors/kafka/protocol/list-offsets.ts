import type {WireReader} from './wire-reader.ts';
import type {WireWriter} from './wire-writer.ts';

/** What to ask for: the end (high watermark, or last stable offset under read_committed), the start, or a time in ms. */
export const LATEST = -1;
export const EARLIEST = -2;

export type Isolation = 'read_committed' | 'read_uncommitted';

export type PartitionOffset = {readonly partition: number; readonly error: number; readonly offset: number; readonly timestamp: number};

export type ListOffsetsRequest = {
  readonly topic: string;
  readonly isolation: Isolation;
  readonly partitions: readonly {readonly partition: number; readonly timestamp: number}[];
};

/** ListOffsets request v4–v7. */
export function writeListOffsetsRequest(writer: WireWriter, version: number, request: ListOffsetsRequest): void {
  const flexible = version >= 6;
  writer.int32(-1); // not a replica
  writer.int8(isolationLevel(request.isolation));
  writer.arrayLength(1, flexible).string(request.topic, flexible);
  writer.arrayLength(request.partitions.length, flexible);
  for (const {partition, timestamp} of request.partitions) {
    writer.int32(partition).int32(-1).int64(timestamp).noTags(flexible); // no leader epoch
  }
  writer.noTags(flexible).noTags(flexible);
}

/** `offset` is −1 when no record is as young as the time that was asked for. */
export function readListOffsetsResponse(reader: WireReader, version: number): PartitionOffset[] {
  const flexible = version >= 6;
  reader.int32(); // throttle
  const offsets: PartitionOffset[] = [];
  for (let topics = reader.arrayLength(flexible, 5); topics > 0; topics--) {
    reader.string(flexible);
    for (let count = reader.arrayLength(flexible, 26); count > 0; count--) {
      const partition = reader.int32();
      const error = reader.int16();
      const timestamp = reader.int64();
      offsets.push({partition, error, timestamp, offset: reader.int64()});
      reader.int32(); // leader epoch
      reader.skipTags(flexible);
    }
    reader.skipTags(flexible);
  }
  return offsets;
}

export function isolationLevel(isolation: Isolation): number {
  return isolation === 'read_committed' ? 1 : 0;
}
