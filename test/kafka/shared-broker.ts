import net from 'node:net';
import {text} from 'node:stream/consumers';
import type {TestCertificates} from './certificates.ts';

/** Environment variable with the path of the socket that the global set-up listens on. */
export const SHARED_BROKER_SOCKET = 'MILLRACE_TEST_BROKER_SOCKET';

/** Addresses of the broker that all tests of a run share; a test uses topics of its own and never stops it. */
export type SharedBroker = {
  readonly brokers: string;
  /** SASL_PLAINTEXT listener for `SASL_USER`. */
  readonly saslBrokers: string;
  readonly tlsBrokers: string;
  readonly certificates: TestCertificates;
};

/** Starts it if no test has asked before (about 5 s). */
export async function sharedBroker(): Promise<SharedBroker> {
  const socketPath = process.env[SHARED_BROKER_SOCKET];
  if (socketPath === undefined) throw new Error('the shared broker exists only in a vitest run');
  const answer = JSON.parse(await text(net.connect(socketPath))) as SharedBroker & {error?: string};
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}
