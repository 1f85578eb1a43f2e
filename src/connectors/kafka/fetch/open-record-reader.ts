import {AuthenticationFailed, BrokerRefused} from '../connection/broker-error.ts';
import {BackOff} from '../connection/back-off.ts';
import type {ConnectionOptions} from '../connection/broker-connection.ts';
import {ClusterClient} from '../connection/cluster-client.ts';
import type {Endpoint} from '../connection/endpoint.ts';
import {loadDecompressors} from '../compression/decompress.ts';
import {ERROR_CODE, errorName, isLeadershipError} from '../protocol/error-code.ts';
import type {FetchRequest} from '../protocol/fetch-request.ts';
import type {FetchedPartition, FetchResponse} from '../protocol/fetch-response.ts';
import {EARLIEST, LATEST} from '../protocol/list-offsets.ts';
import type {TopicMetadata} from '../protocol/metadata.ts';
import {offsetBehind, type CorruptBatch} from './batch-header.ts';
import {BrokerFetcher, type FetchOwner, type Wanted} from './broker-fetcher.ts';
import {DeliveryQueue} from './delivery-queue.ts';
import type {HeldFrame} from './held-frame.ts';
import {PartitionState} from './partition-state.ts';
import {ProblemList, type ReaderStatus} from './reader-problem.ts';
import type {PartitionProgress, RecordReader, RecordReaderOptions} from './record-reader.ts';
import {TopicWatch} from './topic-watch.ts';

/** Starts reading at once; nothing is thrown for a cluster that cannot be reached (see `onProblem`). */
export function openRecordReader(options: RecordReaderOptions): RecordReader {
  return new TopicReader(options);
}

/** Poll time while some partitions are held back: the sooner the next fetch may include them again. */
const SHORT_WAIT_MS = 50;

class TopicReader implements RecordReader, FetchOwner {
  readonly connectionOptions: ConnectionOptions;
  readonly #options: RecordReaderOptions;
  readonly #cluster: ClusterClient;
  readonly #problems: ProblemList;
  readonly #watch: TopicWatch;
  readonly #delivery: DeliveryQueue;
  readonly #partitions = new Map<number, PartitionState>();
  readonly #ignored = new Set<number>();
  readonly #fetchers = new Map<number, BrokerFetcher>();
  /** Those that just had data move to the end, so that each gets its turn at the front of the broker's byte limit. */
  #order: PartitionState[] = [];
  #closed = false;

