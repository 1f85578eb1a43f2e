import {Buffer} from 'node:buffer';
import type {Socket} from 'node:net';
import {sqlError} from '../common/sql-error.ts';
import {MessageWriter} from './protocol/message-writer.ts';
import {flushAtTurnEnd, type Flushable} from './turn-end.ts';

/** Output is given to the socket at the latest when this much has gathered. */
const CHUNK_BYTES = 64 * 1024;
/** Rows of at least this size skip the gathering buffer. */
const DIRECT_BYTES = 16 * 1024;
/** Above this, producers wait until the client has read on. */
const HIGH_WATER_BYTES = 1024 * 1024;

/**
 * The way out of a connection: replies gather in `writer` and leave in one write when the input of a turn is worked off, when 64 KB are
 * together, or at the end of the turn. `congested` and `drained` are the back-pressure.
 */
export class Outbox implements Flushable {
  readonly writer = new MessageWriter();
  readonly #socket: Socket;
  #due = false;
  #closed = false;
  #waiters: {readonly resolve: () => void; readonly reject: (error: unknown) => void}[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('drain', () => {
      for (const waiter of this.#waiters.splice(0)) waiter.resolve();
    });
  }

  /** Sends what has gathered. */
  flush(): void {
    this.#due = false;
    if (this.writer.length === 0) return;
    const bytes = this.writer.take();
    if (!this.#closed) this.#socket.write(bytes);
  }

  /** The client should see what has gathered even if nothing follows soon. */
  flushSoon(): void {
    if (this.writer.length >= CHUNK_BYTES) {
      this.flush();
    } else if (!this.#due) {
      this.#due = true;
      flushAtTurnEnd(this);
    }
  }

  /** Finished messages. They are copied: the caller may reuse `bytes` at once. */
  rows(bytes: Uint8Array): void | Promise<void> {
    if (bytes.length < DIRECT_BYTES) {
      this.writer.raw(bytes);
      this.flushSoon();
    } else {
      this.flush();
      if (!this.#closed) this.#socket.write(Buffer.from(bytes));
    }
    if (this.congested) return this.drained();
  }

  /** Whether the client is so far behind that producing more only costs memory. Always true once the client is gone. */
  get congested(): boolean {
    return this.#closed || this.#socket.writableLength > HIGH_WATER_BYTES;
  }

  /** Resolves when the client has caught up. @throws SqlError 08006 when the client is gone. */
  drained(): Promise<void> {
    if (this.#closed) return Promise.reject(clientGone());
    if (!this.#socket.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiters.push({resolve, reject}));
  }

  /** Nothing can be sent any more; whoever waits in `drained` is woken with an error. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(clientGone());
  }
}

function clientGone(): Error {
  return sqlError('connection_failure', 'connection to client lost');
}
