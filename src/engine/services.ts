import type {SettableClock} from '../common/settable-clock.ts';
import type {Catalog} from '../catalog/catalog.ts';
import type {CatalogChange} from '../catalog/catalog-change.ts';
import type {FileLayer} from '../runtime/durability/file-layer.ts';
import type {JournalPosition} from '../runtime/durability/journal.ts';
import type {DataflowClient} from './dataflow/dataflow-client.ts';

/** The published catalog and how it changes. */
export interface CatalogService {
  readonly current: Catalog;
  /** One DDL transaction after the other: from the look at what is published to its own publication. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Above every id that has been given out. */
  readonly nextId: number;
  /** The first of `count` ids in a row. They are given out once, also to transactions that roll back. */
  takeIds(count: number): number;
  publish(catalog: Catalog, changes: readonly CatalogChange[], position: JournalPosition): void;
}

/** What a stream's source last said of itself. */
export type SourceReport = {
  readonly state: 'running' | 'retrying' | 'stopped';
  readonly message: string | null;
  /** What is said of declared columns that no record had. */
  readonly missingColumns?: string | undefined;
};

/** What sessions and statements share: one engine. */
export type EngineServices = {
  readonly catalogs: CatalogService;
  readonly dataflow: DataflowClient;
  /** Resolves when the journal is on disk up to `position` (group commit). */
  readonly durable: (position: JournalPosition) => Promise<void>;
  /** Writes a checkpoint and resolves when it is committed. */
  readonly checkpoint: () => Promise<void>;
  /** The same, with all that sinks have taken in finished where it is delivered to. */
  readonly deliver: () => Promise<void>;
  /** Where sinks write. */
  readonly files: FileLayer;
  /** By stream id. */
  readonly sourceReports: ReadonlyMap<number, SourceReport>;
  /** Microseconds since 1970. */
  readonly now: () => bigint;
  /** What SET millrace.clock sets; undefined = the server was not started for that. */
  readonly testClock: SettableClock | undefined;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields?: object) => void;
};
