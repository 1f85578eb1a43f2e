import {sqlError} from '../../common/sql-error.ts';
import type {SelectItem} from '../../parser/ast/query.ts';
import {needsSubquery} from './attach-subqueries.ts';
import {expressionContext} from './bind-expression.ts';
import {bindSelectList} from './bind-select-list.ts';
import type {BoundReturning} from './bound-dml.ts';
import {settleUnknown} from './coerce.ts';
import type {BoundCte} from './environment.ts';
import type {FromResult} from './from-result.ts';
import {childScope} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {Virtuals} from './virtuals.ts';

/** RETURNING over the names of `rows`. Errors: 0A000 for subqueries in it. */
export function bindReturning(
  statement: StatementContext,
  items: readonly SelectItem[],
  rows: Pick<FromResult, 'items' | 'columns'>,
  ctes: readonly BoundCte[],
): BoundReturning | undefined {
  if (items.length === 0) return undefined;
  const virtuals = new Virtuals();
  const scope = {...childScope(undefined, rows.items, rows.columns), virtuals};
  const context = expressionContext({
    statement,
    scope,
    ctes,
    virtuals,
    clause: 'RETURNING',
    allowAggregates: false,
    allowSetFunctions: false,
  });
  const targets = bindSelectList(context, items).map(t => ({...t, expression: settleUnknown(statement, t.expression)}));
  const nested = targets.find(t => needsSubquery(t.expression, virtuals));
  if (nested !== undefined)
    throw sqlError('feature_not_supported', 'subqueries in RETURNING are not supported', {position: nested.position});
  return {
    columns: targets.map(({name, expression, source}) => ({name, type: expression.type, source})),
    expressions: targets.map(t => t.expression),
  };
}
