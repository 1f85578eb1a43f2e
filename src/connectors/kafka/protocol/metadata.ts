import type {WireReader} from './wire-reader.ts';
import type {WireWriter} from './wire-writer.ts';

export type BrokerAddress = {readonly nodeId: number; readonly host: string; readonly port: number};

/** `leader` is −1 while the partition has none. */
export type PartitionMetadata = {readonly partition: number; readonly error: number; readonly leader: number; readonly leaderEpoch: number};

/** `id` is undefined on brokers before 2.8, which know no topic ids. */
export type TopicMetadata = {
  readonly name: string;
  readonly id: string | undefined;
  readonly error: number;
  readonly partitions: readonly PartitionMetadata[];
};

export type ClusterMetadata = {
  readonly brokers: readonly BrokerAddress[];
  readonly controller: number;
  readonly topics: readonly TopicMetadata[];
};

const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Metadata request v7–v12 for one topic, which is never created by asking. */
export function writeMetadataRequest(writer: WireWriter, version: number, topic: string): void {
  const flexible = version >= 9;
  writer.arrayLength(1, flexible);
  if (version >= 10) writer.uuid(NO_ID);
  writer.string(topic, flexible).noTags(flexible);
  writer.boolean(false); // allow_auto_topic_creation
  if (version >= 8) {
    if (version <= 10) writer.boolean(false); // include_cluster_authorized_operations
    writer.boolean(false); // include_topic_authorized_operations
  }
  writer.noTags(flexible);
}

export function readMetadataResponse(reader: WireReader, version: number): ClusterMetadata {
  const flexible = version >= 9;
  reader.int32(); // throttle
  const brokers: BrokerAddress[] = [];
  for (let count = reader.arrayLength(flexible, 10); count > 0; count--) {
    brokers.push({nodeId: reader.int32(), host: reader.string(flexible), port: reader.int32()});
    reader.nullableString(flexible); // rack
    reader.skipTags(flexible);
  }
  reader.nullableString(flexible); // cluster id
  const controller = reader.int32();
  const topics: TopicMetadata[] = [];
  for (let count = reader.arrayLength(flexible, 5); count > 0; count--) topics.push(readTopic(reader, version));
  return {brokers, controller, topics};
}

function readTopic(reader: WireReader, version: number): TopicMetadata {
  const flexible = version >= 9;
  const error = reader.int16();
  const name = reader.string(flexible);
  const id = version >= 10 ? reader.uuid() : NO_ID;
  reader.boolean(); // internal
  const partitions: PartitionMetadata[] = [];
  for (let count = reader.arrayLength(flexible, 14); count > 0; count--) {
    const partitionError = reader.int16();
    partitions.push({error: partitionError, partition: reader.int32(), leader: reader.int32(), leaderEpoch: reader.int32()});
    for (let list = 0; list < 3; list++) reader.skip(reader.arrayLength(flexible, 4) * 4); // replicas, in sync, offline
    reader.skipTags(flexible);
  }
  if (version >= 8) reader.int32(); // authorized operations
  reader.skipTags(flexible);
  return {name, id: id === NO_ID ? undefined : id, error, partitions: partitions.sort((a, b) => a.partition - b.partition)};
}
