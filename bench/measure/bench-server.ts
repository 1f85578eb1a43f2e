import {mkdtempSync, rmSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import pg from 'pg';
import {startServer, type RunningServer} from '../../test/server/start-server.ts';

/** The built server in a temporary data directory, and clients of it. */
export class BenchServer {
  readonly pid: number;
  readonly port: number;
  readonly #server: RunningServer;
  readonly #directory: string;
  readonly #clients: pg.Client[] = [];

  private constructor(server: RunningServer, directory: string) {
    this.pid = server.pid;
    this.port = server.port;
    this.#server = server;
    this.#directory = directory;
  }

  static async start(): Promise<BenchServer> {
    const directory = mkdtempSync(path.join(tmpdir(), 'millrace-bench-'));
    return new BenchServer(await startServer({dataDirectory: directory, args: ['--log-level', 'error']}), directory);
  }

  async client(): Promise<pg.Client> {
    const client = new pg.Client({host: '127.0.0.1', port: this.port, user: 'bench', database: 'bench'});
    client.on('error', () => {});
    await client.connect();
    this.#clients.push(client);
    return client;
  }

  /** Sends a CancelRequest for what the client is running. */
  cancel(client: pg.Client): void {
    const {processID, secretKey} = client as unknown as {readonly processID: number; readonly secretKey: number};
    const request = Buffer.alloc(16);
    [16, 80877102, processID, secretKey].forEach((word, i) => request.writeInt32BE(word, i * 4));
    net.connect(this.port, '127.0.0.1').end(request);
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) await client.end().catch(() => {});
    await this.#server.kill();
    rmSync(this.#directory, {recursive: true, force: true});
  }
}
