import {Buffer} from 'node:buffer';
import {connect, type Socket} from 'node:net';

/** A backend message: type character and body. */
export type Reply = {readonly type: string; readonly body: Buffer};

/** A client that sends exactly the bytes it is told to, for tests of the wire. */
export class WireClient {
  readonly socket: Socket;
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>;
  #received = Buffer.alloc(0);
  #waiting: (() => void) | undefined;
  #isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise(resolve => {
      socket.on('close', () => {
        this.#isClosed = true;
        this.#waiting?.();
        resolve();
      });
    });
    socket.on('data', chunk => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#waiting?.();
    });
    socket.on('error', () => {});
  }

  static async connect(port: number): Promise<WireClient> {
    const socket = connect({host: '127.0.0.1', port, noDelay: true});
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new WireClient(socket);
  }

  /** Connected and through the start-up. */
  static async open(port: number, parameters: Record<string, string> = {user: 'app'}): Promise<WireClient> {
    const client = await WireClient.connect(port);
    client.send(startUp(parameters));
    await client.until('Z');
    return client;
  }

  send(...messages: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(messages));
  }

  /** Replies up to and with the `count`-th of this type, or all that came before the server closed. */
  async until(type: string, count = 1): Promise<Reply[]> {
    const replies: Reply[] = [];
    let seen = 0;
    for (;;) {
      const reply = await this.next();
      if (reply === undefined) return replies;
      replies.push(reply);
      if (reply.type === type && ++seen === count) return replies;
    }
  }

  async next(): Promise<Reply | undefined> {
    for (;;) {
      if (this.#received.length >= 5) {
        const end = 1 + this.#received.readInt32BE(1);
        if (this.#received.length >= end) {
          const reply = {type: String.fromCharCode(this.#received[0] ?? 0), body: this.#received.subarray(5, end)};
          this.#received = this.#received.subarray(end);
          return reply;
        }
      }
      if (this.#isClosed) return undefined;
      await this.#more();
    }
  }

  /** `count` bytes as they are. */
  async raw(count: number): Promise<Buffer> {
    while (this.#received.length < count && !this.#isClosed) await this.#more();
    const bytes = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(bytes.length);
    return bytes;
  }

  close(): void {
    this.socket.destroy();
  }

  #more(): Promise<void> {
    return new Promise(resolve => (this.#waiting = resolve));
  }
}

export function startUp(parameters: Record<string, string>, version = 196_608): Buffer {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}\0${value}\0`);
  const body = Buffer.from(`${pairs.join('')}\0`);
  return Buffer.concat([int32(body.length + 8), int32(version), body]);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}

/** Fields of an ErrorResponse or NoticeResponse by their code. */
export function errorFields(reply: Reply | undefined): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const field of reply?.body.toString('utf8').split('\0') ?? []) if (field !== '') fields[field.charAt(0)] = field.slice(1);
  return fields;
}
