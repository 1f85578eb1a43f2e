import {FatalError} from './fatal-error.ts';
import type {FrameReader} from './frames.ts';
import {MessageCursor} from './message-cursor.ts';

const CANCEL_REQUEST = 80_877_102;
const SSL_REQUEST = 80_877_103;
const GSSENC_REQUEST = 80_877_104;
const EXTENSION_PREFIX = '_pq_.';

export type StartUpMessage =
  | {readonly kind: 'encryption-request'; readonly method: 'ssl' | 'gss'}
  | {readonly kind: 'cancel-request'; readonly processId: number; readonly secretKey: number}
  | StartUp;

export type StartUp = {
  readonly kind: 'start-up';
  readonly minorVersion: number;
  readonly parameters: ReadonlyMap<string, string>;
  /** `_pq_.` options: protocol extensions, none of which is known. */
  readonly extensions: readonly string[];
};

const cursor = new MessageCursor();

/** The message without a type byte that `frame` stands on. @throws FatalError for what cannot be understood. */
export function readStartUpMessage(frame: FrameReader): StartUpMessage {
  cursor.reset(frame.buffer, frame.start, frame.end);
  const code = cursor.int32();
  switch (code) {
    case SSL_REQUEST:
      return {kind: 'encryption-request', method: 'ssl'};
    case GSSENC_REQUEST:
      return {kind: 'encryption-request', method: 'gss'};
    case CANCEL_REQUEST:
      return readCancelRequest(frame.end - frame.start);
    default:
      return readStartUp(code);
  }
}

function readCancelRequest(bodyBytes: number): StartUpMessage {
  if (bodyBytes !== 12) throw new FatalError('protocol_violation', 'invalid length of cancel request packet');
  return {kind: 'cancel-request', processId: cursor.int32(), secretKey: cursor.int32()};
}

function readStartUp(version: number): StartUp {
  const major = version >>> 16;
  const minor = version & 0xffff;
  if (major !== 3) {
    throw new FatalError('feature_not_supported', `unsupported frontend protocol ${major}.${minor}: server supports 3.0 to 3.0`);
  }
  const parameters = new Map<string, string>();
  const extensions: string[] = [];
  try {
    // The list ends with an empty name; one client build leaves that out, another doubles it.
    while (!cursor.atEnd) {
      const name = cursor.cstring();
      if (name === '') break;
      const value = cursor.cstring();
      if (name.startsWith(EXTENSION_PREFIX)) extensions.push(name);
      else parameters.set(name, value);
    }
  } catch (cause) {
    throw Object.assign(new FatalError('protocol_violation', 'invalid startup packet layout: expected terminator as last byte'), {cause});
  }
  return {kind: 'start-up', minorVersion: minor, parameters, extensions};
}
