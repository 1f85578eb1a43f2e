import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {startServer, type RunningServer} from '../server/start-server.ts';

/** One data directory and the server on it, killed and started again at will. */
export class KillableServer {
  readonly dataDirectory: string;
  #server: RunningServer | undefined;

  private constructor(dataDirectory: string) {
    this.dataDirectory = dataDirectory;
  }

  static async create(): Promise<KillableServer> {
    return new KillableServer(await mkdtemp(path.join(tmpdir(), 'millrace-crash-')));
  }

  /** Kills what runs and starts again; resolves with the port. */
  async restart(): Promise<number> {
    await this.kill();
    this.#server = await startServer({dataDirectory: this.dataDirectory});
    return this.#server.port;
  }

  async kill(): Promise<void> {
    await this.#server?.kill();
    this.#server = undefined;
  }

  async dispose(): Promise<void> {
    await this.kill();
    await rm(this.dataDirectory, {recursive: true, force: true});
  }
}
