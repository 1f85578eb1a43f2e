import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const READY = /is ready: psql -h \S+ -p (\d+)/;
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 20_000;

export type ServerOptions = {
  readonly dataDirectory: string;
  /** More arguments of `millrace serve`. */
  readonly args?: readonly string[] | undefined;
};

/** How a server process ended: an exit code, or null and the signal. */
export type ServerExit = {readonly code: number | null; readonly signal: NodeJS.Signals | null};

/** A server process of the built `dist/` that may not accept connections yet. */
export interface StartingServer {
  readonly pid: number;
  /** The port, when it is ready; rejects with `ServerStartError` when the process ends before that. */
  readonly ready: Promise<number>;
  readonly exited: Promise<ServerExit>;
  /** What it wrote to stdout and stderr so far. */
  readonly log: string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when the process is gone, with how it ended. A server that hangs is killed after 20 s. */
  stop(): Promise<ServerExit>;
}

export interface RunningServer extends StartingServer {
  readonly port: number;
}

/** The process ended, or was silent for too long, before it accepted connections. */
export class ServerStartError extends Error {
  readonly exit: ServerExit;
  readonly log: string;

  constructor(exit: ServerExit, log: string) {
    super(`the server did not start (exit code ${exit.code ?? exit.signal ?? 'none'}):\n${log.slice(-3000)}`);
    this.exit = exit;
    this.log = log;
  }
}

/** Starts a server on a free port and waits until it accepts connections. Needs `npm run build` before. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = spawnServer(options);
  const port = await server.ready;
  return Object.assign(server, {port});
}

/** The same without waiting. */
export function spawnServer({dataDirectory, args = []}: ServerOptions): StartingServer {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} does not exist: run "npm run build" first`);
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--data-dir', dataDirectory, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  // A test process that dies without its clean-up must not leave a server behind.
  const endWithParent = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithParent);
  const exited = new Promise<ServerExit>(resolve => child.once('close', (code, signal) => resolve({code, signal})));
  void exited.then(() => process.removeListener('exit', endWithParent));
  const ready = new Promise<number>((resolve, reject) => {
    const timeout = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
    const note = (chunk: string): void => {
      log += chunk;
      const port = READY.exec(log)?.[1];
      if (port === undefined) return;
      clearTimeout(timeout);
      resolve(Number(port));
    };
    child.stdout.setEncoding('utf8').on('data', note);
    child.stderr.setEncoding('utf8').on('data', note);
    void exited.then(exit => {
      clearTimeout(timeout);
      reject(new ServerStartError(exit, log));
    });
  });
  // Nobody may be waiting for it.
  ready.catch(() => {});
  return {
    pid: child.pid ?? -1,
    ready,
    exited,
    get log() {
      return log;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      const exit = await exited;
      clearTimeout(forced);
      return exit;
    },
  };
}
