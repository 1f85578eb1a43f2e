import {createServer, type AddressInfo, type Server} from 'node:net';
import type {Engine} from '../engine/api.ts';
import {Connection} from './connection.ts';
import {listenAddress} from './loopback.ts';
import type {WireLogger} from './logger.ts';
import {FatalError} from './protocol/fatal-error.ts';
import type {WireContext} from './wire-context.ts';

export type PgwireOptions = {
  readonly engine: Engine;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly logger: WireLogger;
  /** Also listen where other machines can connect, all of them trusted. */
  readonly insecure?: boolean | undefined;
  /** Sessions at a time; the next one gets 53300. */
  readonly maxConnections?: number | undefined;
  /** Longest single message, in bytes. */
  readonly maxMessageBytes?: number | undefined;
  readonly startUpTimeoutMs?: number | undefined;
  /** How long `close` waits for cancelled statements before it cuts their connections. */
  readonly closeTimeoutMs?: number | undefined;
};

export type PgwireServer = {
  readonly host: string;
  readonly port: number;
  /** Refuses new clients, ends the present ones with 57P01, resolves when all sessions are closed. */
  close(): Promise<void>;
};

const KEEPALIVE_MS = 60_000;
/** Sockets without a session: start-up and cancel requests in flight. */
const SPARE_SOCKETS = 256;

/** Serves the PostgreSQL protocol. @throws SqlError 28000 for a host other than loopback without `insecure`; the listen error of the system. */
export async function listenPgwire(options: PgwireOptions): Promise<PgwireServer> {
  const {engine, logger, insecure = false, maxConnections = 1000} = options;
  const host = await listenAddress(options.host, insecure);
  const connections = new Set<Connection>();
  let sessions = 0;
  const context: WireContext = {
    engine,
    logger,
    auth: {insecure},
    maxMessageBytes: options.maxMessageBytes ?? 256 * 1024 * 1024,
    startUpTimeoutMs: options.startUpTimeoutMs ?? 60_000,
    admit() {
      if (sessions >= maxConnections) throw new FatalError('too_many_connections', 'sorry, too many clients already');
      sessions++;
    },
    leave() {
      sessions--;
    },
  };
  // Half-open: a client may close its sending side and still wait for answers.
  const server = createServer({allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS}, socket => {
    const connection = new Connection(socket, context);
    connections.add(connection);
    void connection.closed.then(() => connections.delete(connection));
  });
  server.maxConnections = maxConnections + SPARE_SOCKETS;
  await listen(server, host, options.port);
  const {address, port} = server.address() as AddressInfo;
  return {host: address, port, close: () => closeAll(server, connections, options.closeTimeoutMs ?? 5_000)};
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({host, port, backlog: 1024}, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function closeAll(server: Server, connections: ReadonlySet<Connection>, timeoutMs: number): Promise<void> {
  server.close();
  const error = new FatalError('admin_shutdown', 'terminating connection due to administrator command');
  for (const connection of connections) connection.terminate(error);
  let cut: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>(resolve => {
    cut = setTimeout(() => {
      for (const connection of connections) connection.destroy();
      resolve();
    }, timeoutMs);
  });
  await Promise.race([timeout, Promise.all(Array.from(connections, connection => connection.closed))]);
  clearTimeout(cut);
}
