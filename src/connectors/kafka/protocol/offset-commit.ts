import type {WireReader} from './wire-reader.ts';
import type {WireWriter} from './wire-writer.ts';

/** FindCoordinator v1–v2 for a consumer group. */
export function writeFindCoordinator(writer: WireWriter, group: string): void {
  writer.string(group, false).int8(0);
}

export function readFindCoordinator(reader: WireReader): {error: number; nodeId: number; host: string; port: number} {
  reader.int32(); // throttle
  const error = reader.int16();
  reader.nullableString(false); // message
  return {error, nodeId: reader.int32(), host: reader.string(false), port: reader.int32()};
}

export type OffsetCommitRequest = {
  readonly group: string;
  readonly topic: string;
  /** Next offset to read, per partition. */
  readonly offsets: readonly {readonly partition: number; readonly offset: number}[];
};

/** OffsetCommit v5–v7 outside of any group membership: only the group's stored offsets change. */
export function writeOffsetCommit(writer: WireWriter, version: number, request: OffsetCommitRequest): void {
  writer.string(request.group, false).int32(-1).string('', false);
  if (version >= 7) writer.nullableString(null, false); // group instance
  writer.int32(1).string(request.topic, false).int32(request.offsets.length);
  for (const {partition, offset} of request.offsets) {
    writer.int32(partition).int64(offset);
    if (version >= 6) writer.int32(-1); // leader epoch
    writer.nullableString(null, false); // metadata
  }
}

/** The error code of each partition. */
export function readOffsetCommit(reader: WireReader): {partition: number; error: number}[] {
  reader.int32(); // throttle
  const results: {partition: number; error: number}[] = [];
  for (let topics = reader.arrayLength(false, 6); topics > 0; topics--) {
    reader.string(false);
    for (let count = reader.arrayLength(false, 6); count > 0; count--) results.push({partition: reader.int32(), error: reader.int16()});
  }
  return results;
}
