import type {Interval} from '../../types/datum.ts';

/**
 * What only the running engine knows, for the rows of pg_settings, pg_stat_activity and schema millrace. Relations are named by id; facts
 * about relations that the reader's catalog does not have are left out.
 */
export interface RuntimeFacts {
  settings(): readonly SettingFact[];
  activity(): readonly ActivityFact[];
  preparedStatements(): readonly PreparedStatementFact[];
  cursors(): readonly CursorFact[];
  sources(): readonly SourceFact[];
  views(): readonly ViewFact[];
  progress(): readonly ProgressFact[];
  operators(): readonly OperatorFact[];
  frontier(): readonly FrontierFact[];
  watermarks(): readonly WatermarkFact[];
  /** Rows and bytes of state that a relation holds now; undefined when it holds none. */
  size(relation: number): RelationSize | undefined;
}

/** One line of pg_settings; texts that are absent are NULL there. */
export type SettingFact = {
  readonly name: string;
  readonly setting: string;
  readonly type: 'bool' | 'integer' | 'real' | 'string' | 'enum';
  readonly context: 'internal' | 'postmaster' | 'sighup' | 'superuser' | 'user' | 'backend';
  readonly source: 'default' | 'session' | 'client' | 'configuration file' | 'command line' | 'override' | 'database' | 'user';
  readonly category?: string | undefined;
  readonly description?: string | undefined;
  readonly unit?: string | undefined;
  readonly minimum?: string | undefined;
  readonly maximum?: string | undefined;
  readonly enumValues?: readonly string[] | undefined;
  readonly bootValue?: string | undefined;
  readonly resetValue?: string | undefined;
};

/** One session. Times are µs since 1970-01-01 UTC. */
export type ActivityFact = {
  readonly pid: number;
  readonly user: string;
  readonly database: string;
  readonly applicationName: string;
  readonly clientAddress?: string | undefined;
  readonly clientPort?: number | undefined;
  readonly started: bigint;
  readonly transactionStarted?: bigint | undefined;
  readonly queryStarted?: bigint | undefined;
  readonly stateChanged?: bigint | undefined;
  readonly state: 'active' | 'idle' | 'idle in transaction' | 'idle in transaction (aborted)';
  readonly query: string;
  readonly queryId?: bigint | undefined;
};

/** The reading session's own. `parameterTypes` are OIDs. */
export type PreparedStatementFact = {
  readonly name: string;
  readonly statement: string;
  readonly prepared: bigint;
  readonly parameterTypes: readonly number[];
  readonly fromSql: boolean;
};

export type CursorFact = {
  readonly name: string;
  readonly statement: string;
  readonly holdable: boolean;
  readonly binary: boolean;
  readonly scrollable: boolean;
  readonly created: bigint;
};

/** One partition of a stream's or table's source; `endOffset` is absent while the end is not known. */
export type SourceFact = {
  readonly relation: number;
  readonly partition?: number | undefined;
  readonly nextOffset?: bigint | undefined;
  readonly endOffset?: bigint | undefined;
  readonly rows: bigint;
  readonly badRecords: bigint;
  /** `running`, `retrying`, `stopped`, `paused`. */
  readonly state: string;
  readonly message?: string | undefined;
};

export type ViewFact = {
  readonly relation: number;
  readonly state: 'ready' | 'hydrating' | 'not served';
  readonly rows: bigint;
  readonly stateBytes: bigint;
  readonly errors: bigint;
  readonly late: bigint;
};

/** The hydration of one view, in records of its inputs. */
export type ProgressFact = {
  readonly relation: number;
  readonly done: bigint;
  readonly total?: bigint | undefined;
  readonly eta?: Interval | undefined;
};

export type OperatorFact = {
  readonly relation: number;
  readonly operator: string;
  readonly kind: string;
  readonly rowsIn: bigint;
  readonly rowsOut: bigint;
  readonly stateRows: bigint;
  readonly stateBytes: bigint;
  /** Rows that time has taken from its state since the start. */
  readonly expired?: bigint | undefined;
  /** Which it is in the tree that EXPLAIN ANALYZE prints, from 1 on; undefined = it lists errors or late rows. */
  readonly position?: number | undefined;
  readonly retractedIn: bigint;
  readonly retractedOut: bigint;
  /** Time in it, without those that it pushed to. */
  readonly selfMs: number;
};

/** The next offset of a partition at the reader's snapshot. */
export type FrontierFact = {readonly relation: number; readonly partition: number; readonly nextOffset: bigint};

/** How far the event time of a partition has come; times in µs since 1970. `lag` behind the present, µs. */
export type WatermarkFact = {
  readonly relation: number;
  readonly partition: number;
  readonly watermark?: bigint | undefined;
  readonly lag?: bigint | undefined;
  readonly lastSeen?: bigint | undefined;
  readonly idle: boolean;
  /** The stream's watermark is this one's. */
  readonly holdsBack: boolean;
};

export type RelationSize = {readonly rows: bigint; readonly bytes: bigint};

const NOTHING = (): readonly never[] => [];

/** A catalog by itself, without an engine. */
export const NO_FACTS: RuntimeFacts = Object.freeze({
  settings: NOTHING,
  activity: NOTHING,
  preparedStatements: NOTHING,
  cursors: NOTHING,
  sources: NOTHING,
  views: NOTHING,
  progress: NOTHING,
  operators: NOTHING,
  frontier: NOTHING,
  watermarks: NOTHING,
  size: () => undefined,
});
