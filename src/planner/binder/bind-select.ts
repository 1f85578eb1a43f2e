import {sqlError} from '../../common/sql-error.ts';
import type {GroupingItem, Select} from '../../parser/ast/query.ts';
import type {SortItem} from '../../parser/ast/sort-item.ts';
import {conjuncts, input} from '../expression/build-expression.ts';
import {sameExpression} from '../expression/same-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan, SortExpression} from '../logical/logical-plan.ts';
import {attachFilter, attachSubqueries} from './attach-subqueries.ts';
import {attachWindows} from './attach-windows.ts';
import {bindClauseItem} from './bind-clause-item.ts';
import {expressionContext} from './bind-expression.ts';
import {bindFrom} from './bind-from.ts';
import {bindSelectList, type Target} from './bind-select-list.ts';
import {sortBy} from './bind-sort-item.ts';
import {bindStreamWindow, requireNoEdges, streamWindowPlan, withEdges} from './bind-stream-window.ts';
import {bindWindowOrder} from './bind-window-call.ts';
import type {BoundQuery} from './bound-query.ts';
import {coerceToBoolean, settleUnknown} from './coerce.ts';
import type {Environment} from './environment.ts';
import {expandSetFunctions} from './expand-set-functions.ts';
import type {ExpressionContext} from './expression-context.ts';
import {groupBlock} from './group-block.ts';
import {NamedWindows} from './named-windows.ts';
import {requireEquality} from './orderable.ts';
import {childScope} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {Virtuals} from './virtuals.ts';

/** A select block with the ORDER BY that belongs to it; LIMIT is put on top by the caller. */
export function bindSelect(
  select: Select,
  orderBy: readonly SortItem[],
  statement: StatementContext,
  {scope: enclosing, ctes, keepUnknown, unseen}: Environment,
): BoundQuery {
  const items = bindFrom(statement, select.from, enclosing, ctes);
  const window = select.streamWindow && bindStreamWindow(statement, select.streamWindow, items);
  const from = window === undefined ? items : withEdges(items, window);
  const virtuals = new Virtuals();
  const scope = {...childScope(enclosing, from.items, from.columns), virtuals, unseen};
  const windows = new NamedWindows(select.windows);
  const context = expressionContext({
    statement,
    scope,
    ctes,
    virtuals,
    clause: 'SELECT',
    allowAggregates: true,
    allowSetFunctions: true,
    allowWindows: true,
    windows,
  });
  const scalar = {allowAggregates: false, allowSetFunctions: false, allowWindows: false};

  const listed = bindSelectList(context, select.items);
  const targets =
    keepUnknown === true && !select.distinct ? listed : listed.map(t => ({...t, expression: settleUnknown(statement, t.expression)}));
  const where = bindConditions(context.with({...scalar, clause: 'WHERE'}), select.where, 'WHERE');
  const having = bindConditions(context.with({clause: 'HAVING', allowSetFunctions: false, allowWindows: false}), select.having, 'HAVING');
  const sort = orderBy.map(item => sortBy(item, bindClauseItem(context.with({clause: 'ORDER BY'}), item.expression, targets, 'ORDER BY')));
  const written = bindGroupBy(context.with({...scalar, clause: 'GROUP BY'}), select, targets);
  const distinctOn = select.distinctOn.map(e => bindClauseItem(context.with({clause: 'DISTINCT ON'}), e, targets, 'DISTINCT ON'));

  // Windows that nothing uses have to make sense too.
  for (const window of windows.all) bindWindowOrder(context, window);

  if (window !== undefined) requireNoEdges(where, window);
  const filteredRows = attachFilter(from.plan, where, virtuals);
  const rows = window === undefined ? filteredRows : streamWindowPlan(filteredRows, window, written ?? []);
  const keys = window === undefined ? written : [...(written ?? []), ...window.edges.map(edge => edge.expression)];
  const isGrouped = keys !== undefined || having.length > 0 || select.having !== undefined || virtuals.aggregates.length > 0;
  const uses = [...targets.map(t => t.expression), ...having, ...sort.map(s => s.expression), ...distinctOn];
  const block = isGrouped
    ? groupBlock({statement, scope, plan: rows, keys: keys ?? [], virtuals, uses})
    : {plan: rows, virtuals, above: (e: TypedExpression) => e};
  const filtered = attachFilter(block.plan, having.map(block.above), block.virtuals);
  return project({
    plan: filtered,
    virtuals: block.virtuals,
    targets: targets.map(t => ({...t, expression: block.above(t.expression)})),
    sort: sort.map((s, i) => ({...s, expression: block.above(s.expression), position: orderBy[i]?.span.start})),
    distinct: select.distinct,
    distinctOn: distinctOn.map((e, i) => ({expression: block.above(e), position: select.distinctOn[i]?.span.start ?? 0})),
  });
}

function bindConditions(context: ExpressionContext, condition: Select['where'], construct: string): readonly TypedExpression[] {
  if (condition === undefined) return [];
  return conjuncts(coerceToBoolean(context.statement, context.bind(condition), construct, condition.span.start));
}

