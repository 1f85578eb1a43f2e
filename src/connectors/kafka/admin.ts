import {setTimeout as sleep} from 'node:timers/promises';
import type {PartitionPosition} from '../slab-source.ts';
import {BackOff} from './connection/back-off.ts';
import {BrokerRefused} from './connection/broker-error.ts';
import {ClusterClient} from './connection/cluster-client.ts';
import {formatEndpoint} from './connection/endpoint.ts';
import {kafkaSqlError} from './kafka-sql-error.ts';
import type {KafkaOptions} from './options.ts';
import {ERROR_CODE} from './protocol/error-code.ts';
import {EARLIEST, LATEST} from './protocol/list-offsets.ts';
import {readFindCoordinator, readOffsetCommit, writeFindCoordinator, writeOffsetCommit} from './protocol/offset-commit.ts';
import type {StartPosition} from './start-position.ts';

/** `id` is undefined on brokers before 2.8. */
export type TopicDescription = {readonly topic: string; readonly id: string | undefined; readonly partitions: readonly number[]};

/** How long a new consumer group may take to get its coordinator. */
const COORDINATOR_WAIT_MS = 15_000;

/**
 * Control requests for one stream: does its topic exist, where does it begin and end, where do others see its position. Errors are
 * SqlErrors that name the broker: connection_failure, invalid_authorization_specification, undefined_object (topic), insufficient_privilege.
 */
export class KafkaAdmin {
  readonly #options: KafkaOptions;
  readonly #cluster: ClusterClient;

  constructor(options: KafkaOptions) {
    this.#options = options;
    this.#cluster = new ClusterClient(options);
  }

  describeTopic(): Promise<TopicDescription> {
    return this.#guard(async () => {
      const {topic: name} = this.#options;
      const topic = await this.#cluster.topic(name);
      if (topic === undefined) throw this.#noTopic();
      return {topic: name, id: topic.id, partitions: topic.partitions.map(p => p.partition)};
    });
  }

  /** The offset of every partition at which a stream begins that starts there. */
  resolveStart(start: StartPosition = this.#options.start): Promise<PartitionPosition[]> {
    switch (start.kind) {
      case 'earliest':
        return this.earliestOffsets();
      case 'latest':
        return this.lastStableOffsets();
      case 'timestamp':
        return this.#offsetsAt(start.ms);
    }
  }

  earliestOffsets(): Promise<PartitionPosition[]> {
    return this.#offsets(EARLIEST);
  }

  /** The end of every partition for this stream: the last stable offset under read_committed, else the high watermark. */
  lastStableOffsets(): Promise<PartitionPosition[]> {
    return this.#offsets(LATEST);
  }

  /** Stores positions in a consumer group that has no members, for tools that show lag. */
  commitOffsets(group: string, positions: readonly PartitionPosition[]): Promise<void> {
    return this.#guard(async () => {
      const deadline = Date.now() + COORDINATOR_WAIT_MS;
      const backOff = new BackOff({maximumMs: 500});
      for (;;) {
        const code = await this.#commitOnce(group, positions);
        if (code === 0) return;
        if (!isCoordinatorError(code) || Date.now() > deadline)
          throw new BrokerRefused(this.#brokerNames(), code, `offsets of group "${group}"`);
        await sleep(backOff.next());
      }
    });
  }

  close(): void {
    this.#cluster.close();
  }

  async #offsetsAt(ms: number): Promise<PartitionPosition[]> {
    const found = await this.#offsets(ms);
    if (found.every(({offset}) => offset >= 0)) return found;
    // Nothing is as young as that: begin with what comes next.
    const ends = new Map((await this.lastStableOffsets()).map(({partition, offset}) => [partition, offset]));
    return found.map(({partition, offset}) => ({partition, offset: offset >= 0 ? offset : (ends.get(partition) ?? 0)}));
  }

  #offsets(timestamp: number): Promise<PartitionPosition[]> {
    return this.#guard(async () => {
      const {topic, isolation} = this.#options;
      const {partitions} = await this.describeTopic();
      const offsets = await this.#cluster.listOffsets(
        topic,
        isolation,
        partitions.map(partition => ({partition, timestamp})),
      );
      return offsets.map(({partition, offset}) => ({partition, offset}));
    });
  }

  /** Kafka's error code, 0 = committed. */
  async #commitOnce(group: string, offsets: readonly PartitionPosition[]): Promise<number> {
    const {topic, brokers} = this.#options;
    const metadata = await this.#cluster.metadata(topic);
    const any = await this.#cluster.connectionTo(metadata.brokers[0] ?? brokers[0]!);
    const found = await any.request('findCoordinator', w => writeFindCoordinator(w, group), readFindCoordinator);
    if (found.error !== 0) return found.error;
    const coordinator = await this.#cluster.connectionTo(found);
    const results = await coordinator.request('offsetCommit', (w, v) => writeOffsetCommit(w, v, {group, topic, offsets}), readOffsetCommit);
    return results.find(({error}) => error !== 0)?.error ?? 0;
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw kafkaSqlError(error);
    }
  }

  #noTopic(): BrokerRefused {
    return new BrokerRefused(this.#brokerNames(), ERROR_CODE.unknown_topic_or_partition, `topic "${this.#options.topic}"`);
  }

  #brokerNames(): string {
    return this.#options.brokers.map(formatEndpoint).join(',');
  }
}

function isCoordinatorError(code: number): boolean {
  return (
    code === ERROR_CODE.coordinator_not_available || code === ERROR_CODE.coordinator_load_in_progress || code === ERROR_CODE.not_coordinator
  );
}
