import {sqlError} from '../../common/sql-error.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import type {JoinClause} from '../../parser/ast/from-item.ts';
import type {Identifier} from '../../parser/ast/names.ts';
import {conjuncts} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {arityOf} from '../logical/output-columns.ts';
import {expressionContext} from './bind-expression.ts';
import {contextRightOf, isLateral, requireDistinctAliases, type FromContext} from './from-context.ts';
import {applyOperator} from './bind-operator.ts';
import {aliased} from './bind-table-ref.ts';
import {coerce, coerceToBoolean} from './coerce.ts';
import {coerceToCommonType} from './common-type.ts';
import {shiftNames, type FromResult} from './from-result.ts';
import {eventTimeOf} from './event-time.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {asOfJoin, systemTimeJoin, timeJoinOf, type TimeJoin} from './bind-time-join.ts';
import {withinConditions} from './join-within.ts';
import {joinPlan} from './join-plan.ts';
import {childScope, type ScopeColumn, type ScopeItem} from './scope.ts';
import {Virtuals} from './virtuals.ts';

export function bindJoin(join: JoinClause, context: FromContext): FromResult {
  const {statement} = context;
  const position = join.span.start;
  const left = context.bindItem(join.left, context);
  const timed = timeJoinOf(join);
  const lateral = isLateral(join.right);
  const right = context.bindItem(
    timed?.right ?? join.right,
    lateral ? contextRightOf(context, left) : {...context, siblings: [...context.siblings, ...left.items]},
  );
  requireDistinctAliases(left.items, right.items, join.right.span.start);
  if (join.joinType !== 'inner' && join.joinType !== 'cross') statement.note('outer-join', position, join.joinType.toUpperCase());

  const shifted = shiftNames(right, arityOf(left.plan));
  const names = usingColumns(join, left, right);
  const merged = names === undefined ? undefined : mergeColumns(context, join, names, left.columns, shifted.columns);
  const scope = {items: [...left.items, ...shifted.items], columns: merged?.columns ?? [...left.columns, ...shifted.columns]};
  const virtuals = new Virtuals();
  const within = join.within === undefined ? [] : withinConditions(statement, join.within, left, {...right, ...shifted});
  const condition = join.condition?.kind === 'join-on' ? join.condition.expression : undefined;
  const written = [condition, join.match].flatMap(e => (e === undefined ? [] : bindCondition(e, context, scope, virtuals)));
  const on = [...(merged?.on ?? []), ...written, ...within];
  const plan =
    timed === undefined
      ? joinPlan(join, left.plan, right.plan, on, lateral, virtuals, position)
      : timeJoinPlan(join, timed, left, right, on, context);
  if (plan.kind === 'apply') statement.note('lateral', join.right.span.start);
  const usingAlias = join.condition?.kind === 'join-using' ? join.condition.alias : undefined;
  const items: readonly ScopeItem[] =
    usingAlias === undefined || merged === undefined
      ? scope.items
      : [...scope.items, {alias: usingAlias.name, columns: merged.columns.slice(0, names?.length ?? 0), hidden: []}];
  if (join.alias === undefined) return {plan, items, columns: scope.columns};
  return aliased(plan, join.alias, {alias: join.alias.name.name, columns: scope.columns, hidden: []});
}

function timeJoinPlan(
  join: JoinClause,
  {systemTime}: TimeJoin,
  left: FromResult,
  right: FromResult,
  on: readonly TypedExpression[],
  {statement, plain, ctes}: FromContext,
): LogicalPlan {
  const sides = {left: left.plan, right: right.plan, position: systemTime?.span.start ?? join.span.start};
  if (systemTime === undefined) return asOfJoin(join, sides, on);
  const virtuals = new Virtuals();
  const scope = {...childScope(plain, left.items, left.columns), virtuals};
  const rules = {clause: 'FOR SYSTEM_TIME AS OF', allowAggregates: false, allowSetFunctions: false} as const;
  // That now() may be here is for the join to say.
  const time = statement.unnoted('time-function', () => expressionContext({statement, scope, ctes, virtuals, ...rules}).bind(systemTime));
  const rightTime = eventTimeOf(statement, right);
  return systemTimeJoin(join, sides, on, time, rightTime);
}

function bindCondition(
  expression: Expression,
  {statement, plain, ctes}: FromContext,
  {items, columns}: Pick<FromResult, 'items' | 'columns'>,
  virtuals: Virtuals,
): readonly TypedExpression[] {
  const scope = {...childScope(plain, items, columns), virtuals};
  const context = expressionContext({
    statement,
    scope,
    ctes,
    virtuals,
    clause: 'JOIN conditions',
    allowAggregates: false,
    allowSetFunctions: false,
  });
  return conjuncts(coerceToBoolean(statement, context.bind(expression), 'JOIN/ON', expression.span.start));
}

/** The names of USING or of a natural join; undefined for other joins. */
function usingColumns(join: JoinClause, left: FromResult, right: FromResult): readonly Identifier[] | undefined {
  if (join.condition?.kind === 'join-using') return join.condition.columns;
  if (!join.natural) return undefined;
  const common = left.columns.filter(l => right.columns.some(r => r.name === l.name));
  return common.map(c => ({kind: 'identifier', name: c.name, quoted: false, span: join.span}));
}

/** Merged columns first, then the rest of the left side, then that of the right side; and the equalities. */
function mergeColumns(
  {statement}: FromContext,
  {joinType}: JoinClause,
  names: readonly Identifier[],
  left: readonly ScopeColumn[],
  right: readonly ScopeColumn[],
): {readonly columns: readonly ScopeColumn[]; readonly on: readonly TypedExpression[]} {
  const on: TypedExpression[] = [];
  const merged = names.map(({name, span}): ScopeColumn => {
    const l = namedOnce(left, name, 'left', span.start);
    const r = namedOnce(right, name, 'right', span.start);
    on.push(applyOperator(statement, '=', l.expression, r.expression, span.start));
    const {type, expressions} = coerceToCommonType(statement, [l.expression, r.expression], 'JOIN/USING', [span.start, span.start]);
    if (joinType === 'full') return {name, expression: {kind: 'coalesce', type, args: expressions}};
    const [source, other] = joinType === 'right' ? [r, l] : [l, r];
    const kept = source.expression.type.kind === type.kind || other.expression.type.kind === 'unknown';
    return {name, expression: coerce(statement, source.expression, type, 'implicit'), source: kept ? source.source : undefined};
  });
  const isMerged = (c: ScopeColumn) => names.some(n => n.name === c.name);
  return {columns: [...merged, ...left.filter(c => !isMerged(c)), ...right.filter(c => !isMerged(c))], on};
}

function namedOnce(columns: readonly ScopeColumn[], name: string, side: 'left' | 'right', position: number): ScopeColumn {
  const found = columns.filter(c => c.name === name);
  const [column] = found;
  if (column === undefined) {
    throw sqlError('undefined_column', `column "${name}" specified in USING clause does not exist in ${side} table`, {position});
  }
  if (found.length > 1)
    throw sqlError('ambiguous_column', `common column name "${name}" appears more than once in ${side} table`, {position});
  return column;
}
