import type {Codec} from '../../src/connectors/kafka/compression/codec.ts';
import {BrokerConnection} from '../../src/connectors/kafka/connection/broker-connection.ts';
import {ClusterClient} from '../../src/connectors/kafka/connection/cluster-client.ts';
import {errorName} from '../../src/connectors/kafka/protocol/error-code.ts';
import {readProduceResponse, writeProduceHead} from '../../src/connectors/kafka/protocol/produce.ts';
import {RecordBatchWriter} from '../../src/connectors/kafka/protocol/record-batch-writer.ts';
import {parseEndpoints} from '../../src/connectors/kafka/connection/parse-endpoints.ts';

export type ProducerOptions = {
  readonly brokers: string;
  readonly topic: string;
  readonly codec?: Codec | undefined;
  /** Bytes of a batch before compression; default 256 KiB. */
  readonly batchBytes?: number | undefined;
  readonly acks?: -1 | 0 | 1 | undefined;
};

/** Requests per partition that may wait for their answer. */
const IN_FLIGHT = 3;

type Lane = {
  readonly partition: number;
  readonly connection: BrokerConnection;
  readonly writer: RecordBatchWriter;
  readonly open: Set<Promise<void>>;
};

/** A fast raw producer for tests and benches: no retries, no idempotence. Order within a partition is kept. */
export class RawProducer {
  readonly #topic: string;
  readonly #acks: -1 | 0 | 1;
  readonly #lanes: readonly Lane[];
  readonly #connections: readonly BrokerConnection[];
  #failure: Error | undefined;

  private constructor(options: ProducerOptions, lanes: readonly Lane[], connections: readonly BrokerConnection[]) {
    this.#topic = options.topic;
    this.#acks = options.acks ?? 1;
    this.#lanes = lanes;
    this.#connections = connections;
  }

  static async open(options: ProducerOptions): Promise<RawProducer> {
    const cluster = new ClusterClient({brokers: parseEndpoints(options.brokers), security: {}});
    try {
      const topic = await cluster.topic(options.topic);
      if (topic === undefined) throw new Error(`no topic ${options.topic}`);
      const byLeader = new Map<number, BrokerConnection>();
      for (const {leader} of topic.partitions) {
        if (!byLeader.has(leader))
          byLeader.set(leader, await BrokerConnection.open(cluster.endpointOf(leader)!, {...cluster.connectionOptions, signal: undefined}));
      }
      const capacity = options.batchBytes ?? 256 * 1024;
      const lanes = topic.partitions.map(({partition, leader}) => ({
        partition,
        connection: byLeader.get(leader)!,
        writer: new RecordBatchWriter({capacity, codec: options.codec}),
        open: new Set<Promise<void>>(),
      }));
      return new RawProducer(options, lanes, [...byLeader.values()]);
    } finally {
      cluster.close();
    }
  }

  get partitions(): number {
    return this.#lanes.length;
  }

  /** Resolves (most often at once: undefined) when the next record may be given. Bytes are copied. */
  send(
    partition: number,
    value: Uint8Array | null,
    {timestamp = Date.now(), key = null, headers = null}: {timestamp?: number; key?: Uint8Array | null; headers?: Uint8Array | null} = {},
  ): Promise<void> | undefined {
    const lane = this.#lanes[partition]!;
    if (lane.writer.append(timestamp, key, value, headers)) return undefined;
    const room = this.#flushLane(lane);
    lane.writer.append(timestamp, key, value, headers);
    return room;
  }

  /** Sends what is buffered and waits for every answer. Throws what went wrong with any of them. */
  async flush(): Promise<void> {
    for (const lane of this.#lanes) {
      if (lane.writer.count > 0) void this.#flushLane(lane);
      await Promise.all(lane.open);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    await this.flush();
    for (const connection of this.#connections) connection.close();
  }

  #flushLane(lane: Lane): Promise<void> | undefined {
    const batch = lane.writer.finish();
    const head = {topic: this.#topic, partition: lane.partition, acks: this.#acks, batchLength: batch.length};
    const sent = lane.connection
      .request(
        'produce',
        writer => {
          writeProduceHead(writer, head);
          writer.raw(batch);
        },
        readProduceResponse,
      )
      .then(
        ({error}) => {
          if (error !== 0) this.#failure ??= new Error(`produce: ${errorName(error)}`);
        },
        (error: Error) => {
          this.#failure ??= error;
        },
      )
      .finally(() => lane.open.delete(sent));
    lane.open.add(sent);
    return lane.open.size >= IN_FLIGHT ? Promise.race(lane.open) : undefined;
  }
}

/** Sends every value, spread over the partitions in turn (or by `partitionOf`). Returns how many. */
export async function produceAll(
  options: ProducerOptions,
  values: Iterable<Uint8Array | null>,
  partitionOf: (index: number) => number = () => -1,
): Promise<number> {
  const producer = await RawProducer.open(options);
  let index = 0;
  const timestamp = Date.now();
  for (const value of values) {
    const chosen = partitionOf(index);
    const room = producer.send(chosen >= 0 ? chosen : index % producer.partitions, value, {timestamp});
    index++;
    if (room !== undefined) await room;
  }
  await producer.close();
  return index;
}
