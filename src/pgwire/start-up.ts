import type {Socket} from 'node:net';
import type {Session} from '../engine/api.ts';
import {authenticate} from './auth.ts';
import type {Outbox} from './outbox.ts';
import {FatalError} from './protocol/fatal-error.ts';
import type {FrameReader} from './protocol/frames.ts';
import {readStartUpMessage, type StartUp} from './protocol/start-up-message.ts';
import {parseStartUpOptions} from './protocol/start-up-options.ts';
import * as message from './protocol/write-message.ts';
import type {WireContext} from './wire-context.ts';

type StartUpDialogArgs = {
  readonly socket: Socket;
  readonly frames: FrameReader;
  readonly out: Outbox;
  readonly context: WireContext;
};

/** The part of a connection before its session: encryption requests, cancel requests, the start-up message and its answer. */
export class StartUpDialog {
  readonly #socket: Socket;
  readonly #frames: FrameReader;
  readonly #out: Outbox;
  readonly #context: WireContext;
  readonly #encryptionAsked = new Set<string>();

  constructor({socket, frames, out, context}: StartUpDialogArgs) {
    this.#socket = socket;
    this.#frames = frames;
    this.#out = out;
    this.#context = context;
  }

  /** Works off what has arrived: 'waiting' for more, 'over' (a cancel request has no answer), or the session. @throws FatalError, SqlError */
  advance(): 'waiting' | 'over' | Session {
    while (this.#frames.nextStartUp()) {
      const start = readStartUpMessage(this.#frames);
      switch (start.kind) {
        case 'encryption-request':
          this.#refuseEncryption(start.method);
          break;
        case 'cancel-request':
          this.#context.engine.cancel(start.processId, start.secretKey);
          return 'over';
        case 'start-up':
          return this.#open(start);
      }
    }
    return 'waiting';
  }

  #refuseEncryption(method: 'ssl' | 'gss'): void {
    if (this.#encryptionAsked.has(method)) {
      const code = method === 'ssl' ? '1234.5679' : '1234.5680';
      throw new FatalError('feature_not_supported', `unsupported frontend protocol ${code}: server supports 3.0 to 3.0`);
    }
    this.#encryptionAsked.add(method);
    this.#out.writer.raw(message.ENCRYPTION_REFUSED);
    this.#out.flush();
  }

  #open(start: StartUp): Session {
    const {writer} = this.#out;
    if (start.minorVersion > 0 || start.extensions.length > 0) message.writeNegotiateProtocolVersion(writer, start.extensions);
    const {user, database, settings} = readParameters(start.parameters);
    authenticate(user, this.#socket, this.#context.auth);
    this.#context.admit();
    try {
      writer.raw(message.AUTHENTICATION_OK);
      const session = this.#context.engine.openSession({user, database, settings});
      for (const [name, value] of session.initialParameters) message.writeParameterStatus(writer, name, value);
      message.writeBackendKeyData(writer, session.processId, session.secretKey);
      writer.raw(message.READY_FOR_QUERY[session.status]);
      return session;
    } catch (error) {
      this.#context.leave();
      throw error;
    }
  }
}

function readParameters(parameters: ReadonlyMap<string, string>): {user: string; database: string; settings: Map<string, string>} {
  const settings = new Map<string, string>();
  for (const [name, value] of parseStartUpOptions(parameters.get('options') ?? '')) settings.set(name, value);
  let user = '';
  let database = '';
  for (const [name, value] of parameters) {
    if (name === 'user') user = value;
    else if (name === 'database') database = value;
    else if (name === 'replication') refuseReplication(value);
    else if (name !== 'options') settings.set(name, value);
  }
  if (user === '') throw new FatalError('invalid_authorization_specification', 'no PostgreSQL user name specified in startup packet');
  return {user, database: database === '' ? user : database, settings};
}

function refuseReplication(value: string): void {
  if (['false', 'off', 'no', '0'].includes(value.toLowerCase())) return;
  throw new FatalError('feature_not_supported', 'replication connections are not supported');
}
