import {isolationLevel, type Isolation} from './list-offsets.ts';
import type {WireWriter} from './wire-writer.ts';

/** Later versions name the topic by its id only. */
export const LAST_VERSION_BY_NAME = 12;

export type FetchPartition = {readonly partition: number; readonly offset: number; readonly leaderEpoch: number};

export type FetchRequest = {
  readonly topic: string;
  /** Needed from v13 on. */
  readonly topicId: string | undefined;
  readonly isolation: Isolation;
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly partitionMaxBytes: number;
  readonly partitions: readonly FetchPartition[];
};

/**
 * Fetch request v11–v16. Every request is a full one (session id 0, epoch −1). An incremental session would be kept per
 * connection and would send here only the partitions whose offset changed; it pays off from some hundred partitions per broker on.
 */
export function writeFetchRequest(writer: WireWriter, version: number, request: FetchRequest): void {
  const flexible = version >= 12;
  if (version <= 14) writer.int32(-1); // not a replica; a tagged field later
  writer.int32(request.maxWaitMs).int32(1).int32(request.maxBytes);
  writer.int8(isolationLevel(request.isolation));
  writer.int32(0).int32(-1); // session id, session epoch
  writer.arrayLength(1, flexible);
  if (version >= 13) writer.uuid(request.topicId ?? '');
  else writer.string(request.topic, flexible);
  writer.arrayLength(request.partitions.length, flexible);
  for (const {partition, offset, leaderEpoch} of request.partitions) {
    writer.int32(partition).int32(leaderEpoch).int64(offset);
    if (version >= 12) writer.int32(-1); // last fetched epoch
    writer.int64(-1).int32(request.partitionMaxBytes).noTags(flexible); // log start offset is for replicas
  }
  writer.noTags(flexible);
  writer.arrayLength(0, flexible); // forgotten topics
  writer.string('', flexible); // rack
  writer.noTags(flexible);
}
