import type {TypedExpression} from '../expression/typed-expression.ts';
import type {ColumnSource} from './bound-query.ts';
import type {Virtuals} from './virtuals.ts';

export type ScopeColumn = {
  readonly name: string;
  /** Over the columns of the block's FROM plan: a column, or the merged column of a join USING. */
  readonly expression: TypedExpression;
  readonly source?: ColumnSource | undefined;
};

/** A table, subquery or function in FROM under the name by which columns are qualified. */
export type ScopeItem = {
  readonly alias: string;
  /** The name of the relation behind the alias. */
  readonly relationName?: string | undefined;
  /** Set for relations without an alias: they can be named `schema.table.column`. */
  readonly schema?: string | undefined;
  readonly columns: readonly ScopeColumn[];
  /** System columns: found by name, not part of `*`. */
  readonly hidden: readonly ScopeColumn[];
  /** Places in `columns` that are the primary key: grouping by them determines the row. */
  readonly primaryKey?: readonly number[] | undefined;
  /** The item is one value and not a row: a function that returns a scalar type. */
  readonly scalar?: boolean | undefined;
};

/** What the expressions of one query block can name. */
export type Scope = {
  /** What unqualified names and `*` mean, in order: USING columns are merged here. */
  readonly columns: readonly ScopeColumn[];
  readonly items: readonly ScopeItem[];
  /** Aggregates and subqueries of the block, once it has got as far as to have them. */
  readonly virtuals?: Virtuals | undefined;
  /** Items that are near but out of reach: for the error message. */
  readonly unseen?: readonly ScopeItem[] | undefined;
  readonly parent?: Scope | undefined;
  /** Number of enclosing scopes. */
  readonly level: number;
};

export function childScope(parent: Scope | undefined, items: readonly ScopeItem[], columns: readonly ScopeColumn[]): Scope {
  return {items, columns, parent, level: parent === undefined ? 0 : parent.level + 1};
}

/** The same place in the chain with nothing to be seen: where LATERAL is not written, the items to the left are out of sight. */
export function blindScope(scope: Scope): Scope {
  return {...scope, items: [], columns: []};
}
