import {BackOff} from '../connection/back-off.ts';
import {AuthenticationFailed, BrokerRefused, BrokerUnreachable} from '../connection/broker-error.ts';
import type {ClusterClient} from '../connection/cluster-client.ts';
import {ERROR_CODE, errorName, isLeadershipError} from '../protocol/error-code.ts';
import type {TopicMetadata} from '../protocol/metadata.ts';
import type {ProblemList} from './reader-problem.ts';

/** A topic counts as missing only when it stays so: a broker that has just started may not know it yet. */
const MISSING_AFTER_MS = 2_000;

export type TopicWatchArgs = {
  readonly cluster: ClusterClient;
  readonly topic: string;
  /** Undefined until the first metadata, where it is not known from before. */
  readonly topicId: string | undefined;
  readonly intervalMs: number;
  readonly problems: ProblemList;
  readonly onTopic: (topic: TopicMetadata) => Promise<void>;
};

/** Reads the topic's metadata on an interval and on demand, and sees when the topic is gone, or is another one. */
export class TopicWatch {
  readonly #args: TopicWatchArgs;
  readonly #backOff = new BackOff();
  #topicId: string | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #missingSince: number | undefined;
  #closed = false;

  constructor(args: TopicWatchArgs) {
    this.#args = args;
    this.#topicId = args.topicId;
  }

  get topicId(): string | undefined {
    return this.#topicId;
  }

  /** Reads the metadata now; when a read is under way another one follows it. Never rejects: problems go to the list. */
  refresh(): Promise<void> {
    if (this.#running !== undefined) {
      this.#again = true;
      return this.#running;
    }
    clearTimeout(this.#timer);
    this.#running = this.#refreshUntilDone();
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #refreshUntilDone(): Promise<void> {
    let waitMs = 0;
    do {
      this.#again = false;
      waitMs = await this.#refreshOnce();
    } while (this.#again && waitMs === 0 && !this.#done());
    this.#running = undefined;
    if (this.#done()) return;
    this.#timer = setTimeout(() => void this.refresh(), waitMs === 0 ? this.#args.intervalMs : waitMs);
  }

  #done(): boolean {
    return this.#closed || this.#args.problems.stopped;
  }

  /** Returns 0, or the time to wait before trying again. */
  async #refreshOnce(): Promise<number> {
    const {cluster, topic: name, problems} = this.#args;
    try {
      const metadata = await cluster.metadata(name);
      problems.clear('metadata');
      const topic = metadata.topics[0];
      const code = topic?.error ?? ERROR_CODE.unknown_topic_or_partition;
      if (topic === undefined || code === ERROR_CODE.unknown_topic_or_partition) return this.#missing();
      if (code !== 0) {
        if (!isLeadershipError(code))
          problems.report('topic', {kind: 'refused', partition: -1, message: `${errorName(code)} for topic "${name}"`});
        return this.#backOff.next();
      }
      if (this.#topicId !== undefined && topic.id !== undefined && topic.id !== this.#topicId) {
        problems.stop({kind: 'topic_recreated', topic: name, expectedId: this.#topicId, foundId: topic.id});
        return 0;
      }
      this.#topicId ??= topic.id;
      this.#missingSince = undefined;
      problems.clear('topic');
      if (!this.#closed) await this.#args.onTopic(topic);
      if (topic.partitions.some(p => p.leader < 0 || cluster.endpointOf(p.leader) === undefined)) return this.#backOff.next();
      this.#backOff.reset();
      return 0;
    } catch (error) {
      return this.#failed(error);
    }
  }

  #missing(): number {
    const {topic, problems} = this.#args;
    this.#missingSince ??= Date.now();
    if (Date.now() - this.#missingSince >= MISSING_AFTER_MS)
      problems.report('topic', {kind: 'topic_missing', topic, since: this.#missingSince});
    return this.#backOff.next();
  }

  #failed(error: unknown): number {
    const {problems, topic} = this.#args;
    const waitMs = this.#backOff.next();
    if (this.#closed) return waitMs;
    const since = problems.since('metadata');
    const nextRetryAt = Date.now() + waitMs;
    if (error instanceof AuthenticationFailed) {
      problems.report('metadata', {kind: 'auth_failed', broker: error.broker, since, nextRetryAt, message: error.message});
    } else if (error instanceof BrokerUnreachable) {
      problems.report('metadata', {kind: 'unreachable', broker: error.broker, since, nextRetryAt, message: error.message});
    } else if (error instanceof BrokerRefused) {
      problems.report('metadata', {kind: 'refused', partition: -1, message: `${errorName(error.errorCode)} for topic "${topic}"`});
    } else {
      throw error;
    }
    return waitMs;
  }
}
