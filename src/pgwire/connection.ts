import {Buffer} from 'node:buffer';
import type {Socket} from 'node:net';
import {SqlError, toSqlError} from '../common/sql-error.ts';
import type {Session} from '../engine/api.ts';
import {Outbox} from './outbox.ts';
import {writeErrorResponse} from './protocol/error-response.ts';
import {FatalError} from './protocol/fatal-error.ts';
import {FrameReader} from './protocol/frames.ts';
import {SessionLoop} from './session-loop.ts';
import {StartUpDialog} from './start-up.ts';
import type {WireContext} from './wire-context.ts';

/** While a statement runs, input beyond this is left in the kernel, where it holds the client back. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** After the last words: how long a client may be silent, and how long it may take in all, before the socket is closed under it. */
const LINGER_IDLE_MS = 5_000;
const LINGER_MS = 60_000;
const TERMINATE_FRAME = Buffer.from([0x58, 0, 0, 0, 4]);

/**
 * One client. Bytes go to the frame reader; one loop at a time works them off, so messages are answered in order and handlers never
 * overlap. Whatever ends the connection (goodbye, fatal error, lost client, shutdown) ends in `#finish`, once.
 */
export class Connection {
  /** Resolves when the session is closed and the socket gone. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #context: WireContext;
  readonly #frames: FrameReader;
  readonly #out: Outbox;
  readonly #startUp: StartUpDialog;
  readonly #startUpTimer: NodeJS.Timeout;
  #session: Session | undefined;
  #loop: SessionLoop | undefined;
  #working = false;
  #finished = false;
  /** The client will send nothing more. */
  #inputEnded = false;
  #sessionClosed: () => void = () => {};

  constructor(socket: Socket, context: WireContext) {
    this.#socket = socket;
    this.#context = context;
    this.#frames = new FrameReader({maxMessageBytes: context.maxMessageBytes});
    this.#out = new Outbox(socket);
    this.#startUp = new StartUpDialog({socket, frames: this.#frames, out: this.#out, context});
    this.#startUpTimer = setTimeout(() => socket.destroy(), context.startUpTimeoutMs);
    const sessionClosed = new Promise<void>(resolve => (this.#sessionClosed = resolve));
    const socketClosed = new Promise<void>(resolve => socket.once('close', () => resolve()));
    this.closed = Promise.all([sessionClosed, socketClosed]).then(() => {});
    socket.once('close', () => this.#clientGone());
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('end', () => this.#ended());
    socket.on('error', error => context.logger.info({err: error}, 'connection lost'));
  }

  /** Ends the connection with a FATAL error: at once when it is idle, else as soon as its cancelled statement has stopped. */
  terminate(error: FatalError): void {
    if (this.#finished) return;
    if (this.#working) {
      this.#loop?.stop(error);
      this.#cancelRunning();
    } else {
      this.#fatal(error);
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #received(chunk: Buffer): void {
    if (this.#finished) return;
    this.#frames.push(chunk);
    if (!this.#working) void this.#work();
    else if (this.#frames.pendingBytes > MAX_WAITING_BYTES) this.#socket.pause();
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      const over = (this.#loop === undefined && !this.#advanceStartUp()) || (await this.#loop?.run()) === 'terminated';
      this.#working = false;
      if (over || this.#inputEnded) this.#finish();
      else this.#out.flush();
    } catch (error) {
      this.#working = false;
      this.#fatal(error);
    }
    if (this.#socket.isPaused()) this.#socket.resume();
  }

  /** False when the connection has served its purpose without a session. */
  #advanceStartUp(): boolean {
    const result = this.#startUp.advance();
    if (typeof result === 'string') return result === 'waiting';
    clearTimeout(this.#startUpTimer);
    this.#session = result;
    this.#loop = new SessionLoop({session: result, frames: this.#frames, out: this.#out, logger: this.#context.logger});
    return true;
  }

  /** The client closed its side. One that said goodbye before gets its answers; any other has lost interest in what is running. */
  #ended(): void {
    this.#inputEnded = true;
    if (!this.#working) this.#finish();
    else if (!this.#frames.endsWith(TERMINATE_FRAME)) this.#cancelRunning();
  }

  #clientGone(): void {
    clearTimeout(this.#startUpTimer);
    this.#out.close();
    if (this.#working) {
      this.#loop?.stop('silently');
      this.#cancelRunning();
    } else {
      this.#finish();
    }
  }

  #cancelRunning(): void {
    const session = this.#session;
    if (session !== undefined) this.#context.engine.cancel(session.processId, session.secretKey);
  }

  #fatal(thrown: unknown): void {
    if (!(thrown instanceof FatalError) && !(thrown instanceof SqlError)) {
      this.#context.logger.error({err: thrown}, 'internal error on a connection');
    }
    const error = thrown instanceof FatalError ? thrown.error : toSqlError(thrown);
    if (!this.#finished) writeErrorResponse(this.#out.writer, error, 'FATAL');
    this.#finish();
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    clearTimeout(this.#startUpTimer);
    this.#out.flush();
    void this.#closeSession();
    if (this.#socket.destroyed) return;
    // Reading goes on (and is thrown away): closing with unread input would reset the connection and lose the last words.
    this.#socket.end();
    this.#socket.setTimeout(LINGER_IDLE_MS, () => this.#socket.destroy());
    const linger = setTimeout(() => this.#socket.destroy(), LINGER_MS);
    this.#socket.once('close', () => clearTimeout(linger));
  }

  async #closeSession(): Promise<void> {
    if (this.#session !== undefined) {
      try {
        await this.#session.close();
      } catch (error) {
        this.#context.logger.error({err: error}, 'closing a session failed');
      }
      this.#context.leave();
    }
    this.#sessionClosed();
  }
}
