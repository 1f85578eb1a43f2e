import {setTimeout as sleep} from 'node:timers/promises';
import {ERROR_CODE, isLeadershipError} from '../protocol/error-code.ts';
import {readListOffsetsResponse, writeListOffsetsRequest, type Isolation, type PartitionOffset} from '../protocol/list-offsets.ts';
import {readMetadataResponse, writeMetadataRequest, type ClusterMetadata, type TopicMetadata} from '../protocol/metadata.ts';
import {BackOff} from './back-off.ts';
import {BrokerConnection, type ConnectionOptions} from './broker-connection.ts';
import {AuthenticationFailed, BrokerRefused, BrokerUnreachable} from './broker-error.ts';
import {formatEndpoint, type Endpoint} from './endpoint.ts';
import type {KafkaSecurity} from './security.ts';

export type ClusterOptions = {
  /** Where to ask first; the brokers that they name are used from then on. */
  readonly brokers: readonly Endpoint[];
  readonly security: KafkaSecurity;
  readonly clientId?: string | undefined;
  readonly connectTimeoutMs?: number | undefined;
  readonly requestTimeoutMs?: number | undefined;
};

export type OffsetQuery = {readonly partition: number; readonly timestamp: number};

/** Control requests to a cluster, over connections of their own (a long poll would hold them up). */
export class ClusterClient {
  /** Connections made with these end with the client. */
  readonly connectionOptions: ConnectionOptions;
  readonly #bootstrap: readonly Endpoint[];
  readonly #abort = new AbortController();
  readonly #connections = new Map<string, Promise<BrokerConnection>>();
  #known = new Map<number, Endpoint>();
  #closed = false;

