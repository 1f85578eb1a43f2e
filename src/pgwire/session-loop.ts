import {SqlError, sqlError, toSqlError} from '../common/sql-error.ts';
import {unreachable} from '../common/unreachable.ts';
import type {Field, Session} from '../engine/api.ts';
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
  /** Ended and replaced when a statement fails: see WireSink. */
  #sink: WireSink;
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
    this.#sink = new WireSink(out);
  }

  /** Ends the loop before its next message: with an error for the client, or without a word when nobody listens any more. */
  stop(reason: FatalError | 'silently'): void {
    this.#stopped ??= reason;
  }

  /** Answers all complete messages that have arrived. 'terminated' = the client said goodbye. @throws FatalError; calls must not overlap. */
  async run(): Promise<'waiting' | 'terminated'> {
    const session = this.#session;
    const {writer} = this.#out;
    for (let handled = 1; ; handled++) {
      if (this.#stopped !== undefined) return this.#end(this.#stopped);
      try {
        if (!this.#frames.next()) return 'waiting';
        const type = this.#frames.type;
        if (this.#skipping && type !== SYNC && type !== TERMINATE) continue;
        const message = readMessage(this.#frames);
        switch (message.kind) {
          // The messages of a prepared lookup stand here: each promise between this loop and the session costs.
          case 'bind': {
            const bound = session.bind(message.portal, message.statement, message.parameters);
            if (bound !== undefined) await bound;
            writer.raw(reply.BIND_COMPLETE);
            break;
          }
          case 'describe-portal': {
            const description = session.describePortal(message.name);
            const {fields, formats} = 'fields' in description ? description : await description;
            this.#describe(fields, formats);
            break;
          }
          case 'execute':
            if ((await session.execute(message.portal, message.maxRows, this.#sink)) === 'suspended') writer.raw(reply.PORTAL_SUSPENDED);
            break;
          case 'sync': {
            this.#skipping = false;
            const synced = session.sync();
            if (synced !== undefined) await synced;
            this.#ready();
            break;
          }
          case 'terminate':
            return 'terminated';
          default:
            await this.#answer(message);
        }
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

  async #answer(message: Exclude<FrontendMessage, {kind: 'bind' | 'describe-portal' | 'execute' | 'sync' | 'terminate'}>): Promise<void> {
    const session = this.#session;
    const {writer} = this.#out;
    switch (message.kind) {
      case 'parse':
        this.#sql = message.sql;
        await session.prepare(message.name, message.sql, message.parameterOids);
        this.#sql = undefined;
        writer.raw(reply.PARSE_COMPLETE);
        return;
      case 'describe-statement': {
        const {parameterOids, fields} = await session.describeStatement(message.name);
        reply.writeParameterDescription(writer, parameterOids);
        this.#describe(fields, TEXT_FORMATS);
        return;
      }
      case 'query':
        this.#sql = message.sql;
        await session.simpleQuery(message.sql, this.#sink);
        this.#sql = undefined;
        this.#ready();
        return;
      case 'close-statement':
        await session.closeStatement(message.name);
        writer.raw(reply.CLOSE_COMPLETE);
        return;
      case 'close-portal':
        await session.closePortal(message.name);
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
        return;
      default:
        unreachable(message);
    }
  }

  #describe(fields: readonly Field[] | null, formats: readonly number[]): void {
    if (fields === null) this.#out.writer.raw(reply.NO_DATA);
    else writeRowDescription(this.#out.writer, fields, formats);
  }

  async #failed(thrown: unknown, type: number): Promise<void> {
    this.#sink.end();
    this.#sink = new WireSink(this.#out);
    if (thrown instanceof FatalError) throw thrown;
    if (this.#stopped !== undefined) return; // what was running has been cancelled for it
    if (this.#skipping && type !== SYNC) return; // an oversized message among those that are ignored
    this.#report(thrown);
    if (isExtendedQuery(type)) {
      this.#skipping = true;
      return;
    }
    if (type !== SYNC) await this.#syncOrReport();
    this.#ready();
  }

  async #syncOrReport(): Promise<void> {
    try {
      await this.#session.sync();
    } catch (error) {
      this.#report(error);
    }
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
