#!/usr/bin/env node
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Command, InvalidArgumentError} from 'commander';
import pino from 'pino';
import {runDemo} from './cli/demo.ts';
import {runSql} from './cli/run-sql.ts';
import {SqlError, sqlError} from './common/sql-error.ts';
import {readServerConfig, type ServerConfig} from './config/server-config.ts';
import {createEngine} from './engine/create-engine.ts';
import {parseStatements} from './parser/parse-statements.ts';
import {listenPgwire} from './pgwire/server.ts';

const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {version: string};

const program = new Command('millrace')
  .description('A streaming SQL database: Kafka in, incrementally maintained views in the middle, any PostgreSQL client out.')
  .version(version)
  .addHelpText(
    'after',
    `
Examples:
  millrace serve                                   start a server on 127.0.0.1:5440, data in ./millrace-data
  millrace serve --port 6000 --data-dir /var/lib/millrace
  millrace demo                                    generated data and three views that change
  millrace sql -c "SHOW STREAMS"                   run a statement
  millrace sql -f schema.sql                       run a file
  psql -h 127.0.0.1 -p 5440                        any PostgreSQL client works`,
  );

program
  .command('serve')
  .description('start a server')
  .option('--host <address>', 'address to listen on (default 127.0.0.1)')
  .option('--port <number>', 'port to listen on, 0 = any free one (default 5440)')
  .option('--data-dir <directory>', 'where state is kept (default ./millrace-data)')
  .option('--config <file>', 'JSON file with the same keys')
  .option('--memory-limit <size>', 'what state and queues may take: 2GB, 70%, none (default 70% of the memory there is)')
  .option('--log-level <level>', 'fatal, error, warn, info, debug, trace or silent (default info)')
  .option('--test-clock', 'let SET millrace.clock set the time: for tests')
  .option('--insecure', 'listen beyond loopback although every client is trusted')
  .action(async (flags: Record<string, unknown>) => serve(readServerConfig(flags, process.env)));

program
  .command('demo')
  .description('start a server on generated data and print three views as they change')
  .option('--port <number>', 'port to listen on, 0 = any free one', '0')
  .option('--seconds <number>', 'end after so many seconds (without it: stay up until Ctrl-C)', positiveNumber)
  .action(async ({port, seconds}: {port: string; seconds?: number}) => demo(port, seconds));

program
  .command('sql')
  .description('run SQL against a server and print the results')
  .option('-c, --command <sql>', 'statements to run')
  .option('-f, --file <path>', 'file to run')
  .option('--host <address>', 'server address', '127.0.0.1')
  .option('--port <number>', 'server port', '5440')
  .option('--user <name>', 'user name', 'millrace')
  .option('--database <name>', 'database name', 'millrace')
  .action(async (flags: {command?: string; file?: string; host: string; port: string; user: string; database: string}) => {
    if ((flags.command === undefined) === (flags.file === undefined)) program.error('give either -c or -f');
    process.exitCode = await runSql({
      host: flags.host,
      port: Number(flags.port),
      user: flags.user,
      database: flags.database,
      inputs: [flags.command === undefined ? {kind: 'file', path: flags.file!} : {kind: 'command', sql: flags.command}],
      stdout: process.stdout,
      stderr: process.stderr,
    });
  });

type RunningServer = {readonly host: string; readonly port: number; readonly log: pino.Logger; close(): Promise<void>};

async function startServer(config: ServerConfig): Promise<RunningServer> {
  const log = pino({name: 'millrace', level: config.logLevel}, pino.destination(2));
  const engine = await createEngine({
    dataDirectory: config.dataDirectory,
    port: config.port,
    memoryLimit: config.memoryLimit,
    testClock: config.testClock,
    log: (level, message, fields = {}) => log[level](fields, message),
    onFatal: error => {
      log.fatal({err: error}, 'the server cannot go on');
      process.exit(70);
    },
  });
  const listener = await listenPgwire({engine, host: config.host, port: config.port, logger: log, insecure: config.insecure}).catch(
    async (error: unknown) => {
      await engine.close();
      if (error instanceof SqlError) throw error;
      throw sqlError('io_error', `could not listen on ${config.host}:${config.port}: ${(error as Error).message}`, {
        hint: 'Give another --port.',
      });
    },
  );
  const close = async (): Promise<void> => {
    await listener.close();
    await engine.close();
  };
  return {host: listener.host, port: listener.port, log, close};
}

/** Calls `stop` at the first SIGINT or SIGTERM; later ones change nothing. */
function onStopSignal(stop: (signal: string) => void): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      stop(signal);
    });
  }
}

async function serve(config: ServerConfig): Promise<void> {
  const server = await startServer(config);
  onStopSignal(signal => {
    server.log.info({signal}, 'stopping');
    void server.close().then(() => process.exit(0));
  });
  process.stdout.write(`Millrace ${version} is ready: psql -h ${server.host} -p ${server.port}   (data in ${config.dataDirectory})\n`);
  // The first statement has the grammar analysed: better now than when somebody waits for it.
  setImmediate(() => parseStatements('SELECT 1'));
}

function positiveNumber(value: string): number {
  const number = Number(value);
  if (!(number > 0 && number <= 1e6)) throw new InvalidArgumentError('It must be a number above 0.');
  return number;
}

/** A server in a temporary data directory that ends with the demo. */
async function demo(port: string, seconds: number | undefined): Promise<void> {
  const stop = new AbortController();
  onStopSignal(() => stop.abort());
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'millrace-demo-'));
  try {
    const server = await startServer(readServerConfig({port, dataDir: dataDirectory, host: '127.0.0.1', logLevel: 'warn'}, {}));
    process.stdout.write(`Millrace ${version} is ready: psql -h ${server.host} -p ${server.port}\n`);
    try {
      await runDemo({host: server.host, port: server.port, seconds, stdout: process.stdout, signal: stop.signal});
    } finally {
      await server.close();
    }
  } finally {
    rmSync(dataDirectory, {recursive: true, force: true});
  }
  process.exit(0);
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof SqlError)) throw error;
  process.stderr.write(`millrace: ${error.message}\n${error.fields.hint === undefined ? '' : `HINT: ${error.fields.hint}\n`}`);
  process.exitCode = 1;
}
