import {sqlError} from '../../common/sql-error.ts';
import {unreachable} from '../../common/unreachable.ts';
import type {FromItem} from '../../parser/ast/from-item.ts';
import type {BoundCte} from './environment.ts';
import {eventWindowOf} from './event-window-call.ts';
import type {FromResult} from './from-result.ts';
import {blindScope, childScope, type Scope, type ScopeItem} from './scope.ts';
import type {StatementContext} from './statement-context.ts';

/**
 * What the items of FROM can name besides themselves. `lateral` holds the items to the left, for LATERAL subqueries and functions; `plain` is
 * the same place in the chain of scopes without them.
 */
export type FromContext = {
  readonly statement: StatementContext;
  readonly ctes: readonly BoundCte[];
  readonly plain: Scope | undefined;
  readonly lateral: Scope | undefined;
  /** Items to the left, which a subquery without LATERAL cannot name. */
  readonly siblings: readonly ScopeItem[];
  readonly bindItem: (item: FromItem, context: FromContext) => FromResult;
};

/** The context of an item that can see the row of `left`. */
export function contextRightOf(context: FromContext, left: FromResult): FromContext {
  const lateral = childScope(context.lateral, left.items, left.columns);
  return {...context, siblings: [...context.siblings, ...left.items], lateral, plain: blindScope({...lateral, parent: context.plain})};
}

/** Whether an item may read the items to its left: LATERAL, or a function with arguments (windows take relations). */
export function isLateral(item: FromItem): boolean {
  switch (item.kind) {
    case 'table-ref':
      return false;
    case 'subquery-ref':
      return item.lateral;
    case 'function-ref':
      return item.call.args.length > 0 && eventWindowOf(item.call) === undefined;
    case 'rows-from-ref':
      return true;
    case 'join':
      return isLateral(item.left) || isLateral(item.right);
    default:
      return unreachable(item);
  }
}

/** Errors: 42712 when two items have the same name and no schema tells them apart. */
export function requireDistinctAliases(left: readonly ScopeItem[], right: readonly ScopeItem[], position: number): void {
  const twice = right.find(r =>
    left.some(l => l.alias === r.alias && (l.schema === undefined || r.schema === undefined || l.schema === r.schema)),
  );
  if (twice === undefined) return;
  throw sqlError('duplicate_alias', `table name "${twice.alias}" specified more than once`, {position});
}
