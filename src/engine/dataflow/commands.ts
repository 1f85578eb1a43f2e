import type {SqlErrorData} from '../../common/sql-error.ts';
import type {DataflowPlan} from '../../planner/dataflow/dataflow-plan.ts';
import type {StreamTime} from '../../catalog/relation.ts';
import type {StreamEntry} from '../../planner/time/stream-entry.ts';
import type {TypedExpression} from '../../planner/expression/typed-expression.ts';
import type {FinishedFiles} from '../../connectors/files/finish-files.ts';
import type {SyncedFiles} from '../../connectors/files/sync-files.ts';
import type {DeliveryTarget} from '../../connectors/sink-target.ts';
import type {SourceEvent} from '../../connectors/slab-source.ts';
import type {JournalPosition} from '../../runtime/durability/journal.ts';
import type {Datum} from '../../types/datum.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {Unplannable} from '../../planner/unplannable.ts';
import type {ViewWarning} from './view-warning.ts';

/**
 * What main asks of the dataflow thread, as plain data (structured clone). Every command has an `id`; exactly one reply with that id
 * follows, except for `query`, whose rows and end come through the response ring.
 * Objects are known by their catalog ids; names are for messages only.
 */
export type Command = {readonly id: number} & CommandBody;
export type CommandBody =
  | {readonly kind: 'apply'; readonly session: number; readonly changes: readonly RelationChange[]; readonly ddl: string | null}
  /** The first command: every relation that there is, in order of creation. Reads wait until the journal's last step is reached again. */
  | {readonly kind: 'recover'; readonly changes: readonly RelationChange[]}
  | {readonly kind: 'query'; readonly query: QuerySpec}
  | {readonly kind: 'credit'; readonly query: number; readonly rows: number}
  /** The client has taken this many bytes of a query's rows. */
  | {readonly kind: 'taken'; readonly query: number; readonly bytes: number}
  | {readonly kind: 'close-query'; readonly query: number}
  | {readonly kind: 'prepare-lookup'; readonly lookup: LookupSpec}
  | {readonly kind: 'forget-lookup'; readonly lookup: number}
  | {readonly kind: 'write'; readonly write: WriteSpec}
  | {readonly kind: 'begin'; readonly session: number}
  /** The block's later statements see these changes, which come again with its `apply`. */
  | {readonly kind: 'stage'; readonly session: number; readonly changes: readonly RelationChange[]}
  | {readonly kind: 'rollback'; readonly session: number}
  /** Closes the shared reader of a stream and replies with where it stands (`PausedStream`); a RESET or `resume-stream` opens it again. */
  | {readonly kind: 'pause-stream'; readonly relation: number}
  | {readonly kind: 'resume-stream'; readonly relation: number}
  /** Replies with those of these streams that no view or sink reads, in the session's snapshot. */
  | {readonly kind: 'unread-streams'; readonly session: number; readonly relations: readonly number[]}
  /** Replies when the streams that are read for views have been processed up to these ends; `stop-waiting` ends that. */
  | {readonly kind: 'await-streams'; readonly wait: number; readonly streams: readonly StreamEnds[]}
  | {readonly kind: 'stop-waiting'; readonly wait: number}
  /** A source told something of the records that a reader waits for. */
  | {readonly kind: 'source-event'; readonly reader: number; readonly event: SourceEvent}
  /** `deliver`: sinks finish what they have, however little it is. */
  | {readonly kind: 'checkpoint'; readonly deliver: boolean}
  | {readonly kind: 'checkpoint-committed'; readonly journalFile: number; readonly deliveries: readonly DeliveryReport[]}
  /** `reason`: what a sink could not do. */
  | {readonly kind: 'checkpoint-failed'; readonly delivery?: {readonly relation: number; readonly reason: string} | undefined}
  /** `session`: whose snapshot the step and the frontier are of; 0 = the newest step. */
  | {readonly kind: 'status'; readonly session: number}
  /** Replies with the running dataflow of a view or sink (`RunningPlan`). */
  | {readonly kind: 'running-plan'; readonly relation: number}
  /** SET millrace.clock, in µs since 1970; null = the wall clock. Replies with the time once everything that is due by then is done. */
  | {readonly kind: 'set-clock'; readonly at: number | null}
  | {readonly kind: 'shutdown'};

