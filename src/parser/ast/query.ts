import type {Delete, Insert, Update} from './dml.ts';
import type {Expression} from './expression.ts';
import type {FromItem} from './from-item.ts';
import type {Identifier, QualifiedName} from './names.ts';
import type {SortItem} from './sort-item.ts';
import type {Span} from './span.ts';
import type {StreamWindow} from './stream-window.ts';
import type {WindowDefinition} from './window.ts';

/** A whole query: body plus the clauses that hold for all of it. A parenthesised query without such clauses is its body. */
export type Query = {
  readonly kind: 'query';
  readonly with: WithClause | undefined;
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  /** undefined = no limit; LIMIT ALL and LIMIT NULL differ only in text and come as undefined and a null-literal. */
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
  readonly withTies: boolean;
  readonly locking: readonly LockingClause[];
  readonly emit: EmitMode | undefined;
  readonly span: Span;
};

/** `EMIT CHANGES`; `EMIT FINAL` and `EMIT ON WINDOW CLOSE` are the same. */
export type EmitMode = 'changes' | 'on-window-close';

/** A nested `query` stands where parentheses hold clauses of their own: `(SELECT … LIMIT 1) UNION …`. */
export type QueryBody = Select | SetOperation | Values | TableQuery | Query;

export type SetOperation = {
  readonly kind: 'set-operation';
  readonly operator: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
  readonly span: Span;
};

/** `VALUES (1, 'a'), (2, DEFAULT)`: at least one row; lengths are not checked. */
export type Values = {readonly kind: 'values'; readonly rows: readonly (readonly Expression[])[]; readonly span: Span};
/** `TABLE t` = `SELECT * FROM t`. */
export type TableQuery = {readonly kind: 'table-query'; readonly name: QualifiedName; readonly only: boolean; readonly span: Span};

export type Select = {
  readonly kind: 'select';
  readonly distinct: boolean;
  /** `DISTINCT ON (…)`; empty if absent (`distinct` is true with it). */
  readonly distinctOn: readonly Expression[];
  /** May be empty, as in PostgreSQL. */
  readonly items: readonly SelectItem[];
  /** Comma separated; empty without FROM. */
  readonly from: readonly FromItem[];
  readonly streamWindow: StreamWindow | undefined;
  readonly where: Expression | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Expression | undefined;
  readonly windows: readonly WindowDefinition[];
  readonly span: Span;
};

/** The expression is a `star` for `*` and `t.*`. */
export type SelectItem = {
  readonly kind: 'select-item';
  readonly expression: Expression;
  readonly alias: Identifier | undefined;
  readonly span: Span;
};

export type GroupBy = {readonly kind: 'group-by'; readonly distinct: boolean; readonly items: readonly GroupingItem[]; readonly span: Span};
/** `(a, b)` comes as a row expression and means both columns. */
export type GroupingItem = Expression | EmptyGrouping | Rollup | Cube | GroupingSets;
export type EmptyGrouping = {readonly kind: 'empty-grouping'; readonly span: Span};
export type Rollup = {readonly kind: 'rollup'; readonly items: readonly Expression[]; readonly span: Span};
export type Cube = {readonly kind: 'cube'; readonly items: readonly Expression[]; readonly span: Span};
export type GroupingSets = {readonly kind: 'grouping-sets'; readonly sets: readonly GroupingItem[]; readonly span: Span};

export type WithClause = {
  readonly kind: 'with-clause';
  readonly recursive: boolean;
  readonly tables: readonly CommonTableExpression[];
  readonly span: Span;
};
export type CommonTableExpression = {
  readonly kind: 'common-table-expression';
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
  /** `AS MATERIALIZED` = true, `AS NOT MATERIALIZED` = false. */
  readonly materialized: boolean | undefined;
  readonly statement: Query | Insert | Update | Delete;
  readonly span: Span;
};

export type LockingClause = {
  readonly kind: 'locking-clause';
  readonly strength: 'update' | 'no-key-update' | 'share' | 'key-share';
  readonly tables: readonly QualifiedName[];
  readonly wait: 'nowait' | 'skip-locked' | undefined;
  readonly span: Span;
};
