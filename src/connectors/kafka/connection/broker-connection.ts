import type net from 'node:net';
import {API, negotiate, type ApiName, type ApiVersionRanges} from '../protocol/api-key.ts';
import {readApiVersions} from '../protocol/api-versions.ts';
import {WireReader} from '../protocol/wire-reader.ts';
import {WireWriter} from '../protocol/wire-writer.ts';
import {authenticate} from './authenticate.ts';
import {AuthenticationFailed, BrokerUnreachable} from './broker-error.ts';
import {formatEndpoint, type Endpoint} from './endpoint.ts';
import {FrameReader, type AllocateFrame} from './frame-reader.ts';
import {openSocket} from './open-socket.ts';
import type {RequestChannel} from './request-channel.ts';
import type {KafkaSecurity} from './security.ts';

export type ConnectionOptions = {
  readonly security: KafkaSecurity;
  readonly clientId: string;
  readonly connectTimeoutMs: number;
  /** Longest silence while an answer is due. */
  readonly requestTimeoutMs: number;
  /** Ends the connection, also while it is being made. */
  readonly signal?: AbortSignal | undefined;
  /** Memory for responses; the default is left to the garbage collector. */
  readonly allocateFrame?: AllocateFrame | undefined;
};

type Pending = {
  readonly correlationId: number;
  readonly flexible: boolean;
  readonly read: (reader: WireReader) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
};

/** One connection to one broker. A broker answers the requests of a connection in order. */
export class BrokerConnection implements RequestChannel {
  readonly broker: string;
  readonly #options: ConnectionOptions;
  readonly #pending: Pending[] = [];
  readonly #onClose: (() => void)[] = [];
  #socket: net.Socket | undefined;
  #versions: ApiVersionRanges = new Map([[API.apiVersions.key, {min: 0, max: 0}]]);
  #correlationId = 0;
  #silence: NodeJS.Timeout | undefined;
  #closed: Error | undefined;

  private constructor(endpoint: Endpoint, options: ConnectionOptions) {
    this.broker = formatEndpoint(endpoint);
    this.#options = options;
  }

  /** Connects, asks for the API versions and authenticates. Rejects with BrokerUnreachable or AuthenticationFailed. */
  static async open(endpoint: Endpoint, options: ConnectionOptions): Promise<BrokerConnection> {
    const connection = new BrokerConnection(endpoint, options);
    try {
      await connection.#connect(endpoint);
      connection.#versions = await connection.request('apiVersions', () => undefined, readApiVersions);
      if (options.security.sasl !== undefined) await authenticate(connection, options.security.sasl);
      return connection;
    } catch (error) {
      connection.#fail(error instanceof AuthenticationFailed ? error : connection.#unreachable(error));
      throw connection.#closed ?? error;
    }
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** Called once, when the connection has ended for whatever reason. */
  onClose(listener: () => void): void {
    if (this.#closed === undefined) this.#onClose.push(listener);
    else listener();
  }

  /** The version that requests of this kind use here. Throws BrokerUnreachable when broker and reader share none. */
  versionOf(api: ApiName, maxVersion?: number): number {
    const version = negotiate(api, this.#versions, maxVersion);
    if (version !== undefined) return version;
    const range = this.#versions.get(API[api].key);
    const offered = range === undefined ? 'does not offer it' : `offers versions ${range.min} to ${range.max}`;
    throw new BrokerUnreachable(this.broker, `no common version of ${api}: the broker ${offered}`);
  }

  /**
   * Sends a request; `read` runs as soon as the whole response is there. Rejects with BrokerUnreachable when the connection ends
   * first, or with what `read` throws (then the connection is closed: its stream cannot be trusted any more).
   */
  request<T>(
    api: ApiName,
    write: (writer: WireWriter, version: number) => void,
    read: (reader: WireReader, version: number) => T,
    maxVersion?: number,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const socket = this.#socket;
      if (this.#closed !== undefined || socket === undefined) {
        reject(this.#closed ?? new BrokerUnreachable(this.broker, 'not connected'));
        return;
      }
      const version = this.versionOf(api, maxVersion);
      const flexible = version >= API[api].flexibleFrom;
      const correlationId = this.#correlationId++ & 0x7fffffff;
      const writer = new WireWriter();
      writer.int32(0).int16(API[api].key).int16(version).int32(correlationId).string(this.#options.clientId, false).noTags(flexible);
      write(writer, version);
      writer.patchInt32(0, writer.length - 4);
      const readVersion = (reader: WireReader): T => read(reader, version);
      this.#pending.push({correlationId, flexible, read: readVersion, resolve: resolve as (value: unknown) => void, reject});
      socket.write(writer.bytes());
      this.#watchSilence();
    });
  }

  close(): void {
    this.#fail(new BrokerUnreachable(this.broker, 'the connection was closed'));
  }

  async #connect(endpoint: Endpoint): Promise<void> {
    const {security, connectTimeoutMs, signal, allocateFrame} = this.#options;
    const frames = new FrameReader(allocateFrame ?? (length => Buffer.allocUnsafe(length)), (bytes, length) =>
      this.#onFrame(bytes, length),
    );
    const socket = await openSocket({
      endpoint,
      tls: security.tls,
      timeoutMs: connectTimeoutMs,
      signal,
      frames,
      onProgress: () => this.#watchSilence(),
      onBroken: error => this.#fail(this.#unreachable(error, 'the answer is not that of a Kafka broker: ')),
    });
    this.#socket = socket;
    const onAbort = (): void => this.close();
    signal?.addEventListener('abort', onAbort);
    this.onClose(() => signal?.removeEventListener('abort', onAbort));
    socket.on('error', error => this.#fail(this.#unreachable(error)));
    socket.on('close', () => this.#fail(new BrokerUnreachable(this.broker, 'the broker closed the connection')));
  }

  #onFrame(bytes: Buffer, length: number): void {
    const pending = this.#pending.shift();
    const reader = new WireReader(bytes, 0, length);
    if (pending === undefined || reader.int32() !== pending.correlationId) {
      pending?.reject(new BrokerUnreachable(this.broker, 'it answered a request that was not sent'));
      this.#fail(new BrokerUnreachable(this.broker, 'it answered a request that was not sent'));
      return;
    }
    try {
      reader.skipTags(pending.flexible);
      pending.resolve(pending.read(reader));
    } catch (error) {
      pending.reject(error instanceof Error ? error : new Error(String(error)));
      this.#fail(this.#unreachable(error));
    }
  }

  /** (Re)starts the clock while answers are due. */
  #watchSilence(): void {
    if (this.#pending.length === 0) {
      clearTimeout(this.#silence);
      this.#silence = undefined;
    } else if (this.#silence === undefined) {
      const timeoutMs = this.#options.requestTimeoutMs;
      this.#silence = setTimeout(() => this.#fail(new BrokerUnreachable(this.broker, `no answer within ${timeoutMs} ms`)), timeoutMs);
    } else {
      this.#silence.refresh();
    }
  }

  #unreachable(error: unknown, prefix = ''): Error {
    if (error instanceof BrokerUnreachable) return error;
    return new BrokerUnreachable(this.broker, prefix + (error instanceof Error && error.message !== '' ? error.message : String(error)));
  }

  #fail(error: Error): void {
    if (this.#closed !== undefined) return;
    this.#closed = error;
    clearTimeout(this.#silence);
    this.#socket?.destroy();
    for (const {reject} of this.#pending.splice(0)) reject(error);
    for (const listener of this.#onClose.splice(0)) listener();
  }
}
