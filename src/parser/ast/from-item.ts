import type {Expression} from './expression.ts';
import type {FunctionCall} from './function-call.ts';
import type {Identifier, QualifiedName} from './names.ts';
import type {Query} from './query.ts';
import type {Span} from './span.ts';
import type {JoinWithin} from './stream-window.ts';
import type {TypeName} from './type-name.ts';

/** `AS alias (a, b)`; `columns` may be empty. */
export type TableAlias = {
  readonly kind: 'table-alias';
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
  readonly span: Span;
};

/** `[ONLY] name [FOR SYSTEM_TIME AS OF expr] [AS alias]` */
export type TableRef = {
  readonly kind: 'table-ref';
  readonly name: QualifiedName;
  readonly only: boolean;
  readonly systemTime: Expression | undefined;
  readonly alias: TableAlias | undefined;
  readonly span: Span;
};
export type SubqueryRef = {
  readonly kind: 'subquery-ref';
  readonly query: Query;
  readonly lateral: boolean;
  readonly alias: TableAlias | undefined;
  readonly span: Span;
};

/** `a int` of a function's column definition list. */
export type FunctionColumn = {
  readonly kind: 'function-column';
  readonly name: Identifier;
  readonly typeName: TypeName;
  readonly span: Span;
};
/** One member of `ROWS FROM (…)`. */
export type RowsFromItem = {
  readonly kind: 'rows-from-item';
  readonly call: FunctionCall;
  readonly columns: readonly FunctionColumn[];
  readonly span: Span;
};

/** A function call in FROM: set-returning function, TUMBLE/HOP/SESSION, or a SQL value function. */
export type FunctionRef = {
  readonly kind: 'function-ref';
  readonly call: FunctionCall;
  readonly lateral: boolean;
  /** Written `TABLE(f(…))`. */
  readonly tableSyntax: boolean;
  readonly withOrdinality: boolean;
  readonly alias: TableAlias | undefined;
  /** `AS (a int, b text)` or `AS t(a int, b text)`; then `alias.columns` is empty. */
  readonly columns: readonly FunctionColumn[];
  readonly span: Span;
};
export type RowsFromRef = {
  readonly kind: 'rows-from-ref';
  readonly items: readonly RowsFromItem[];
  readonly lateral: boolean;
  readonly withOrdinality: boolean;
  readonly alias: TableAlias | undefined;
  readonly span: Span;
};

export type JoinCondition = JoinOn | JoinUsing;
export type JoinOn = {readonly kind: 'join-on'; readonly expression: Expression; readonly span: Span};
export type JoinUsing = {
  readonly kind: 'join-using';
  readonly columns: readonly Identifier[];
  readonly alias: Identifier | undefined;
  readonly span: Span;
};
export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'cross';

/**
 * `condition` is undefined for cross and natural joins, and may be for those with a `match`: the MATCH_CONDITION of an ASOF JOIN. `alias` is that
 * of a parenthesised join.
 */
export type JoinClause = {
  readonly kind: 'join';
  readonly joinType: JoinType;
  readonly natural: boolean;
  readonly asof: boolean;
  readonly left: FromItem;
  readonly right: FromItem;
  readonly within: JoinWithin | undefined;
  readonly match: Expression | undefined;
  readonly condition: JoinCondition | undefined;
  readonly alias: TableAlias | undefined;
  readonly span: Span;
};

export type FromItem = TableRef | SubqueryRef | FunctionRef | RowsFromRef | JoinClause;
