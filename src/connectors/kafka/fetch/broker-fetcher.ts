import {BackOff} from '../connection/back-off.ts';
import {BrokerConnection, type ConnectionOptions} from '../connection/broker-connection.ts';
import {formatEndpoint, type Endpoint} from '../connection/endpoint.ts';
import {FramePool} from '../connection/frame-pool.ts';
import {LAST_VERSION_BY_NAME, writeFetchRequest, type FetchRequest} from '../protocol/fetch-request.ts';
import {readFetchResponse, type FetchResponse} from '../protocol/fetch-response.ts';
import {HeldFrame} from './held-frame.ts';
import type {PartitionState} from './partition-state.ts';
import {Signal} from './signal.ts';

/** Responses of one broker that may wait for delivery: one is walked while the next one arrives. */
const MAX_HELD = 2;

/** What was asked for, to be compared with the state when the answer comes. */
export type Wanted = {readonly state: PartitionState; readonly offset: number; readonly generation: number};

export interface FetchOwner {
  readonly connectionOptions: ConnectionOptions;
  endpointOf(nodeId: number): Endpoint | undefined;
  /** Partitions to fetch from this broker now, the hungriest first; `retryInMs` = when one that is held back by an error may go on. */
  fetchable(nodeId: number): {wanted: Wanted[]; complete: boolean; retryInMs: number | undefined};
  fetchRequest(wanted: readonly Wanted[], complete: boolean): FetchRequest;
  accept(wanted: readonly Wanted[], response: FetchResponse, frame: HeldFrame): void;
  connected(broker: string): void;
  /** The connection could not be made, or broke; `retryInMs` 0 = at once. */
  failed(broker: string, error: unknown, retryInMs: number): void;
}

/**
 * Reads from one broker over a connection of its own: one request on the wire, the next one sent as soon as an answer is there and
 * before its records are walked.
 */
export class BrokerFetcher {
  readonly nodeId: number;
  readonly #owner: FetchOwner;
  readonly #pool = new FramePool();
  readonly #signal = new Signal();
  readonly #backOff = new BackOff();
  readonly #done: Promise<void>;
  #held = 0;
  #connection: BrokerConnection | undefined;
  #closed = false;

  constructor(nodeId: number, owner: FetchOwner) {
    this.nodeId = nodeId;
    this.#owner = owner;
    this.#done = this.#run();
  }

  /** Something may be fetchable that was not. */
  wake(): void {
    this.#signal.notify();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#connection?.close();
    this.#signal.notify();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const {wanted, complete, retryInMs} = this.#owner.fetchable(this.nodeId);
      if (wanted.length === 0 || this.#held >= MAX_HELD) {
        await this.#signal.wait(retryInMs);
        continue;
      }
      const connection = await this.#connected();
      if (connection === undefined) continue;
      await this.#fetch(connection, wanted, complete);
    }
  }

  async #fetch(connection: BrokerConnection, wanted: readonly Wanted[], complete: boolean): Promise<void> {
    for (const {state} of wanted) state.inFlight = true;
    try {
      const request = this.#owner.fetchRequest(wanted, complete);
      const answer = await connection.request(
        'fetch',
        (writer, version) => writeFetchRequest(writer, version, request),
        (reader, version) => ({bytes: reader.bytes, response: readFetchResponse(reader, version)}),
        request.topicId === undefined ? LAST_VERSION_BY_NAME : undefined,
      );
      this.#held++;
      const frame = new HeldFrame(answer.bytes, bytes => {
        this.#pool.release(bytes);
        this.#held--;
        this.#signal.notify();
      });
      for (const {state} of wanted) state.inFlight = false;
      this.#backOff.reset();
      this.#owner.accept(wanted, answer.response, frame);
      frame.release();
      if (answer.response.throttleMs > 0) await this.#sleep(answer.response.throttleMs);
    } catch (error) {
      for (const {state} of wanted) state.inFlight = false;
      connection.close();
      if (!this.#closed) await this.#retryLater(connection.broker, error);
    }
  }

  async #connected(): Promise<BrokerConnection | undefined> {
    if (this.#connection !== undefined && !this.#connection.closed) return this.#connection;
    const endpoint = this.#owner.endpointOf(this.nodeId);
    if (endpoint === undefined) {
      await this.#signal.wait(500);
      return undefined;
    }
    try {
      const allocateFrame = (length: number): Buffer => this.#pool.acquire(length);
      this.#connection = await BrokerConnection.open(endpoint, {...this.#owner.connectionOptions, allocateFrame});
      this.#owner.connected(this.#connection.broker);
      if (this.#closed) this.#connection.close();
      return this.#connection;
    } catch (error) {
      if (!this.#closed) await this.#retryLater(formatEndpoint(endpoint), error);
      return undefined;
    }
  }

  async #retryLater(broker: string, error: unknown): Promise<void> {
    // A connection that had worked is tried again at once: brokers close idle ones, and restart.
    const first = this.#backOff.failures === 0;
    const backOffMs = this.#backOff.next();
    const waitMs = first ? 0 : backOffMs;
    this.#owner.failed(broker, error, waitMs);
    if (waitMs > 0) await this.#sleep(waitMs);
  }

  /** Not cut short by `wake`, only by `close`. */
  async #sleep(ms: number): Promise<void> {
    const until = Date.now() + ms;
    while (!this.#closed && Date.now() < until) await this.#signal.wait(until - Date.now());
  }
}