export type Reply =
  | {readonly id: number; readonly ok: true; readonly value: ReplyValue}
  | {readonly id: number; readonly ok: false; readonly error: SqlErrorData};
/** `journalPosition`: how far the journal must be durable before the statement may be acknowledged; absent = nothing was written. */
export type ReplyValue = {
  readonly journalPosition?: JournalPosition | undefined;
  readonly affected?: number | undefined;
  readonly warnings?: readonly ViewWarning[] | undefined;
  readonly data?: unknown;
};

/** Rows of the dataflow thread's relations appear and vanish with these, in the order given, between two steps. */
export type RelationChange =
  | {readonly kind: 'add-stream'; readonly relation: StreamSpec}
  | {readonly kind: 'add-table'; readonly relation: TableSpec}
  | {readonly kind: 'add-view'; readonly view: ViewSpec}
  | {readonly kind: 'add-sink'; readonly sink: SinkSpec}
  /** The stream goes on at `stream.reset`; `skipped` = what its `$errors` say of that. */
  | {readonly kind: 'reset-stream'; readonly stream: StreamSpec; readonly skipped: readonly SkippedRecords[]}
  | {readonly kind: 'truncate'; readonly relation: number}
  | {readonly kind: 'drop'; readonly relation: number};

/** What became of the files of a sink in a checkpoint. */
export type DeliveryReport = FinishedFiles & SyncedFiles & {readonly relation: number};

export type SkippedRecords = PartitionOffset & {readonly reason: string};
export type PartitionOffset = {readonly partition: number; readonly offset: number};

/** A column of a stream or table. Streams have their system columns (_partition, _offset, _timestamp, _key, _headers) after the declared ones. */
export type ColumnSpec = {readonly name: string; readonly type: SqlType; readonly notNull: boolean};

export type PausedStream = {readonly positions: readonly PartitionOffset[]; readonly isRead: boolean};

/** Ends of a stream's partitions. */
export type StreamEnds = {readonly relation: number; readonly ends: readonly PartitionOffset[]};

export type StreamSpec = {
  readonly relation: number;
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly errors: number;
  readonly connector: 'kafka' | 'generator' | 'embedded';
  readonly options: Readonly<Record<string, string>>;
  /** Where the stream begins, resolved once at CREATE. */
  readonly start: readonly PartitionOffset[];
  /** Where its last RESET went on; a checkpoint from before it stands elsewhere. */
  readonly reset: {readonly count: number; readonly offsets: readonly PartitionOffset[]} | undefined;
  /** What is computed of its records as they come in. */
  readonly entry?: StreamEntry | undefined;
  readonly time?: StreamTime | undefined;
  /** What an embedded stream keeps; absent = everything. */
  readonly retention?: Retention | undefined;
};
/** The newest rows, as many as that or as take so many bytes, or those that came in the last `micros` µs of the step clock. */
export type Retention =
  | {readonly kind: 'rows'; readonly rows: number}
  | {readonly kind: 'size'; readonly bytes: number}
  | {readonly kind: 'age'; readonly micros: number};
export type TableSpec = {
  readonly relation: number;
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  /** Ordinals; empty = no primary key. */
  readonly primaryKey: readonly number[];
  readonly primaryKeyName: string;
};
export type ViewSpec = {
  readonly relation: number;
  readonly name: string;
  readonly plan: DataflowPlan;
  /** Names of the columns, for messages. */
  readonly columns: readonly string[];
  /** Ordinals of a known unique key of the result, or null. */
  readonly key: readonly number[] | null;
  readonly appendOnly: boolean;
  readonly errors: number;
  /** Id of `$late`; undefined = nothing can be late. */
  readonly late?: number | undefined;
  readonly failOnError: boolean;
  /** It is a sink: its rows are delivered instead of kept. */
  readonly delivery?: Delivery | undefined;
  /** It has a plan that yields nothing, and is not served. */
  readonly unplannable?: Unplannable | undefined;
};
export type Delivery = {
  readonly target: DeliveryTarget;
  /** Why it does not go on; absent = it does. */
  readonly stopped?: string | undefined;
};
/** A sink whose rows go nowhere: it keeps no state. */
export type SinkSpec = {
  readonly relation: number;
  readonly name: string;
  readonly plan: DataflowPlan;
  readonly connector: string;
  readonly options: Readonly<Record<string, string>>;
  readonly unplannable?: Unplannable | undefined;
};

