import {execFile, spawn, type ChildProcess} from 'node:child_process';
import {createWriteStream} from 'node:fs';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';
import {makeCertificates, type TestCertificates} from './certificates.ts';
import {freePorts} from './free-ports.ts';
import {kafkaJars} from './kafka-jars.ts';
import {SASL_USER, serverProperties} from './server-properties.ts';

const run = promisify(execFile);
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

export type BrokerOptions = {
  /** Adds a SASL_PLAINTEXT listener (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512) for `SASL_USER`. */
  readonly sasl?: boolean | undefined;
  /** Adds an SSL listener with certificates made for this run. */
  readonly tls?: boolean | undefined;
  readonly extraProperties?: Readonly<Record<string, string>> | undefined;
  /** Pins the broker to one core (taskset), for benches. */
  readonly cpu?: number | undefined;
  /** Java heap, such as '512m'. */
  readonly heap?: string | undefined;
};

/** A real Kafka broker (KRaft, one node) that belongs to this process. */
export interface Broker {
  /** host:port of the plain listener. */
  readonly brokers: string;
  readonly saslBrokers: string | undefined;
  readonly tlsBrokers: string | undefined;
  readonly certificates: TestCertificates | undefined;
  readonly dataDir: string;
  readonly pid: number;
  /** Clean shutdown and removal of its files. */
  stop(): Promise<void>;
  /** Ends the process with SIGKILL; its files stay for `restart`. */
  kill(): Promise<void>;
  /** Clean shutdown without removing files. */
  shutdown(): Promise<void>;
  /** Starts again with the same ports and data, after ending the process if it still runs. */
  restart(): Promise<void>;
}

/** Formats a fresh data directory, starts a broker on free 127.0.0.1 ports and waits until it accepts (about 4 s). */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const lib = await kafkaJars();
  const home = await mkdtemp(path.join(tmpdir(), 'millrace-kafka-'));
  try {
    return await startIn(home, lib, options);
  } catch (error) {
    await rm(home, {recursive: true, force: true});
    throw error;
  }
}

async function startIn(home: string, lib: string, options: BrokerOptions): Promise<Broker> {
  const dataDir = path.join(home, 'data');
  const [plain, controller, sasl, tls] = (await freePorts(4)) as [number, number, number, number];
  await mkdir(dataDir);
  const certificates = options.tls === true ? await makeCertificates(home) : undefined;
  const ports = {plain, controller, sasl: options.sasl === true ? sasl : undefined, tls: options.tls === true ? tls : undefined};
  const config = path.join(home, 'server.properties');
  await writeFile(config, serverProperties({dataDir, ports, certificates, extra: options.extraProperties}));
  const logging = path.join(home, 'log4j2.properties');
  await writeFile(logging, LOGGING);
  const java = [`-Dlog4j2.configurationFile=${logging}`, '-cp', path.join(lib, '*')];
  const {stdout: id} = await run('java', [...java, 'kafka.tools.StorageTool', 'random-uuid']);
  const users = options.sasl === true ? ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap(m => ['--add-scram', scramUser(m)]) : [];
  await run('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', lastLine(id), '-c', config, ...users]);

  const heap = options.heap ?? '512m';
  const command = ['java', `-Xms${heap}`, `-Xmx${heap}`, '-XX:+UseSerialGC', ...java, 'kafka.Kafka', config];
  if (options.cpu !== undefined) command.unshift('taskset', '-c', String(options.cpu));
  const start = (): Promise<ChildProcess> => startProcess(command, path.join(home, 'broker.log'), plain);
  let child = await start();
  const remove = (): Promise<void> => rm(home, {recursive: true, force: true, maxRetries: 5});
  return {
    brokers: `127.0.0.1:${plain}`,
    saslBrokers: ports.sasl === undefined ? undefined : `127.0.0.1:${sasl}`,
    tlsBrokers: ports.tls === undefined ? undefined : `127.0.0.1:${tls}`,
    certificates,
    dataDir,
    get pid(): number {
      return child.pid ?? -1;
    },
    async stop() {
      await endProcess(child, 'SIGTERM');
      await remove();
    },
    kill: () => endProcess(child, 'SIGKILL'),
    shutdown: () => endProcess(child, 'SIGTERM'),
    async restart() {
      await endProcess(child, 'SIGTERM');
      child = await start();
    },
  };
}

function scramUser(mechanism: string): string {
  return `${mechanism}=[name="${SASL_USER.username}",password="${SASL_USER.password}"]`;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

async function startProcess(command: readonly string[], logFile: string, port: number): Promise<ChildProcess> {
  const child = spawn(command[0]!, command.slice(1), {stdio: ['ignore', 'pipe', 'pipe']});
  const log = createWriteStream(logFile, {flags: 'a'});
  child.stdout.pipe(log, {end: false});
  child.stderr.pipe(log, {end: false});
  child.once('close', () => log.end());
  // A test process that dies without its clean-up must not leave a broker behind.
  const endWithParent = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithParent);
  child.once('exit', () => process.removeListener('exit', endWithParent));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      const text = await readFile(logFile, 'utf8').catch(() => '');
      await endProcess(child, 'SIGKILL');
      throw new Error(`the Kafka broker did not start; end of its log:\n${text.slice(-3000)}`);
    }
    await sleep(50);
  }
  return child;
}

/** A broker listens before it answers: it is up when it closes or answers an ApiVersions request. */
function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect({port, host: '127.0.0.1'});
    const finish = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket.setTimeout(2_000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('data', () => finish(true));
    // length 10 · api key 18 · version 0 · correlation id 1 · null client id
    socket.once('connect', () => socket.write(Buffer.from('0000000a001200000000' + '0001ffff', 'hex')));
  });
}

async function endProcess(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>(done => child.once('exit', () => done()));
  child.kill(signal);
  const forced = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(forced);
}

const LOGGING = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %m (%c)%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
`;
