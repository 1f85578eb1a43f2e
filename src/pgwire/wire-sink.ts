import {sqlError} from '../common/sql-error.ts';
import type {Field, Notice, ResultSink} from '../engine/api.ts';
import {writeNoticeResponse} from './protocol/error-response.ts';
import {writeRowDescription} from './protocol/row-description.ts';
import {EMPTY_QUERY_RESPONSE, writeCommandComplete, writeParameterStatus} from './protocol/write-message.ts';
import type {Outbox} from './outbox.ts';

/**
 * Turns what statements produce into messages. It ends when one of them fails: a statement that was cancelled may still be running for a
 * moment, and what it says then must not come between the answers to later messages.
 */
export class WireSink implements ResultSink {
  readonly #out: Outbox;
  #ended = false;

  constructor(out: Outbox) {
    this.#out = out;
  }

  end(): void {
    this.#ended = true;
  }

  describe(fields: readonly Field[], formats: readonly number[]): void {
    this.#check();
    writeRowDescription(this.#out.writer, fields, formats);
  }

  rows(messages: Uint8Array, _count: number): void | Promise<void> {
    this.#check();
    return this.#out.rows(messages);
  }

  complete(tag: string): void {
    this.#check();
    writeCommandComplete(this.#out.writer, tag);
    this.#out.flushSoon();
  }

  empty(): void {
    this.#check();
    this.#out.writer.raw(EMPTY_QUERY_RESPONSE);
  }

  notice(notice: Notice): void {
    if (this.#ended) return;
    writeNoticeResponse(this.#out.writer, notice);
    this.#out.flushSoon();
  }

  /** Also after the end: a changed setting must reach the client, and may do so at any time. */
  parameterStatus(name: string, value: string): void {
    writeParameterStatus(this.#out.writer, name, value);
  }

  #check(): void {
    if (this.#ended) throw sqlError('query_canceled', 'the statement has ended');
  }
}