/** What expressions may ask of their session, fixed when the statement starts. */
export type EvaluationSettings = {
  readonly timeZone: string;
  readonly now: bigint;
  readonly statementTime: bigint;
  readonly session: Readonly<Record<string, string>>;
};

export type QuerySpec = {
  readonly query: number;
  /** The transaction whose snapshot and own writes it sees; 0 = the newest step. */
  readonly session: number;
  readonly plan: DataflowPlan;
  readonly parameters: readonly Datum[];
  /** One for each column of the result, which the plan's further columns do not belong to. */
  readonly formats: readonly number[];
  readonly settings: EvaluationSettings;
  /** Rows that may be sent before the next `credit`. */
  readonly credit: number;
  /** Given when the plan reads `millrace.frontier`. */
  readonly frontier?: FrontierNames | undefined;
  /** What only their sources tell of the streams that the plan reads. */
  readonly streams?: readonly StreamBounds[] | undefined;
  /** EXPLAIN ANALYZE: instead of its rows it yields one text, what its operators did (`QueryFigures` as JSON). */
  readonly analyze?: boolean | undefined;
};

/** The relation `millrace.frontier`, and what it calls the streams. */
export type FrontierNames = {
  readonly relation: number;
  readonly streams: readonly {readonly relation: number; readonly schema: string; readonly name: string}[];
};

/** Where the reading of a stream begins (its start, or behind what is gone), and where it ends if no view reads the stream. */
export type StreamBounds = {
  readonly relation: number;
  readonly from: readonly PartitionOffset[];
  readonly ends: readonly PartitionOffset[] | undefined;
};

/** A point lookup by the full key of a table or view: `key[i]` is compared with key column i; further predicates and projections over its row. */
export type LookupSpec = {
  readonly lookup: number;
  readonly relation: number;
  /** Ordinals of the relation's columns that predicates and projections read, and their types. */
  readonly columns: readonly number[];
  readonly columnTypes: readonly SqlType[];
  readonly key: readonly TypedExpression[];
  readonly parameterTypes: readonly SqlType[];
  readonly predicates: readonly TypedExpression[];
  readonly projections: readonly TypedExpression[];
  readonly formats: readonly number[];
  readonly settings: EvaluationSettings;
};

/**
 * INSERT, UPDATE and DELETE. `source` yields, for insert: one column per declared column of the target; for update: old row ++ new row ++
 * more; for delete: old row ++ more. `returning` reads the new row (insert) or what the source yields. Rows for RETURNING come through the
 * response ring as `query`, after the reply; `close-query` cancels the write.
 */
export type WriteSpec = {
  readonly query: number;
  readonly session: number;
  readonly relation: number;
  readonly operation: 'insert' | 'update' | 'delete';
  readonly source: DataflowPlan;
  readonly parameters: readonly Datum[];
  readonly conflict?: ConflictSpec | undefined;
  readonly returning?: {readonly expressions: readonly TypedExpression[]; readonly formats: readonly number[]} | undefined;
  /** EXPLAIN ANALYZE: the reply says what the operators of `source` did (`QueryFigures`). */
  readonly analyze?: boolean | undefined;
  readonly settings: EvaluationSettings;
};
/** ON CONFLICT on the primary key. `assignments` (over existing row ++ excluded row) one per table column; `where` as well. */
export type ConflictSpec = {
  readonly action: 'nothing' | 'update';
  readonly assignments: readonly TypedExpression[];
  readonly where?: TypedExpression | undefined;
};
