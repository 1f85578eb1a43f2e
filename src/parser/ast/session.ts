import type {Copy, Delete, Insert, Update} from './dml.ts';
import type {CreateMaterializedView, CreateSink, CreateTable, CreateView} from './ddl.ts';
import type {Expression} from './expression.ts';
import type {Identifier, QualifiedName} from './names.ts';
import type {Option, OptionValue} from './option.ts';
import type {Query} from './query.ts';
import type {Span} from './span.ts';
import type {TypeName} from './type-name.ts';

/** SET name = values. `SET TIME ZONE x` is `timezone`, `SET NAMES x` client_encoding, `SET SCHEMA x` search_path, `SET ROLE x` role. */
export type SetParameter = {
  readonly kind: 'set';
  /** Dotted names joined, folded. */
  readonly name: string;
  readonly scope: 'session' | 'local';
  /** Empty = DEFAULT. */
  readonly values: readonly OptionValue[];
  readonly span: Span;
};
/** `name` undefined = RESET ALL. */
export type ResetParameter = {readonly kind: 'reset'; readonly name: string | undefined; readonly span: Span};
/** `SHOW x`; `name` undefined = SHOW ALL. */
export type ShowParameter = {readonly kind: 'show'; readonly name: string | undefined; readonly span: Span};

/** `SHOW STREAMS`, `SHOW STATUS FOR VIEW v`, `SHOW COLUMNS FROM t`, `SHOW CREATE VIEW v`. */
export type ShowObjects = {
  readonly kind: 'show-objects';
  readonly what:
    | 'streams'
    | 'tables'
    | 'views'
    | 'materialized-views'
    | 'sinks'
    | 'sources'
    | 'schemas'
    | 'indexes'
    | 'databases'
    | 'subscriptions'
    | 'status'
    | 'watermarks'
    | 'columns'
    | 'create';
  /** `FROM schema` or `IN schema` of a list. */
  readonly schema: QualifiedName | undefined;
  /** The object of STATUS FOR, COLUMNS FROM and CREATE. */
  readonly name: QualifiedName | undefined;
  /** `LIKE 'pattern'` */
  readonly like: string | undefined;
  readonly span: Span;
};
export type Discard = {readonly kind: 'discard'; readonly what: 'all' | 'plans' | 'sequences' | 'temporary'; readonly span: Span};

export type Preparable = Query | Insert | Update | Delete;
export type Prepare = {
  readonly kind: 'prepare';
  readonly name: Identifier;
  readonly types: readonly TypeName[];
  readonly statement: Preparable;
  readonly span: Span;
};
export type Execute = {readonly kind: 'execute'; readonly name: Identifier; readonly args: readonly Expression[]; readonly span: Span};
/** `name` undefined = ALL. */
export type Deallocate = {readonly kind: 'deallocate'; readonly name: Identifier | undefined; readonly span: Span};

export type DeclareCursor = {
  readonly kind: 'declare-cursor';
  readonly name: Identifier;
  readonly binary: boolean;
  readonly insensitive: boolean;
  readonly scroll: boolean | undefined;
  readonly hold: boolean;
  readonly query: Query | Subscribe;
  readonly span: Span;
};
export type FetchDirection = 'forward' | 'backward' | 'absolute' | 'relative';
/** NEXT = forward 1, PRIOR = backward 1, FIRST = absolute 1, LAST = absolute −1, ALL = forward 'all'. */
export type FetchCursor = {
  readonly kind: 'fetch' | 'move';
  readonly direction: FetchDirection;
  readonly count: number | 'all';
  readonly cursor: Identifier;
  readonly span: Span;
};
/** `cursor` undefined = ALL. */
export type CloseCursor = {readonly kind: 'close'; readonly cursor: Identifier | undefined; readonly span: Span};

export type Listen = {readonly kind: 'listen'; readonly channel: Identifier; readonly span: Span};
export type Notify = {readonly kind: 'notify'; readonly channel: Identifier; readonly payload: string | undefined; readonly span: Span};
/** `channel` undefined = `*`. */
export type Unlisten = {readonly kind: 'unlisten'; readonly channel: Identifier | undefined; readonly span: Span};
export type Lock = {
  readonly kind: 'lock';
  readonly tables: readonly QualifiedName[];
  /** Lower case, e.g. 'access exclusive'. */
  readonly mode: string | undefined;
  readonly nowait: boolean;
  readonly span: Span;
};

export type Explainable =
  | Preparable
  | CreateMaterializedView
  | CreateTable
  | CreateView
  | CreateSink
  | Execute
  | DeclareCursor
  | Subscribe
  | Copy
  | RunningDataflow;
/** What is running already: `MATERIALIZED VIEW v`, `SINK s`; with `CPU, MEMORY FOR` before it, only what is asked for. */
export type RunningDataflow = {
  readonly kind: 'running-dataflow';
  readonly objectKind: 'materialized-view' | 'sink';
  readonly name: QualifiedName;
  /** Empty = all. */
  readonly aspects: readonly ('cpu' | 'memory')[];
  readonly span: Span;
};
/** Options by name in lower case: `EXPLAIN ANALYZE VERBOSE q` = options analyze, verbose. */
export type Explain = {
  readonly kind: 'explain';
  readonly options: readonly Option[];
  readonly statement: Explainable;
  readonly span: Span;
};
/** Exactly one of `relation` and `query` is set. */
export type Subscribe = {
  readonly kind: 'subscribe';
  readonly relation: QualifiedName | undefined;
  readonly query: Query | undefined;
  readonly options: readonly Option[];
  readonly span: Span;
};
export type Flush = {readonly kind: 'flush'; readonly span: Span};
/** `WAIT FOR …`, RisingWave's `WAIT` without a target. */
export type Wait = {readonly kind: 'wait'; readonly target: QualifiedName | undefined; readonly span: Span};
export type Checkpoint = {readonly kind: 'checkpoint'; readonly span: Span};
/** VACUUM and ANALYZE: shape only; `tables` may be empty. */
export type Vacuum = {
  readonly kind: 'vacuum' | 'analyze';
  readonly options: readonly Option[];
  readonly tables: readonly QualifiedName[];
  readonly span: Span;
};
