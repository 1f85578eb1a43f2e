import {SqlError, sqlError, toSqlError} from '../common/sql-error.ts';
import {unreachable} from '../common/unreachable.ts';
import type {Session} from '../engine/api.ts';
import type {WireLogger} from './logger.ts';
import type {Outbox} from './outbox.ts';
import {writeErrorResponse} from './protocol/error-response.ts';
import {FatalError} from './protocol/fatal-error.ts';
import type {FrameReader} from './protocol/frames.ts';
import {isExtendedQuery, SYNC, TERMINATE} from './protocol/frontend-type.ts';
import {readMessage, type FrontendMessage} from './protocol/read-message.ts';
import {writeRowDescription} from './protocol/row-description.ts';
import * as reply from './protocol/write-message.ts';
import {nextTurn} from './turn-end.ts';
import {WireSink} from './wire-sink.ts';

/** A client that pipelines without end lets others have their turn after this many messages. */
const MESSAGES_PER_TURN = 512;
const TEXT_FORMATS: readonly number[] = [];

type SessionLoopArgs = {
  readonly session: Session;
  readonly frames: FrameReader;
  readonly out: Outbox;
  readonly logger: WireLogger;
};

/** Answers the messages of an open session, one after the other, in order. */
export class SessionLoop {
  readonly #session: Session;
  readonly #frames: FrameReader;
  readonly #out: Outbox;
  readonly #logger: WireLogger;
  /** After an error in an extended-query message: everything up to the next Sync is ignored. */
  #skipping = false;
  /** Text of the statement that the current message carries; error positions count in it. */
  #sql: string | undefined;
  #stopped: FatalError | 'silently' | undefined;

  constructor({session, frames, out, logger}: SessionLoopArgs) {
    this.#session = session;
    this.#frames = frames;
    this.#out = out;
    this.#logger = logger;
  }

  /** Ends the loop before its next message: with an error for the client, or without a word when nobody listens any more. */
  stop(reason: FatalError | 'silently'): void {
    this.#stopped ??= reason;
  }

  /** Answers all complete messages that have arrived. 'terminated' = the client said goodbye. @throws FatalError; calls must not overlap. */
  async run(): Promise<'waiting' | 'terminated'> {
    for (let handled = 1; ; handled++) {
      if (this.#stopped !== undefined) return this.#end(this.#stopped);
      try {
        if (!this.#frames.next()) return 'waiting';
        const type = this.#frames.type;
        if (this.#skipping && type !== SYNC && type !== TERMINATE) continue;
        const message = readMessage(this.#frames);
        if (message.kind === 'terminate') return 'terminated';
        await this.#answer(message);
      } catch (error) {
        await this.#failed(error, this.#frames.type);
      }
      if (this.#out.congested) await this.#out.drained().catch(() => this.stop('silently'));
      if (handled % MESSAGES_PER_TURN === 0) await nextTurn();
    }
  }

  #end(reason: FatalError | 'silently'): 'terminated' {
    if (reason === 'silently') return 'terminated';
    throw reason;
  }

  async #answer(message: FrontendMessage): Promise<void> {
    const session = this.#session;
    const {writer} = this.#out;
    switch (message.kind) {
      case 'bind':
        await session.bind(message.portal, message.statement, message.parameters);
        writer.raw(reply.BIND_COMPLETE);
        return;
      case 'execute':
        await this.#execute(message.portal, message.maxRows);
        return;
      case 'sync':
        this.#skipping = false;
        await session.sync();
        this.#ready();
        return;
      case 'describe':
        if (message.target === 'portal') await this.#describePortal(message.name);
        else await this.#describeStatement(message.name);
        return;
      case 'parse':
        this.#sql = message.sql;
        await session.prepare(message.name, message.sql, message.parameterOids);
        this.#sql = undefined;
        writer.raw(reply.PARSE_COMPLETE);
        return;
      case 'query':
        this.#sql = message.sql;
        await this.#query(message.sql);
        this.#sql = undefined;
        this.#ready();
        return;
      case 'close':
        await (message.target === 'portal' ? session.closePortal(message.name) : session.closeStatement(message.name));
        writer.raw(reply.CLOSE_COMPLETE);
        return;
      case 'flush':
        this.#out.flushSoon();
        return;
      case 'function-call':
        throw sqlError('feature_not_supported', 'the function call message is not supported', {hint: 'Call the function with SELECT.'});
      case 'copy-data':
      case 'copy-done':
      case 'copy-fail': // outside of COPY: the rest of one that failed; PostgreSQL ignores it too
      case 'terminate':
        return;
      default:
        unreachable(message);
    }
  }

  async #execute(portal: string, maxRows: number): Promise<void> {
    const sink = new WireSink(this.#out);
    try {
      if ((await this.#session.execute(portal, maxRows, sink)) === 'suspended') this.#out.writer.raw(reply.PORTAL_SUSPENDED);
    } finally {
      sink.end();
    }
  }

  async #query(sql: string): Promise<void> {
    const sink = new WireSink(this.#out);
    try {
      await this.#session.simpleQuery(sql, sink);
    } finally {
      sink.end();
    }
  }

  async #describePortal(name: string): Promise<void> {
    const {fields, formats} = await this.#session.describePortal(name);
    if (fields === null) this.#out.writer.raw(reply.NO_DATA);
    else writeRowDescription(this.#out.writer, fields, formats);
  }

  async #describeStatement(name: string): Promise<void> {
    const {parameterOids, fields} = await this.#session.describeStatement(name);
    reply.writeParameterDescription(this.#out.writer, parameterOids);
    if (fields === null) this.#out.writer.raw(reply.NO_DATA);
    else writeRowDescription(this.#out.writer, fields, TEXT_FORMATS);
  }

  async #failed(thrown: unknown, type: number): Promise<void> {
    if (thrown instanceof FatalError) throw thrown;
    if (this.#stopped !== undefined) return; // what was running has been cancelled for it
    if (this.#skipping && type !== SYNC) return; // an oversized message among those that are ignored
    this.#report(thrown);
    if (isExtendedQuery(type)) {
      this.#skipping = true;
      return;
    }
    if (type !== SYNC) await this.#session.sync().catch((error: unknown) => this.#report(error));
    this.#ready();
  }

  /** The session learns of the error first: an open transaction block must count as failed before the client hears of it. */
  #report(thrown: unknown): void {
    const error = toSqlError(thrown);
    if (!(thrown instanceof SqlError)) this.#logger.error({err: thrown, sql: this.#sql}, 'internal error in a statement');
    this.#session.fail(error);
    writeErrorResponse(this.#out.writer, error, 'ERROR', this.#sql);
    this.#sql = undefined;
  }

  #ready(): void {
    this.#out.writer.raw(reply.READY_FOR_QUERY[this.#session.status]);
    this.#out.flushSoon();
  }
}
