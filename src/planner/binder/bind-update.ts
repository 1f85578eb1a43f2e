import {sqlError} from '../../common/sql-error.ts';
import type {Delete, Update} from '../../parser/ast/dml.ts';
import type {FromItem} from '../../parser/ast/from-item.ts';
import {conjuncts, input} from '../expression/build-expression.ts';
import {remapInputs} from '../expression/references.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {namesOf, typesOf} from '../logical/output-columns.ts';
import {attachFilter, attachSubqueries} from './attach-subqueries.ts';
import {bindAssignments} from './bind-assignments.ts';
import {expressionContext} from './bind-expression.ts';
import {bindFrom} from './bind-from.ts';
import {bindWith} from './bind-query.ts';
import {bindReturning} from './bind-returning.ts';
import {scanAsItem} from './bind-table-ref.ts';
import type {BoundDelete, BoundUpdate} from './bound-dml.ts';
import {coerceToBoolean} from './coerce.ts';
import {dmlTarget, type DmlTarget} from './dml-target.ts';
import {TOP_LEVEL, type BoundCte} from './environment.ts';
import type {ExpressionContext} from './expression-context.ts';
import {crossJoin, type FromResult} from './from-result.ts';
import {requireDistinctAliases} from './from-context.ts';
import {childScope} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {Virtuals} from './virtuals.ts';

export function bindUpdate(update: Update, statement: StatementContext): BoundUpdate {
  const rows = bindRows(update, update.from, 'UPDATE', statement);
  const {target, context, virtuals} = rows;
  const {row, assigned} = bindAssignments(context, update.assignments, target);
  const filtered = filterRows(rows, update.where);
  const width = target.columns.length;
  const attached = attachSubqueries(filtered, row, virtuals);
  const all = typesOf(rows.from.plan).map((type, i) => input(i, type));
  const names = namesOf(rows.from.plan);
  // Old row, new row, then whatever FROM has.
  const source: LogicalPlan = {
    kind: 'project',
    input: attached.plan,
    expressions: [...all.slice(0, width), ...attached.expressions, ...all.slice(width)],
    names: [...names.slice(0, width), ...names.slice(0, width), ...names.slice(width)],
  };
  const returning = bindReturning(statement, update.returning, rows.from, rows.ctes);
  return {
    kind: 'update',
    relation: target.id,
    width,
    source,
    assigned,
    // Names of the target mean the new row: everything moves behind the old one.
    returning: returning && {...returning, expressions: returning.expressions.map(e => remapInputs(e, i => i + width))},
  };
}

export function bindDelete(del: Delete, statement: StatementContext): BoundDelete {
  const rows = bindRows(del, del.using, 'DELETE', statement);
  const filtered = filterRows(rows, del.where);
  const types = typesOf(rows.from.plan);
  const source: LogicalPlan = {
    kind: 'project',
    input: filtered,
    expressions: types.map((type, i) => input(i, type)),
    names: namesOf(rows.from.plan),
  };
  const returning = bindReturning(statement, del.returning, rows.from, rows.ctes);
  return {kind: 'delete', relation: rows.target.id, width: rows.target.columns.length, source, returning};
}

type TargetRows = {
  readonly target: DmlTarget;
  readonly from: FromResult;
  readonly context: ExpressionContext;
  readonly virtuals: Virtuals;
  readonly ctes: readonly BoundCte[];
};

/** The target joined with FROM or USING; the target's columns come first. */
function bindRows(
  {table, alias, with: withClause, currentOf}: Update | Delete,
  others: readonly FromItem[],
  action: 'UPDATE' | 'DELETE',
  statement: StatementContext,
): TargetRows {
  const target = dmlTarget(statement, table, action);
  if (currentOf !== undefined) {
    throw sqlError('feature_not_supported', 'WHERE CURRENT OF is not supported', {position: currentOf.span.start});
  }
  statement.relationsRead.add(target.id);
  const ctes = withClause === undefined ? [] : bindWith(withClause, statement, TOP_LEVEL);
  const own = scanAsItem(target, alias);
  let from = own;
  if (others.length > 0) {
    const right = bindFrom(statement, others, undefined, ctes);
    requireDistinctAliases(own.items, right.items, others[0]?.span.start ?? 0);
    from = crossJoin(own, right, false);
  }
  const virtuals = new Virtuals();
  const scope = {...childScope(undefined, from.items, from.columns), virtuals};
  const clause = action === 'UPDATE' ? 'UPDATE' : 'WHERE';
  const context = expressionContext({statement, scope, ctes, virtuals, clause, allowAggregates: false, allowSetFunctions: false});
  return {target, from, context, virtuals, ctes};
}

function filterRows({from, context, virtuals}: TargetRows, where: Update['where']): LogicalPlan {
  if (where === undefined) return from.plan;
  const inside = context.with({clause: 'WHERE'});
  const predicate = coerceToBoolean(context.statement, inside.bind(where), 'WHERE', where.span.start);
  return attachFilter(from.plan, conjuncts(predicate), virtuals);
}
