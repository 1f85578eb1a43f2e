import {toSqlError} from '../../common/sql-error.ts';
import {finishFiles} from '../../connectors/files/finish-files.ts';
import {syncFiles} from '../../connectors/files/sync-files.ts';
import type {DeliveryLedger} from '../../connectors/sink-target.ts';
import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import {SegmentFiles} from '../../runtime/durability/segment-files.ts';
import type {CheckpointState, Manifest} from '../dataflow/checkpointer.ts';
import type {DeliveryReport} from '../dataflow/commands.ts';
import type {CoreEvent} from '../dataflow/core-output.ts';
import type {DataflowClient} from '../dataflow/dataflow-client.ts';
import type {EngineServices} from '../services.ts';
import type {MetaStore} from './meta-store.ts';

/** Writes the blocks that the dataflow side hands over into segments, and commits manifests: on an interval, on CHECKPOINT, at shutdown. */
export class CheckpointService {
  readonly #layer: FileLayer;
  readonly #files: SegmentFiles;
  readonly #meta: MetaStore;
  readonly #dataflow: DataflowClient;
  readonly #log: EngineServices['log'];
  #stores: ReadonlySet<number>;
  #indexed = false;
  #failure: Error | undefined;
  #running: Promise<void> | undefined;
  /** One that delivers and has not begun. */
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: {
    files: FileLayer;
    directory: string;
    manifest: Manifest | undefined;
    meta: MetaStore;
    dataflow: DataflowClient;
    log: EngineServices['log'];
  }) {
    this.#layer = parts.files;
    this.#files = new SegmentFiles(parts.files, parts.directory, parts.manifest?.segments ?? []);
    this.#stores = new Set(parts.manifest?.stores.map(s => s.number) ?? []);
    this.#meta = parts.meta;
    this.#dataflow = parts.dataflow;
    this.#log = parts.log;
  }

  start(intervalMs: number): void {
    this.#timer = setInterval(
      () => void this.run().catch((error: unknown) => this.#log('error', `checkpoint failed: ${toSqlError(error).message}`)),
      intervalMs,
    );
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A checkpoint from begin to committed manifest; the one in progress, if there is one. */
  run(): Promise<void> {
    return this.#running ?? this.#begun(false);
  }

  /** One that begins from now on, in which sinks finish what they have. */
  deliver(): Promise<void> {
    if (this.#running === undefined) return this.#begun(true);
    this.#next ??= this.#afterRunning();
    return this.#next;
  }

  async #afterRunning(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => {});
    this.#next = undefined;
    return this.#begun(true);
  }

  #begun(deliver: boolean): Promise<void> {
    this.#running = this.#checkpoint(deliver).finally(() => (this.#running = undefined));
    return this.#running;
  }

  onEvent(event: CoreEvent): void {
    try {
      if (event.kind === 'checkpoint-begin') this.#begin();
      else if (event.kind === 'checkpoint-piece' && this.#failure === undefined) this.#files.append(event.bytes);
    } catch (error) {
      this.#failure = toSqlError(error);
    }
  }

  #begin(): void {
    this.#failure = undefined;
    // What is in the old segments has to be known before blocks of them are replaced.
    if (!this.#indexed) for (const _ of this.#files.read());
    this.#indexed = true;
    this.#files.abandon();
    this.#files.begin();
  }

  async #checkpoint(deliver: boolean): Promise<void> {
    const {data} = await this.#dataflow.send({kind: 'checkpoint', deliver});
    const state = data as CheckpointState;
    let syncing: DeliveryLedger | undefined;
    try {
      if (this.#failure !== undefined) throw this.#failure;
      const gone = new Map<number, readonly number[]>();
      for (syncing of state.deliveries ?? []) gone.set(syncing.relation, (await syncFiles(this.#layer, syncing)).gone);
      syncing = undefined;
      const stores = new Set(state.stores.map(s => s.number));
      const {segments, obsolete} = await this.#files.finish([...this.#stores].filter(number => !stores.has(number)));
      this.#meta.commitManifest({...state, segments});
      this.#files.committed(segments, obsolete);
      this.#stores = stores;
      const deliveries = await this.#finish(state.deliveries ?? [], gone);
      this.#dataflow.post({kind: 'checkpoint-committed', journalFile: state.journalFile, deliveries});
    } catch (error) {
      this.#files.abandon();
      const delivery = syncing && {relation: syncing.relation, reason: toSqlError(error).message};
      await this.#dataflow.send({kind: 'checkpoint-failed', delivery});
      throw error;
    }
  }

  async #finish(ledgers: readonly DeliveryLedger[], gone: ReadonlyMap<number, readonly number[]>): Promise<DeliveryReport[]> {
    const reports: DeliveryReport[] = [];
    for (const ledger of ledgers) {
      const {relation, files} = ledger;
      const lost = gone.get(relation) ?? [];
      const there = {...ledger, files: files.filter(({number}) => !lost.includes(number))};
      reports.push({relation, gone: lost, ...(await finishFiles(this.#layer, there))});
    }
    return reports;
  }
}
