import {SettableClock} from '../../common/settable-clock.ts';
import {SYSTEM_RELATIONS} from '../../catalog/system/system-relations.ts';
import type {OpenSlabSource} from '../../connectors/slab-source.ts';
import {ForgetfulFiles} from '../../runtime/durability/forgetful-files.ts';
import {Journal} from '../../runtime/durability/journal.ts';
import {CatalogStore} from '../catalog-store.ts';
import {DataflowClient} from '../dataflow/dataflow-client.ts';
import {DataflowCore} from '../dataflow/dataflow-core.ts';
import {StepClock, type SliceTimer} from '../dataflow/slice-clock.ts';
import {CheckpointService} from '../durability/checkpoint-service.ts';
import {GroupCommit} from '../durability/group-commit.ts';
import {assertJournalExtent} from '../durability/journal-extent.ts';
import {journalledDdl} from '../durability/journalled-ddl.ts';
import {MetaStore} from '../durability/meta-store.ts';
import {CONNECTORS} from '../ingest/connectors.ts';
import {IngestCore} from '../ingest/ingest-core.ts';
import {noteSource} from '../note-source.ts';
import {recoveryChanges} from '../recovery-changes.ts';
import type {EngineServices, SourceReport} from '../services.ts';
import {ClientSession} from '../sessions/client-session.ts';
import {SessionState} from '../sessions/session-state.ts';
import {InlineSession} from './inline-session.ts';
import {InlineTransport} from './inline-transport.ts';

/** What outlives an engine: its disk, and where its streams come from. */
export type InlineWorld = {
  readonly files: ForgetfulFiles;
  readonly meta: MetaStore;
  readonly connectors: Readonly<Record<string, OpenSlabSource>>;
  readonly clock: SettableClock;
  readonly memoryLimit: number;
  readonly newestRows?: number | undefined;
  readonly replayBytes?: number | undefined;
  /** Cuts the work into slices; with it, a turn of the event loop is one slice. Absent: 4 ms, and as many as there are. */
  readonly slices?: SliceTimer | undefined;
};

/** A whole engine without threads, sockets or disk: sessions, planner, dataflow core, ingest, journal and segments in memory. */
export class InlineEngine {
  readonly world: InlineWorld;
  readonly transport = new InlineTransport();
  readonly services: EngineServices;
  readonly core: DataflowCore;
  readonly checkpoints: CheckpointService;
  readonly #ingest: IngestCore;
  #sessions = 0;

  private constructor(world: InlineWorld) {
    const {files, meta} = world;
    this.world = world;
    const manifest = meta.manifest();
    const catalogs = new CatalogStore(meta, SYSTEM_RELATIONS);
    const past = Journal.read(files, '/journal', 0, () => {});
    assertJournalExtent(past, meta, '/journal');
    for (const {ddl, position} of journalledDdl(past)) catalogs.replay(ddl, position);
    this.core = new DataflowCore(
      {
        journalDirectory: '/journal',
        segmentsDirectory: '/segments',
        manifest: manifest ?? null,
        past,
        memoryLimit: world.memoryLimit,
        newestRows: world.newestRows,
        replayBytes: world.replayBytes,
      },
      {files, output: this.transport.output, clock: new StepClock(world.clock), slices: world.slices},
    );
    this.transport.core = this.core;
    if (world.slices !== undefined) this.transport.slices = 1;
    const dataflow = new DataflowClient(this.transport);
    const log = (): void => {};
    const reports = new Map<number, SourceReport>();
    this.checkpoints = new CheckpointService({files, directory: '/segments', manifest, meta, dataflow, log});
    const commits = new GroupCommit(files, '/journal');
    this.#ingest = new IngestCore({ring: () => this.transport.schedule()}, world.connectors, event =>
      noteSource(event, reports, {log, dataflow}),
    );

    this.transport.onEvent = event => {
      if (event.kind === 'ingest') void this.#ingest.handle(event.command);
      else this.checkpoints.onEvent(event);
    };
    this.services = {
      catalogs,
      dataflow,
      durable: position => commits.durable(position),
      checkpoint: () => this.checkpoints.run(),
      deliver: () => this.checkpoints.deliver(),
      files,
      sourceReports: reports,
      now: () => BigInt(world.clock.now()),
      testClock: world.clock,
      log,
    };
  }

  static async start(world: Partial<InlineWorld> & {readonly now?: (() => number) | undefined} = {}): Promise<InlineEngine> {
    const engine = new InlineEngine({
      files: world.files ?? new ForgetfulFiles(),
      meta: world.meta ?? new MetaStore(':memory:'),
      connectors: world.connectors ?? CONNECTORS,
      clock: world.clock ?? new SettableClock(world.now),
      memoryLimit: world.memoryLimit ?? Infinity,
      slices: world.slices,
      newestRows: world.newestRows,
      replayBytes: world.replayBytes,
    });
    await engine.services.dataflow.send({kind: 'recover', changes: recoveryChanges(engine.services.catalogs.current, engine.services)});
    return engine;
  }

  /** Another engine over what this one has written: a clean stop, without a checkpoint, and a start. */
  async restart(): Promise<InlineEngine> {
    await this.stop();
    return InlineEngine.start(this.world);
  }

  /** Ends as a kill does, or, with `power`, as when the machine loses power: what was not synced is gone. Then a start. */
  async crash({power}: {readonly power: boolean}): Promise<InlineEngine> {
    this.transport.stop();
    await this.#ingest.handle({kind: 'shutdown'});
    if (power) this.world.files.crash();
    else this.world.files.kill();
    return InlineEngine.start(this.world);
  }

  async stop(): Promise<void> {
    await this.services.dataflow.send({kind: 'shutdown'});
    await this.#ingest.handle({kind: 'shutdown'});
  }

  session(user = 'tester'): InlineSession {
    const processId = ++this.#sessions;
    const state = new SessionState({user, database: 'millrace', services: this.services, backendPid: processId});
    return new InlineSession(new ClientSession(state, {processId, secretKey: processId}, () => {}));
  }
}
