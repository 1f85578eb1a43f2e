import {sqlError} from '../../common/sql-error.ts';
import type {FrameReader} from './frames.ts';
import * as type from './frontend-type.ts';
import {MessageCursor} from './message-cursor.ts';

export type FrontendMessage =
  | {readonly kind: 'query'; readonly sql: string}
  | {readonly kind: 'parse'; readonly name: string; readonly sql: string; readonly parameterOids: readonly number[]}
  | BindMessage
  | {readonly kind: 'describe-statement'; readonly name: string}
  | {readonly kind: 'describe-portal'; readonly name: string}
  | {readonly kind: 'execute'; readonly portal: string; readonly maxRows: number}
  | {readonly kind: 'close-statement'; readonly name: string}
  | {readonly kind: 'close-portal'; readonly name: string}
  | {readonly kind: 'flush'}
  | {readonly kind: 'sync'}
  | {readonly kind: 'terminate'}
  | {readonly kind: 'function-call'}
  | {readonly kind: 'copy-data'}
  | {readonly kind: 'copy-done'}
  | {readonly kind: 'copy-fail'};

export type BindMessage = {
  readonly kind: 'bind';
  readonly portal: string;
  readonly statement: string;
  readonly parameters: {
    readonly values: readonly (Uint8Array | null)[];
    readonly formats: readonly number[];
    readonly resultFormats: readonly number[];
  };
};

const FLUSH: FrontendMessage = {kind: 'flush'};
const SYNC: FrontendMessage = {kind: 'sync'};
const TERMINATE: FrontendMessage = {kind: 'terminate'};
const FUNCTION_CALL: FrontendMessage = {kind: 'function-call'};
const COPY_DATA: FrontendMessage = {kind: 'copy-data'};
const COPY_DONE: FrontendMessage = {kind: 'copy-done'};
const COPY_FAIL: FrontendMessage = {kind: 'copy-fail'};
const NONE: readonly never[] = [];
const cursor = new MessageCursor();

/** The message that `frame` stands on. @throws SqlError 08P01 when its body does not fit its type, 22021 for text that is not UTF-8. */
export function readMessage(frame: FrameReader): FrontendMessage {
  cursor.reset(frame.buffer, frame.start, frame.end);
  const message = readBody(frame.type);
  if (message.kind !== 'function-call' && message.kind !== 'copy-data' && message.kind !== 'copy-fail') cursor.finish();
  return message;
}

function readBody(messageType: number): FrontendMessage {
  switch (messageType) {
    case type.BIND:
      return readBind();
    case type.EXECUTE:
      return {kind: 'execute', portal: cursor.cstring(), maxRows: Math.max(0, cursor.int32())};
    case type.SYNC:
      return SYNC;
    case type.DESCRIBE:
      return {kind: readsPortal('DESCRIBE') ? 'describe-portal' : 'describe-statement', name: cursor.cstring()};
    case type.PARSE:
      return {kind: 'parse', name: cursor.cstring(), sql: cursor.cstring(), parameterOids: readOids()};
    case type.QUERY:
      return {kind: 'query', sql: cursor.cstring()};
    case type.CLOSE:
      return {kind: readsPortal('CLOSE') ? 'close-portal' : 'close-statement', name: cursor.cstring()};
    case type.FLUSH:
      return FLUSH;
    case type.TERMINATE:
      return TERMINATE;
    case type.FUNCTION_CALL:
      return FUNCTION_CALL;
    case type.COPY_DATA:
      return COPY_DATA;
    case type.COPY_DONE:
      return COPY_DONE;
    case type.COPY_FAIL:
      return COPY_FAIL;
    default:
      throw new Error(`frame of unknown type ${messageType}`);
  }
}

function readBind(): BindMessage {
  const portal = cursor.cstring();
  const statement = cursor.cstring();
  const formats = readFormats();
  const count = cursor.uint16();
  if (formats.length > 1 && formats.length !== count) {
    throw sqlError('protocol_violation', `bind message has ${formats.length} parameter formats but ${count} parameters`);
  }
  const values = count === 0 ? NONE : new Array<Uint8Array | null>(count);
  for (let i = 0; i < count; i++) {
    const length = cursor.int32();
    (values as (Uint8Array | null)[])[i] = length === -1 ? null : cursor.bytes(length);
  }
  return {kind: 'bind', portal, statement, parameters: {values, formats, resultFormats: readFormats()}};
}

function readFormats(): readonly number[] {
  const count = cursor.uint16();
  if (count === 0) return NONE;
  const formats = new Array<number>(count);
  for (let i = 0; i < count; i++) {
    const format = cursor.int16();
    if (format !== 0 && format !== 1) throw sqlError('invalid_parameter_value', `unsupported format code: ${format}`);
    formats[i] = format;
  }
  return formats;
}

function readOids(): readonly number[] {
  const count = cursor.uint16();
  if (count === 0) return NONE;
  const oids = new Array<number>(count);
  for (let i = 0; i < count; i++) oids[i] = cursor.uint32();
  return oids;
}

function readsPortal(name: 'DESCRIBE' | 'CLOSE'): boolean {
  const subtype = cursor.byte();
  if (subtype !== 0x53 && subtype !== 0x50) throw sqlError('protocol_violation', `invalid ${name} message subtype ${subtype}`);
  return subtype === 0x50;
}