  constructor(options: RecordReaderOptions) {
    this.#options = options;
    this.#cluster = new ClusterClient(options);
    this.connectionOptions = this.#cluster.connectionOptions;
    this.#problems = new ProblemList(
      problem => this.#closed || options.onProblem?.(problem),
      status => this.#closed || options.onStatus?.(status),
    );
    this.#watch = new TopicWatch({
      cluster: this.#cluster,
      topic: options.topic,
      topicId: options.topicId,
      intervalMs: options.metadataIntervalMs ?? 30_000,
      problems: this.#problems,
      onTopic: topic => this.#applyTopic(topic),
    });
    this.#delivery = new DeliveryQueue({
      checkCrcs: options.checkCrcs ?? false,
      onRecords: options.onRecords,
      onPieceDone: state => this.#reportEnd(state),
      onCorrupt: (state, error) => this.#corrupt(state, error),
    });
    for (const {partition, offset} of options.partitions) this.#addPartition(partition, offset);
    void loadDecompressors().then(() => (this.#closed ? undefined : this.#watch.refresh()));
  }

  resume(): void {
    this.#delivery.resume();
  }

  pausePartition(partition: number): void {
    const state = this.#partitions.get(partition);
    if (state === undefined || state.paused) return;
    state.paused = true;
    state.rewind();
    this.#delivery.dropStale();
  }

  resumePartition(partition: number): void {
    const state = this.#partitions.get(partition);
    if (state === undefined || !state.paused) return;
    state.paused = false;
    this.#fetchers.get(state.leader)?.wake();
  }

  refresh(): Promise<void> {
    return this.#watch.refresh();
  }

  status(): ReaderStatus {
    return this.#problems.status();
  }

  topicId(): string | undefined {
    return this.#watch.topicId;
  }

  progress(): PartitionProgress[] {
    return [...this.#partitions.values()].map(state => {
      const end = this.#endOffset(state);
      return {
        partition: state.partition,
        nextOffset: state.deliveredOffset,
        highWatermark: state.highWatermark,
        lastStableOffset: state.lastStableOffset,
        logStartOffset: state.logStartOffset,
        lag: end < 0 ? -1 : Math.max(0, end - state.deliveredOffset),
        atEnd: end >= 0 && state.deliveredOffset >= end,
        paused: state.paused,
        leader: state.leader,
      };
    });
  }

  endOffset(partition: number): number {
    const state = this.#partitions.get(partition);
    return state === undefined ? -1 : this.#endOffset(state);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#delivery.close();
    this.#cluster.close();
    const fetchers = [...this.#fetchers.values()];
    this.#fetchers.clear();
    await Promise.all([this.#watch.close(), ...fetchers.map(fetcher => fetcher.close())]);
  }

  // ---- for the fetchers

  endpointOf(nodeId: number): Endpoint | undefined {
    return this.#cluster.endpointOf(nodeId);
  }

  fetchable(nodeId: number): {wanted: Wanted[]; complete: boolean; retryInMs: number | undefined} {
    const wanted: Wanted[] = [];
    let complete = true;
    let retryAt = Infinity;
    const now = Date.now();
    if (!this.#problems.stopped) {
      for (const state of this.#order) {
        if (state.leader !== nodeId) continue;
        if (state.paused || state.inFlight || state.retryAt > now) {
          complete = false;
          if (!state.paused && state.retryAt > now) retryAt = Math.min(retryAt, state.retryAt);
          continue;
        }
        wanted.push({state, offset: state.fetchOffset, generation: state.generation});
      }
    }
    return {wanted, complete, retryInMs: retryAt === Infinity ? undefined : retryAt - now + 1};
  }

  fetchRequest(wanted: readonly Wanted[], complete: boolean): FetchRequest {
    const {topic, isolation, fetchMaxBytes = 1024 * 1024, maxWaitMs = 500} = this.#options;
    return {
      topic,
      topicId: this.#watch.topicId,
      isolation,
      maxWaitMs: complete ? maxWaitMs : Math.min(maxWaitMs, SHORT_WAIT_MS),
      maxBytes: fetchMaxBytes,
      partitionMaxBytes: fetchMaxBytes,
      partitions: wanted.map(({state, offset}) => ({partition: state.partition, offset, leaderEpoch: state.leaderEpoch})),
    };
  }

  accept(wanted: readonly Wanted[], response: FetchResponse, frame: HeldFrame): void {
    if (this.#closed || this.#problems.stopped) return;
    if (response.error !== 0) {
      for (const {state} of wanted) this.#refused(state, response.error);
      return;
    }
    this.#problems.started();
    for (const fetched of response.partitions) {
      const asked = wanted.find(({state}) => state.partition === fetched.partition);
      if (asked === undefined || asked.generation !== asked.state.generation) continue;
      if (fetched.error === 0) this.#acceptPartition(asked, fetched, frame);
      else this.#refused(asked.state, fetched.error);
    }
  }

  connected(broker: string): void {
    this.#problems.clear(`broker ${broker}`);
  }

  failed(broker: string, error: unknown, retryInMs: number): void {
    void this.#watch.refresh();
    if (retryInMs === 0 || this.#closed) return;
    const key = `broker ${broker}`;
    const common = {broker, since: this.#problems.since(key), nextRetryAt: Date.now() + retryInMs};
    const message = error instanceof Error ? error.message : String(error);
    this.#problems.report(key, {kind: error instanceof AuthenticationFailed ? 'auth_failed' : 'unreachable', ...common, message});
  }

  // ---- one partition

  #acceptPartition({state, offset}: Wanted, fetched: FetchedPartition, frame: HeldFrame): void {
    state.highWatermark = fetched.highWatermark;
    state.lastStableOffset = fetched.lastStableOffset;
    state.logStartOffset = fetched.logStartOffset;
    if (fetched.end === fetched.start) {
      this.#recovered(state);
      this.#reportEnd(state);
      return;
    }
    const {start, end} = fetched;
    const behind = offsetBehind(frame.bytes, start, end);
    if (behind > offset) state.fetchOffset = behind;
    // Without one good batch the walk reports what is wrong, and rewinds.
    else state.retryAt = Date.now() + 100;
    const aborted = this.#options.isolation === 'read_committed' ? fetched.aborted : undefined;
    this.#delivery.add(state, {partition: state.partition, bytes: frame.bytes, start, end, fromOffset: offset, aborted}, frame);
    this.#order.splice(this.#order.indexOf(state), 1);
    this.#order.push(state);
  }

  #endOffset(state: PartitionState): number {
    if (this.#options.isolation === 'read_uncommitted') return state.highWatermark;
    return state.lastStableOffset >= 0 ? state.lastStableOffset : state.highWatermark;
  }

  /** A piece has been delivered, or there was none. */
  #reportEnd(state: PartitionState): void {
    this.#recovered(state);
    const end = this.#endOffset(state);
    if (this.#closed || end < 0 || state.deliveredOffset < end || state.reportedEnd === state.deliveredOffset) return;
    state.reportedEnd = state.deliveredOffset;
    this.#options.onEnd?.(state.partition, state.deliveredOffset, end);
  }

  #recovered(state: PartitionState): void {
    if (state.failures === 0) return;
    state.failures = 0;
    this.#problems.clear(`partition ${state.partition}`);
  }

  #refused(state: PartitionState, code: number): void {
    this.#retryLater(state);
    if (code === ERROR_CODE.offset_out_of_range) {
      void this.#checkRange(state);
      return;
    }
    const moved =
      code === ERROR_CODE.unknown_topic_or_partition || code === ERROR_CODE.unknown_topic_id || code === ERROR_CODE.inconsistent_topic_id;
    if (moved || isLeadershipError(code)) {
      void this.#watch.refresh();
      return;
    }
    const {partition} = state;
    this.#problems.report(`partition ${partition}`, {kind: 'refused', partition, message: errorName(code)});
  }

  #corrupt(state: PartitionState, error: CorruptBatch): void {
    this.#retryLater(state);
    this.#delivery.dropStale();
    const {partition} = state;
    this.#problems.report(`partition ${partition}`, {kind: 'corrupt_batch', partition, offset: error.offset, message: error.message});
  }

  #retryLater(state: PartitionState): void {
    const backOff = new BackOff({maximumMs: 10_000});
    let waitMs = 0;
    for (let i = 0; i <= Math.min(state.failures, 10); i++) waitMs = backOff.next();
    state.failures++;
    state.retryAt = Date.now() + waitMs;
    state.rewind();
  }

  /** The leader says that our offset does not exist; a replica that lags says so too, so both ends are looked up before we stop. */
  async #checkRange(state: PartitionState): Promise<void> {
    const {partition} = state;
    const {topic} = this.#options;
    try {
      const [earliest, latest] = await Promise.all(
        [EARLIEST, LATEST].map(timestamp => this.#cluster.listOffsets(topic, 'read_uncommitted', [{partition, timestamp}])),
      );
      const [from, to] = [earliest![0]!.offset, latest![0]!.offset];
      // A topic that was created again looks the same from here; its id tells.
      await this.#watch.refresh();
      if (this.#closed || this.#problems.stopped || (state.deliveredOffset >= from && state.deliveredOffset <= to)) return;
      if (state.deliveredOffset < from && this.#options.onLost?.(partition, state.deliveredOffset, from) === true) {
        state.deliveredOffset = from;
        state.rewind();
        return;
      }
      this.#problems.stop({kind: 'offset_out_of_range', partition, offset: state.deliveredOffset, earliest: from, latest: to});
    } catch (error) {
      if (this.#closed) return;
      if (error instanceof BrokerRefused && error.errorCode === ERROR_CODE.unknown_topic_or_partition) await this.#watch.refresh();
      // Anything else: the next fetch asks again.
    }
  }

  // ---- topology

  #addPartition(partition: number, offset: number): PartitionState {
    const state = new PartitionState(partition, offset);
    this.#partitions.set(partition, state);
    this.#order.push(state);
    return state;
  }

  async #applyTopic(topic: TopicMetadata): Promise<void> {
    for (const {partition} of topic.partitions) {
      if (this.#partitions.has(partition) || this.#ignored.has(partition)) continue;
      const offset = await this.#options.onNewPartition?.(partition);
      if (this.#closed) return;
      if (offset === undefined) this.#ignored.add(partition);
      else this.#addPartition(partition, offset);
    }
    for (const {partition, leader, leaderEpoch} of topic.partitions) {
      const state = this.#partitions.get(partition);
      if (state === undefined) continue;
      state.leader = leader;
      state.leaderEpoch = leaderEpoch;
    }
    const leaders = new Set([...this.#partitions.values()].map(state => state.leader).filter(leader => leader >= 0));
    for (const [nodeId, fetcher] of this.#fetchers) {
      if (leaders.has(nodeId)) continue;
      this.#fetchers.delete(nodeId);
      void fetcher.close();
    }
    for (const nodeId of leaders) {
      const fetcher = this.#fetchers.get(nodeId);
      if (fetcher === undefined) this.#fetchers.set(nodeId, new BrokerFetcher(nodeId, this));
      else fetcher.wake();
    }
  }
}
