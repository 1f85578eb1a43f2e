import {mkdtempSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {startBroker, type Broker} from './broker.ts';
import {SHARED_BROKER_SOCKET} from './shared-broker.ts';

/**
 * Vitest global set-up: offers one broker to the whole run over a local socket. It is started when the first test asks, and ended with
 * the run.
 */
export default function setup(): () => Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-test-run-'));
  const socketPath = path.join(folder, 'broker.sock');
  let starting: Promise<Broker> | undefined;
  const server = net.createServer(socket => {
    socket.on('error', () => undefined);
    starting ??= startBroker({sasl: true, tls: true});
    starting.then(
      ({brokers, saslBrokers, tlsBrokers, certificates}) => socket.end(JSON.stringify({brokers, saslBrokers, tlsBrokers, certificates})),
      (error: unknown) => socket.end(JSON.stringify({error: String(error)})),
    );
  });
  server.listen(socketPath);
  process.env[SHARED_BROKER_SOCKET] = socketPath;
  return async () => {
    server.close();
    const broker = await starting?.catch(() => undefined);
    await broker?.stop();
    await rm(folder, {recursive: true, force: true});
  };
}
