import {spawn, type ChildProcess} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

const CLOCK_TICKS = 100;

/** User and system seconds of every thread so far. */
export type ThreadSeconds = readonly {readonly id: number; readonly name: string; readonly user: number; readonly system: number}[];

/** A server of its own data directory, pinned to one core. */
export class PinnedServer {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(child: ChildProcess, port: number, directory: string) {
    this.#child = child;
    this.port = port;
    this.#directory = directory;
  }

  /** `nodeOptions` go before the script. */
  static async start(core: number, nodeOptions: readonly string[] = []): Promise<PinnedServer> {
    const directory = mkdtempSync(path.join(tmpdir(), 'millrace-bench-'));
    const main = path.join(import.meta.dirname, '..', '..', 'dist', 'main.js');
    const serve = ['serve', '--port', '0', '--data-dir', directory, '--log-level', 'error'];
    const child = spawn('taskset', ['-c', String(core), 'node', ...nodeOptions, main, ...serve], {stdio: ['ignore', 'pipe', 'inherit']});
    const port = await new Promise<number>((resolve, reject) => {
      child.once('exit', code => reject(new Error(`the server ended with ${code}`)));
      child.stdout.on('data', (data: Buffer) => {
        const found = /-p (\d+)/.exec(String(data));
        if (found !== null) resolve(Number(found[1]));
      });
    });
    return new PinnedServer(child, port, directory);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** To see who works. */
  threadSeconds(): ThreadSeconds {
    return readdirSync(`/proc/${this.pid}/task`).map(id => {
      const stat = readFileSync(`/proc/${this.pid}/task/${id}/stat`, 'utf8');
      const fields = stat.split(') ')[1]!.split(' ');
      const name = /\((.*)\) /.exec(stat)![1]!;
      return {id: Number(id), name, user: Number(fields[11]) / CLOCK_TICKS, system: Number(fields[12]) / CLOCK_TICKS};
    });
  }

  /** SIGTERM lets profiles be written. */
  async stop(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const ended = new Promise(resolve => this.#child.once('exit', resolve));
    this.#child.kill(signal);
    await ended;
    rmSync(this.#directory, {recursive: true, force: true});
  }
}
