import type {ColumnTimes} from './column-time.ts';
import {CATALOG_SYSTEM_COLUMNS, STREAM_SYSTEM_COLUMNS, type Column} from './column.ts';

/** Anything with columns that a statement can name. */
export type Relation = Stream | Table | View | MaterializedView | Sink | SystemRelation | ErrorRelation;

type RelationBase = {
  /** Its OID: at least 16384 and never used again, fixed for system relations. */
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
  /** Ids of the objects that this one cannot exist without. */
  readonly dependsOn: readonly number[];
  readonly comment?: string | undefined;
};

/** WITH options: names in lower case, values as text. */
export type ConnectorOptions = Readonly<Record<string, string>>;
export type SourceConnector = 'kafka' | 'generator' | 'embedded';

/** Where reading starts. It is resolved to offsets once, when the stream is created; partitions found later start at their beginning. */
export type StreamStart = {
  readonly requested: 'earliest' | 'latest' | {readonly timestamp: string};
  readonly offsets: readonly {readonly partition: number; readonly offset: number}[];
  /** The last ALTER STREAM RESET: how many there have been, and where reading went on. */
  readonly reset?: StreamReset | undefined;
};
export type StreamReset = {readonly count: number; readonly offsets: readonly {readonly partition: number; readonly offset: number}[]};

export type Stream = RelationBase & {
  readonly kind: 'stream';
  readonly connector: SourceConnector;
  readonly options: ConnectorOptions;
  readonly start?: StreamStart | undefined;
  readonly time?: StreamTime | undefined;
  /** Keys that the records are said to keep to by themselves; absent = none. */
  readonly keys?: readonly StreamKey[] | undefined;
};

/**
 * A key NOT ENFORCED: SQL texts over the stream's columns. Of the records for which none of them is NULL no two have equal values. That is a
 * promise: nothing checks it.
 */
export type StreamKey = readonly string[];

/** Event time of a stream, as WATERMARK FOR and the options say; durations in µs. */
export type StreamTime = {
  /** Ordinal of the column with the event time. */
  readonly column: number;
  /** SQL text over the stream's columns: the watermark after a row, if no other has gone further. */
  readonly watermark: string;
  /** So long a partition that has been read to its end may be silent before it holds the watermark back no more. */
  readonly idleTimeout: number;
  /** Rows that are further ahead of the clock are bad records. */
  readonly maxAhead: number;
  /** What happens when all partitions are idle: nothing, or the watermark moves on with the clock. */
  readonly onIdle: 'wait' | 'advance';
  /** So long after the watermark has passed its end a window still takes rows. */
  readonly allowedLateness: number;
};

/** Columns that identify at most one row; `id` is the OID of the index that stands for it in pg_index. */
export type UniqueConstraint = {readonly id: number; readonly name: string; readonly columns: readonly number[]};

export type Table = RelationBase & {
  readonly kind: 'table';
  readonly primaryKey?: UniqueConstraint | undefined;
  readonly unique: readonly UniqueConstraint[];
  readonly appendOnly: boolean;
};

/** `query` is SQL text; names in it are resolved by `searchPath`, that of the session which created the view. */
type Defined = {readonly query: string; readonly searchPath: readonly string[]};

export type View = RelationBase & Defined & {readonly kind: 'view'};

export type MaterializedView = RelationBase &
  Defined & {
    readonly kind: 'materialized-view';
    /** Ordinals of columns known to be unique together (empty: at most one row); null when no key is known. */
    readonly key: readonly number[] | null;
    /** Rows are never retracted. */
    readonly appendOnly: boolean;
    /** ON ERROR FAIL: reads fail while `$errors` has rows. */
    readonly onErrorFail: boolean;
    readonly options: ConnectorOptions;
    /** What the streams' watermarks say of its columns; absent = nothing. */
    readonly times?: ColumnTimes | undefined;
    /** What the keys that streams declare say of its rows; absent = nothing. */
    readonly determined?: readonly DeterminedColumns[] | undefined;
  };

/** Rows that have equal values in the columns `by`, none of them NULL unless `nullsToo`, have the same in `columns`. Ordinals. */
export type DeterminedColumns = {readonly by: readonly number[]; readonly columns: readonly number[]; readonly nullsToo: boolean};

/** Exactly one of `from` (a relation's id) and `query` is set. */
export type Sink = RelationBase & {
  readonly kind: 'sink';
  readonly connector: string;
  readonly options: ConnectorOptions;
  readonly from?: number | undefined;
  readonly query?: string | undefined;
  readonly searchPath: readonly string[];
  /** What the names of its files have that those of no other sink have, of any server. */
  readonly fileNames?: string | undefined;
};

/** `rows` names the provider that computes the rows when they are read. */
export type SystemRelation = RelationBase & {
  readonly kind: 'system';
  readonly rows: string;
  /** pg_class.relkind: pg_catalog has tables and views. */
  readonly relkind: 'r' | 'v';
  readonly key: readonly number[] | null;
};

/** `<stream>$errors`, `<view>$errors`, `<view>$late`: made and dropped with its owner. */
export type ErrorRelation = RelationBase & {
  readonly kind: 'errors';
  readonly variety: 'stream-errors' | 'view-errors' | 'view-late';
  readonly owner: number;
};

const NO_COLUMNS: readonly Column[] = [];

/** Columns beyond the declared ones, at the ordinals that follow them. */
export function systemColumnsOf(relation: Relation): readonly Column[] {
  if (relation.kind === 'stream') return STREAM_SYSTEM_COLUMNS;
  return relation.kind === 'system' && relation.relkind === 'r' ? CATALOG_SYSTEM_COLUMNS : NO_COLUMNS;
}

/** The declared or system column with this ordinal. */
export function columnAt(relation: Relation, ordinal: number): Column | undefined {
  return relation.columns[ordinal] ?? systemColumnsOf(relation)[ordinal - relation.columns.length];
}

/** All sets of columns that are unique in the relation. A unique constraint lets NULLs be repeated, so its columns have to be NOT NULL. */
export function keysOf(relation: Relation): readonly (readonly number[])[] {
  switch (relation.kind) {
    case 'table': {
      const strict = relation.unique.filter(u => u.columns.every(c => relation.columns[c]?.notNull === true));
      return [...(relation.primaryKey ? [relation.primaryKey] : []), ...strict].map(c => c.columns);
    }
    case 'materialized-view':
    case 'system':
      return relation.key === null ? [] : [relation.key];
    case 'stream':
      // A record's place in its topic.
      return [[relation.columns.length, relation.columns.length + 1]];
    default:
      return [];
  }
}
