import {sqlError} from '../../common/sql-error.ts';
import type {SetOperation} from '../../parser/ast/query.ts';
import {sameType, type SqlType} from '../../types/sql-type.ts';
import {input} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {withoutOrder} from './bind-subquery.ts';
import type {BoundQuery} from './bound-query.ts';
import {coerce} from './coerce.ts';
import {mismatch, selectCommonType} from './common-type.ts';
import {requireEquality} from './orderable.ts';
import type {StatementContext} from './statement-context.ts';
import {visibleColumns} from './visible-columns.ts';

/** UNION, INTERSECT, EXCEPT of two bound sides; the columns are named after the left one. */
export function bindSetOperation(operation: SetOperation, left: BoundQuery, right: BoundQuery, statement: StatementContext): BoundQuery {
  const construct = operation.operator.toUpperCase();
  const position = operation.right.span.start;
  if (left.columns.length !== right.columns.length) {
    throw sqlError('syntax_error', `each ${construct} query must have the same number of columns`, {
      position: columnPosition(statement, right, 0) ?? position,
    });
  }
  const types = left.columns.map((l, i): SqlType => {
    const other = right.columns[i]?.type ?? l.type;
    const selected = selectCommonType([l.type, other]);
    if ('misfit' in selected) throw mismatch(construct, selected.chosen, other, columnPosition(statement, right, i) ?? position);
    return selected.type;
  });
  if (!(operation.operator === 'union' && operation.all)) for (const type of types) requireEquality(type, operation.span.start);
  if (operation.operator !== 'union') statement.note('set-operation', operation.span.start, construct);
  const sides = [left, right].map(side => castColumns(statement, side, types)) as [LogicalPlan, LogicalPlan];
  const columns = left.columns.map((c, i) => ({name: c.name, type: types[i] ?? c.type}));
  return {plan: combine(operation, sides), columns};
}

function combine({operator, all}: SetOperation, [left, right]: readonly [LogicalPlan, LogicalPlan]): LogicalPlan {
  if (operator !== 'union') return {kind: 'set-operation', operation: operator, all, left, right};
  const union: LogicalPlan = {kind: 'union', inputs: [left, right]};
  return all ? union : {kind: 'distinct', input: union};
}

function columnPosition(statement: StatementContext, {plan}: BoundQuery, i: number): number | undefined {
  const expression = plan.kind === 'project' ? plan.expressions[i] : undefined;
  return expression && statement.positionOf(expression);
}

/** A query with its columns cast; literals that are still undetermined are read as the new type. */
export function castColumns(statement: StatementContext, query: BoundQuery, types: readonly SqlType[]): LogicalPlan {
  const plan = withoutOrder(visibleColumns(query));
  if (query.columns.every((c, i) => sameType(c.type, types[i] ?? c.type))) return plan;
  const cast = (e: TypedExpression, i: number) => coerce(statement, e, types[i] ?? e.type, 'implicit');
  if (plan.kind === 'project') return {...plan, expressions: plan.expressions.map(cast)};
  const names = query.columns.map(c => c.name);
  return {kind: 'project', input: plan, expressions: query.columns.map((c, i) => cast(input(i, c.type), i)), names};
}