  constructor({brokers, security, clientId = 'millrace', connectTimeoutMs = 5_000, requestTimeoutMs = 30_000}: ClusterOptions) {
    this.#bootstrap = brokers;
    this.connectionOptions = {security, clientId, connectTimeoutMs, requestTimeoutMs, signal: this.#abort.signal};
  }

  /** The address of a broker as the last metadata had it. */
  endpointOf(nodeId: number): Endpoint | undefined {
    return this.#known.get(nodeId);
  }

  /** Asks one broker after the other. Rejects with AuthenticationFailed, or with the BrokerUnreachable of the first one asked. */
  async metadata(topic: string): Promise<ClusterMetadata> {
    let first: Error | undefined;
    for (const endpoint of this.#candidates()) {
      try {
        const connection = await this.connectionTo(endpoint);
        const metadata = await connection.request('metadata', (w, v) => writeMetadataRequest(w, v, topic), readMetadataResponse);
        // A broker that has just started may know of nobody yet.
        if (metadata.brokers.length > 0) this.#known = new Map(metadata.brokers.map(broker => [broker.nodeId, broker]));
        return metadata;
      } catch (error) {
        if (error instanceof AuthenticationFailed) throw error;
        first ??= error instanceof Error ? error : new Error(String(error));
      }
    }
    throw first ?? new BrokerUnreachable('?', 'no broker address is known');
  }

  /** The topic's metadata with a leader for every partition, waiting a little for elections. Undefined when it does not exist. */
  async topic(name: string, waitMs = 5_000): Promise<TopicMetadata | undefined> {
    const deadline = Date.now() + waitMs;
    const backOff = new BackOff({maximumMs: 500});
    for (;;) {
      const metadata = await this.metadata(name);
      const topic = metadata.topics[0];
      if (topic === undefined || topic.error === ERROR_CODE.unknown_topic_or_partition) return undefined;
      const settled = topic.error === 0 && topic.partitions.every(p => p.leader >= 0 && this.#known.has(p.leader));
      if (settled) return topic;
      if ((topic.error !== 0 && !isLeadershipError(topic.error)) || Date.now() > deadline) {
        const code = topic.error === 0 ? ERROR_CODE.leader_not_available : topic.error;
        throw new BrokerRefused(this.#bootstrapNames(), code, `topic "${name}"`);
      }
      await sleep(backOff.next());
    }
  }

  /** Offsets from the leaders, by time or by LATEST/EARLIEST; follows leaders that move. Rejects with BrokerRefused when it stays refused. */
  async listOffsets(topic: string, isolation: Isolation, queries: readonly OffsetQuery[], waitMs = 5_000): Promise<PartitionOffset[]> {
    const deadline = Date.now() + waitMs;
    const backOff = new BackOff({maximumMs: 500});
    const found = new Map<number, PartitionOffset>();
    let open = queries;
    for (;;) {
      const metadata = await this.topic(topic, waitMs);
      if (metadata === undefined)
        throw new BrokerRefused(this.#bootstrapNames(), ERROR_CODE.unknown_topic_or_partition, `topic "${topic}"`);
      const answers = await Promise.allSettled(this.#byLeader(metadata, open).map(args => this.#askOffsets(topic, isolation, args)));
      let failure: unknown;
      for (const answer of answers) {
        if (answer.status === 'rejected') failure = answer.reason;
        else
          for (const offset of answer.value)
            if (offset.error === 0) found.set(offset.partition, offset);
            else
              failure = new BrokerRefused(
                this.#bootstrapNames(),
                offset.error,
                `offsets of partition ${offset.partition} of topic "${topic}"`,
              );
      }
      open = queries.filter(query => !found.has(query.partition));
      if (open.length === 0) return queries.map(query => found.get(query.partition)!);
      if (failure === undefined)
        failure = new BrokerRefused(this.#bootstrapNames(), ERROR_CODE.unknown_topic_or_partition, `a partition of topic "${topic}"`);
      const passing = failure instanceof BrokerUnreachable || (failure instanceof BrokerRefused && isLeadershipError(failure.errorCode));
      if (!passing || Date.now() > deadline || this.#closed) throw failure;
      await sleep(backOff.next());
    }
  }

  /** A control connection, shared by all who ask for the same broker. */
  connectionTo(endpoint: Endpoint): Promise<BrokerConnection> {
    const name = formatEndpoint(endpoint);
    const present = this.#connections.get(name);
    if (present !== undefined) return present;
    if (this.#closed) return Promise.reject(new BrokerUnreachable(name, 'the client is closed'));
    const opening = BrokerConnection.open(endpoint, this.connectionOptions);
    const forget = (): void => {
      if (this.#connections.get(name) === opening) this.#connections.delete(name);
    };
    this.#connections.set(name, opening);
    opening.then(connection => {
      connection.onClose(forget);
      if (this.#closed) connection.close();
    }, forget);
    return opening;
  }

  /** Ends every connection made with `connectionOptions`, those of others too. */
  close(): void {
    this.#closed = true;
    this.#abort.abort();
    this.#connections.clear();
  }

  #candidates(): Endpoint[] {
    const all = new Map<string, Endpoint>();
    // Brokers with an open connection first, then those of the last metadata, then the configured ones.
    const known = [...this.#known.values(), ...this.#bootstrap];
    for (const endpoint of known) if (this.#connections.has(formatEndpoint(endpoint))) all.set(formatEndpoint(endpoint), endpoint);
    for (const endpoint of known) all.set(formatEndpoint(endpoint), endpoint);
    return [...all.values()];
  }

  #byLeader(metadata: TopicMetadata, queries: readonly OffsetQuery[]): {leader: number; queries: OffsetQuery[]}[] {
    const groups = new Map<number, OffsetQuery[]>();
    for (const query of queries) {
      const leader = metadata.partitions.find(p => p.partition === query.partition)?.leader;
      if (leader === undefined) continue;
      const group = groups.get(leader);
      if (group === undefined) groups.set(leader, [query]);
      else group.push(query);
    }
    return [...groups].map(([leader, group]) => ({leader, queries: group}));
  }

  async #askOffsets(topic: string, isolation: Isolation, args: {leader: number; queries: OffsetQuery[]}): Promise<PartitionOffset[]> {
    const endpoint = this.#known.get(args.leader);
    if (endpoint === undefined) throw new BrokerRefused(this.#bootstrapNames(), ERROR_CODE.leader_not_available, `topic "${topic}"`);
    const connection = await this.connectionTo(endpoint);
    const request = {topic, isolation, partitions: args.queries};
    return connection.request('listOffsets', (w, v) => writeListOffsetsRequest(w, v, request), readListOffsetsResponse);
  }

  #bootstrapNames(): string {
    return this.#bootstrap.map(formatEndpoint).join(',');
  }
}
