import type {Field, Notice, ResultSink} from '../engine/api.ts';
import {writeNoticeResponse} from './protocol/error-response.ts';
import {writeRowDescription} from './protocol/row-description.ts';
import {EMPTY_QUERY_RESPONSE, writeCommandComplete, writeParameterStatus} from './protocol/write-message.ts';
import type {Outbox} from './outbox.ts';

/** Turns what a statement produces into messages. */
export class WireSink implements ResultSink {
  readonly #out: Outbox;

  constructor(out: Outbox) {
    this.#out = out;
  }

  describe(fields: readonly Field[], formats: readonly number[]): void {
    writeRowDescription(this.#out.writer, fields, formats);
  }

  rows(messages: Uint8Array, _count: number): void | Promise<void> {
    return this.#out.rows(messages);
  }

  complete(tag: string): void {
    writeCommandComplete(this.#out.writer, tag);
    this.#out.flushSoon();
  }

  empty(): void {
    this.#out.writer.raw(EMPTY_QUERY_RESPONSE);
  }

  notice(notice: Notice): void {
    writeNoticeResponse(this.#out.writer, notice);
    this.#out.flushSoon();
  }

  parameterStatus(name: string, value: string): void {
    writeParameterStatus(this.#out.writer, name, value);
  }
}
