import type {Socket} from 'node:net';
import {FatalError} from './protocol/fatal-error.ts';
import {isLoopback} from './loopback.ts';

export type AuthPolicy = {
  /** Trust every address, not only this machine's own. */
  readonly insecure: boolean;
};

/**
 * Decides who may go on after the start-up message. Today every user is trusted who comes from this machine; password and certificate
 * methods belong here, between the start-up message and AuthenticationOk.
 * @throws FatalError 28000
 */
export function authenticate(user: string, socket: Socket, policy: AuthPolicy): void {
  const address = socket.remoteAddress ?? '';
  if (policy.insecure || isLoopback(address)) return;
  throw new FatalError('invalid_authorization_specification', `connection from ${address} rejected for user "${user}"`, {
    hint: 'Only connections from this machine are trusted.',
  });
}
