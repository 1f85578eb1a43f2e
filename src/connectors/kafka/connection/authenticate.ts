import {ERROR_CODE, errorName} from '../protocol/error-code.ts';
import {readSaslAuthenticate, readSaslHandshake, writeSaslAuthenticate, writeSaslHandshake} from '../protocol/sasl-messages.ts';
import {AuthenticationFailed} from './broker-error.ts';
import type {RequestChannel} from './request-channel.ts';
import {ScramClient} from './scram.ts';
import type {SaslOptions} from './security.ts';

/** Runs the SASL conversation on a fresh connection. Rejects with AuthenticationFailed, or as the connection does. */
export async function authenticate(connection: RequestChannel, sasl: SaslOptions): Promise<void> {
  const {mechanism} = sasl;
  const handshake = await connection.request('saslHandshake', w => writeSaslHandshake(w, mechanism), readSaslHandshake);
  if (handshake.error === ERROR_CODE.unsupported_sasl_mechanism) {
    throw new AuthenticationFailed(connection.broker, `the broker offers ${handshake.mechanisms.join(', ')}, not ${mechanism}`);
  }
  if (handshake.error !== 0) throw new AuthenticationFailed(connection.broker, errorName(handshake.error));

  const send = async (bytes: Uint8Array): Promise<Buffer> => {
    const answer = await connection.request('saslAuthenticate', w => writeSaslAuthenticate(w, bytes), readSaslAuthenticate);
    if (answer.error !== 0) throw new AuthenticationFailed(connection.broker, answer.message ?? errorName(answer.error));
    return answer.bytes;
  };
  if (mechanism === 'PLAIN') {
    await send(Buffer.from(`\0${sasl.username}\0${sasl.password}`, 'utf8'));
    return;
  }
  const scram = new ScramClient(mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512', sasl.username, sasl.password);
  const serverFirst = await send(scram.firstMessage());
  try {
    const final = await scram.finalMessage(serverFirst);
    scram.verify(await send(final));
  } catch (error) {
    if (error instanceof AuthenticationFailed || connection.closed) throw error;
    throw new AuthenticationFailed(connection.broker, error instanceof Error ? error.message : String(error));
  }
}
