import {unreachable} from '../../common/unreachable.ts';
import type {FromItem} from '../../parser/ast/from-item.ts';
import {contextRightOf, isLateral, requireDistinctAliases, type FromContext} from './from-context.ts';
import {bindEventWindow} from './bind-event-window.ts';
import {eventWindowOf} from './event-window-call.ts';
import {bindFunctionRef, bindRowsFrom} from './bind-table-function.ts';
import {bindJoin} from './bind-join.ts';
import {bindTableRef, queryAsItem} from './bind-table-ref.ts';
import type {BoundCte} from './environment.ts';
import {crossJoin, ONE_ROW, type FromResult} from './from-result.ts';
import type {Scope} from './scope.ts';
import type {StatementContext} from './statement-context.ts';

/** The FROM list of a query block; one row without columns when there is none. */
export function bindFrom(
  statement: StatementContext,
  from: readonly FromItem[],
  enclosing: Scope | undefined,
  ctes: readonly BoundCte[],
): FromResult {
  const context: FromContext = {statement, ctes, plain: enclosing, lateral: enclosing, siblings: [], bindItem: bindFromItem};
  let left: FromResult | undefined;
  for (const item of from) {
    if (left === undefined) {
      left = bindFromItem(item, context);
      continue;
    }
    const lateral = isLateral(item);
    const right = bindFromItem(item, lateral ? contextRightOf(context, left) : {...context, siblings: left.items});
    requireDistinctAliases(left.items, right.items, item.span.start);
    left = crossJoin(left, right, lateral);
    if (left.plan.kind === 'apply') statement.note('lateral', item.span.start);
  }
  return left ?? {plan: ONE_ROW, items: [], columns: []};
}

function bindFromItem(item: FromItem, context: FromContext): FromResult {
  const {statement, ctes, plain, lateral} = context;
  switch (item.kind) {
    case 'table-ref':
      return bindTableRef(statement, item, plain, ctes);
    case 'subquery-ref': {
      const scope = item.lateral ? lateral : plain;
      const query = statement.bindQuery(item.query, statement, {scope, ctes, unseen: item.lateral ? [] : context.siblings});
      return queryAsItem(query, item.alias, 'subquery');
    }
    case 'function-ref': {
      const window = eventWindowOf(item.call);
      return window === undefined ? bindFunctionRef(statement, item, lateral, ctes) : bindEventWindow(window, item, context);
    }
    case 'rows-from-ref':
      return bindRowsFrom(statement, item, lateral, ctes);
    case 'join':
      return bindJoin(item, context);
    default:
      return unreachable(item);
  }
}