/** Undefined without GROUP BY; empty for `GROUP BY ()`. */
function bindGroupBy(context: ExpressionContext, {groupBy}: Select, targets: readonly Target[]): readonly TypedExpression[] | undefined {
  return groupBy?.items.flatMap(item => bindGroupingItem(context, item, targets));
}

function bindGroupingItem(context: ExpressionContext, item: GroupingItem, targets: readonly Target[]): readonly TypedExpression[] {
  switch (item.kind) {
    case 'empty-grouping':
      return [];
    case 'rollup':
    case 'cube':
    case 'grouping-sets': {
      const name = item.kind.toUpperCase().replace('-', ' ');
      throw sqlError('feature_not_supported', `${name} is not supported yet`, {position: item.span.start});
    }
    case 'row':
      if (!item.explicit) return item.elements.flatMap(e => bindGroupingItem(context, e, targets));
      break;
    default:
      break;
  }
  const key = bindClauseItem(context, item, targets, 'GROUP BY');
  requireNoCall(context, key, item.span.start);
  return [key];
}

/** GROUP BY 1 may name an output column that is an aggregate or a window call. */
function requireNoCall(context: ExpressionContext, key: TypedExpression, position: number): void {
  const virtual = key.kind === 'input' ? context.virtuals.get(key.index)?.kind : undefined;
  const where = {position: context.statement.positionOf(key) ?? position};
  if (virtual === 'aggregate') throw sqlError('grouping_error', 'aggregate functions are not allowed in GROUP BY', where);
  if (virtual === 'window') throw sqlError('windowing_error', 'window functions are not allowed in GROUP BY', where);
}

type Positioned<T> = T & {readonly position: number | undefined};
type Projection = {
  readonly plan: LogicalPlan;
  readonly virtuals: Virtuals;
  readonly targets: readonly Target[];
  readonly sort: readonly Positioned<SortExpression>[];
  readonly distinct: boolean;
  readonly distinctOn: readonly Positioned<{readonly expression: TypedExpression}>[];
};

/** The select list on top of the block: its columns, then those that only ORDER BY and DISTINCT ON need. */
function project({plan, virtuals, targets, sort, distinct, distinctOn}: Projection): BoundQuery {
  const values = targets.map(t => t.expression);
  const places = new Map<TypedExpression, number>();
  for (const {expression, position} of [...sort, ...distinctOn]) {
    let place = values.findIndex(v => sameExpression(v, expression));
    if (place < 0) {
      if (distinct && distinctOn.length === 0) {
        const message = 'for SELECT DISTINCT, ORDER BY expressions must appear in select list';
        throw sqlError('invalid_column_reference', message, {position});
      }
      place = values.push(expression) - 1;
    }
    places.set(expression, place);
  }
  const column = (e: TypedExpression) => input(places.get(e) ?? 0, e.type);
  const windowed = attachWindows(plan, values, virtuals);
  const attached = attachSubqueries(windowed.plan, values, virtuals, windowed.places);
  const {plan: below, expressions} = expandSetFunctions(attached.plan, attached.expressions, virtuals);
  const names = values.map((_, i) => targets[i]?.name ?? `sort${i - targets.length + 1}`);
  let result: LogicalPlan = {kind: 'project', input: below, expressions, names};
  const sorted = sort.map(({expression, descending, nullsFirst}): SortExpression => ({
    expression: column(expression),
    descending,
    nullsFirst,
  }));
  if (distinctOn.length > 0)
    result = firstOfEach(
      result,
      sorted,
      distinctOn,
      distinctOn.map(d => column(d.expression)),
    );
  else if (distinct) {
    for (const target of targets) requireEquality(target.expression.type, target.position);
    result = {kind: 'distinct', input: result};
  }
  if (sorted.length > 0) result = {kind: 'top', input: result, sort: sorted, partition: []};
  return {plan: result, columns: targets.map(({name, expression, source}) => ({name, type: expression.type, source}))};
}

/** DISTINCT ON: the first row, in the order of ORDER BY, of those with equal values. Errors: 42P10 when the order does not start with them. */
function firstOfEach(
  plan: LogicalPlan,
  sort: readonly SortExpression[],
  written: Projection['distinctOn'],
  partition: readonly TypedExpression[],
): LogicalPlan {
  const leading = sort.slice(0, partition.length);
  const misplaced = leading.findIndex(s => !partition.some(p => sameExpression(p, s.expression)));
  if (misplaced >= 0) {
    const message = 'SELECT DISTINCT ON expressions must match initial ORDER BY expressions';
    throw sqlError('invalid_column_reference', message, {position: written[misplaced]?.position});
  }
  for (const [i, e] of partition.entries()) requireEquality(e.type, written[i]?.position);
  const limit = {kind: 'constant', type: {kind: 'int8'}, value: 1n} as const;
  return {kind: 'top', input: plan, sort, limit, partition};
}
