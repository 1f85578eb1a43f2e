import {Catalog} from '../../catalog/catalog.ts';
import {SYSTEM_RELATIONS} from '../../catalog/system/system-relations.ts';
import type {OpenSlabSource} from '../../connectors/slab-source.ts';
import {ForgetfulFiles} from '../../runtime/durability/forgetful-files.ts';
import {DataflowClient} from '../dataflow/dataflow-client.ts';
import {DataflowCore} from '../dataflow/dataflow-core.ts';
import {CONNECTORS} from '../ingest/connectors.ts';
import {IngestCore} from '../ingest/ingest-core.ts';
import {noteSource} from '../note-source.ts';
import {recoveryChanges} from '../recovery-changes.ts';
import type {CatalogService, EngineServices, SourceReport} from '../services.ts';
import {ClientSession} from '../sessions/client-session.ts';
import {SessionState} from '../sessions/session-state.ts';
import {InlineSession} from './inline-session.ts';
import {InlineTransport} from './inline-transport.ts';

/** A catalog that lives as long as the test. */
class MemoryCatalog implements CatalogService {
  current = Catalog.of(SYSTEM_RELATIONS);

  publish(catalog: Catalog): void {
    this.current = catalog;
  }
}

type Connectors = Readonly<Record<string, OpenSlabSource>>;

/** A whole engine without threads, sockets or disk: sessions, planner, dataflow core, a journal in memory. */
export class InlineEngine {
  readonly files: ForgetfulFiles;
  readonly catalogs: CatalogService;
  readonly transport = new InlineTransport();
  readonly services: EngineServices;
  readonly core: DataflowCore;
  readonly #ingest: IngestCore;
  readonly #connectors: Connectors;
  #sessions = 0;

  private constructor(files: ForgetfulFiles, catalogs: CatalogService, connectors: Connectors) {
    this.files = files;
    this.catalogs = catalogs;
    this.core = new DataflowCore(
      {journalDirectory: '/journal', segmentsDirectory: '/segments', manifest: null},
      {files, output: this.transport.output},
    );
    this.transport.core = this.core;
    this.#connectors = connectors;
    const sourceReports = new Map<number, SourceReport>();
    this.services = {
      catalogs,
      dataflow: new DataflowClient(this.transport),
      durable: async () => {},
      checkpoint: async () => {},
      sourceReports,
      now: () => BigInt(Date.now()) * 1000n,
      log: () => {},
    };
    this.#ingest = new IngestCore({ring: () => this.transport.schedule()}, connectors, event =>
      noteSource(event, sourceReports, this.services),
    );
    this.transport.onIngest = command => void this.#ingest.handle(command);
  }

  /** `connectors` = what reads streams, in place of the real ones. */
  static async start(
    files = new ForgetfulFiles(),
    catalogs: CatalogService = new MemoryCatalog(),
    connectors: Connectors = CONNECTORS,
  ): Promise<InlineEngine> {
    const engine = new InlineEngine(files, catalogs, connectors);
    await engine.services.dataflow.send({kind: 'recover', changes: recoveryChanges(catalogs.current, engine.services)});
    return engine;
  }

  /** Another engine over what this one has written: a restart. */
  async restart(): Promise<InlineEngine> {
    await this.stop();
    return InlineEngine.start(this.files, this.catalogs, this.#connectors);
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
