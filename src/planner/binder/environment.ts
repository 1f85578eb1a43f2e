import type {BoundQuery} from './bound-query.ts';
import type {Scope, ScopeItem} from './scope.ts';

/** A WITH query, bound where it is defined: `level` is the depth of scopes there. `query` is undefined while it is being bound itself. */
export type BoundCte = {readonly name: string; readonly query: BoundQuery | undefined; readonly level: number};

/** What surrounds a query: the scope of the enclosing block, and the WITH queries in sight, innermost last. */
export type Environment = {
  /** Items of the surrounding FROM that only LATERAL would let the query see: for the hint. */
  readonly unseen?: readonly ScopeItem[] | undefined;
  readonly scope?: Scope | undefined;
  readonly ctes: readonly BoundCte[];
  /** Columns of undetermined type stay so, for the surrounding UNION or INSERT to decide; otherwise they become text. */
  readonly keepUnknown?: boolean | undefined;
};

export const TOP_LEVEL: Environment = {ctes: []};
export const levelOf = (scope: Scope | undefined): number => (scope === undefined ? 0 : scope.level + 1);
