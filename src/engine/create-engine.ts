import {SYSTEM_RELATIONS} from '../catalog/system/system-relations.ts';
import {randomInt} from 'node:crypto';
import type {Engine, Session, SessionOptions} from './api.ts';
import {CatalogStore} from './catalog-store.ts';
import {DataflowClient} from './dataflow/dataflow-client.ts';
import {ThreadTransport} from './dataflow/thread-transport.ts';
import {toSqlError} from '../common/sql-error.ts';
import {SettableClock} from '../common/settable-clock.ts';
import {wallClock} from '../common/wall-clock.ts';
import {nodeFiles} from '../runtime/durability/file-layer.ts';
import {Journal} from '../runtime/durability/journal.ts';
import {CheckpointService} from './durability/checkpoint-service.ts';
import {journalledDdl} from './durability/journalled-ddl.ts';
import {assertJournalExtent} from './durability/journal-extent.ts';
import {openDataDirectory} from './durability/data-directory.ts';
import {GroupCommit} from './durability/group-commit.ts';
import {MetaStore} from './durability/meta-store.ts';
import {IngestClient} from './ingest/ingest-client.ts';
import {noteSource} from './note-source.ts';
import {recoveryChanges} from './recovery-changes.ts';
import type {EngineServices, SourceReport} from './services.ts';
import {ClientSession} from './sessions/client-session.ts';
import {SessionState} from './sessions/session-state.ts';

export type EngineOptions = {
  readonly dataDirectory: string;
  readonly port: number;
  readonly log: EngineServices['log'];
  readonly checkpointIntervalMs?: number | undefined;
  /** Bytes that state and queues may take; absent = no limit. */
  readonly memoryLimit?: number | undefined;
  /** SET millrace.clock may set the time: for tests. */
  readonly testClock?: boolean | undefined;
  /** Something failed that the server cannot go on without. */
  readonly onFatal: (error: Error) => void;
};
const CHECKPOINT_INTERVAL_MS = 30_000;

export type RunningEngine = Engine & {close(): Promise<void>};

/** Opens a data directory and starts the threads. */
export async function createEngine(options: EngineOptions): Promise<RunningEngine> {
  const directory = openDataDirectory(options.dataDirectory);
  const meta = new MetaStore(directory.database);
  const manifest = meta.manifest();
  const catalogs = new CatalogStore(meta, SYSTEM_RELATIONS);
  const past = Journal.read(nodeFiles, directory.journal, 0, (file, bytes) =>
    options.log('warn', 'the journal ended in the middle of a record: its unsynced tail was cut', {file, bytes}),
  );
  assertJournalExtent(past, meta, directory.journal);
  for (const {ddl, position} of journalledDdl(past)) catalogs.replay(ddl, position);
  const transport = new ThreadTransport({
    journalDirectory: directory.journal,
    segmentsDirectory: directory.segments,
    manifest: manifest ?? null,
    past,
    memoryLimit: options.memoryLimit ?? Infinity,
  });
  const dataflow = new DataflowClient(transport);
  const ingest = new IngestClient(transport.bell);
  const checkpoints = new CheckpointService({files: nodeFiles, directory: directory.segments, manifest, meta, dataflow, log: options.log});
  const commits = new GroupCommit(nodeFiles, directory.journal);
  const sourceReports = new Map<number, SourceReport>();
  let closing = false;
  const fatal = (what: string) => (error: Error | undefined) => {
    if (closing) return;
    dataflow.failAll({condition: 'internal_error', message: `the ${what} thread ended`, fields: {}});
    options.onFatal(error ?? new Error(`the ${what} thread ended`));
  };
  transport.onExit = fatal('dataflow');
  ingest.onExit = fatal('ingest');
  transport.onEvent = event => {
    if (event.kind === 'ingest') ingest.post(event.command);
    else if (event.kind === 'notice') options.log('warn', event.message);
    else if (event.kind === 'failed') options.log('error', event.error.message);
    else checkpoints.onEvent(event);
  };
  const testClock = options.testClock === true ? new SettableClock() : undefined;
  const services: EngineServices = {
    catalogs,
    dataflow,
    durable: position => commits.durable(position),
    checkpoint: () => checkpoints.run(),
    deliver: () => checkpoints.deliver(),
    files: nodeFiles,
    sourceReports,
    now: testClock === undefined ? wallClock() : () => BigInt(testClock.now()),
    testClock,
    log: options.log,
  };
  ingest.onEvent = event => noteSource(event, sourceReports, services);
  const sessions = new Map<number, ClientSession>();
  dataflow
    .send({kind: 'recover', changes: recoveryChanges(catalogs.current, services)})
    .then(({data}) => {
      options.log('info', 'state is back', {step: data});
      checkpoints.start(options.checkpointIntervalMs ?? CHECKPOINT_INTERVAL_MS);
    })
    .catch(options.onFatal);
  return {
    openSession: session => openSession(session, services, options, sessions),
    cancel: (processId, secretKey) => {
      const session = sessions.get(processId);
      if (session?.secretKey === secretKey) session.cancel();
    },
    close: async () => {
      closing = true;
      await Promise.all([...sessions.values()].map(session => session.close()));
      checkpoints.stop();
      await checkpoints
        .deliver()
        .catch((error: unknown) => options.log('error', `the last checkpoint failed: ${toSqlError(error).message}`));
      await dataflow.send({kind: 'shutdown'});
      await ingest.close();
      await transport.close();
      commits.close();
      meta.close();
      directory.release();
    },
  };
}

let nextProcessId = 1;

function openSession(
  options: SessionOptions,
  services: EngineServices,
  {port, dataDirectory}: EngineOptions,
  sessions: Map<number, ClientSession>,
): Session {
  const processId = nextProcessId++;
  const state = new SessionState({user: options.user, database: options.database, services, backendPid: processId});
  for (const [name, value] of options.settings) if (name !== 'client_encoding' || value !== '') state.settings.set(name, value, 'session');
  state.settings.preset('session_authorization', options.user);
  state.settings.preset('port', String(port));
  state.settings.preset('data_directory', dataDirectory);
  const session = new ClientSession(state, {processId, secretKey: randomInt(1, 0x7fffffff)}, () => sessions.delete(processId));
  sessions.set(processId, session);
  return session;
}
