import {sqlError} from '../../common/sql-error.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import type {FromItem, JoinClause} from '../../parser/ast/from-item.ts';
import {functionById} from '../../functions/registry.ts';
import {formatTypeName} from '../../types/format-type.ts';
import {T} from '../../types/sql-type.ts';
import {inputsRead, shiftInputs} from '../expression/references.ts';
import {FLIPPED} from '../expression/compare-op.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf} from '../logical/output-columns.ts';
import {outerColumns} from '../logical/outer-references.ts';
import {isVirtual} from './virtuals.ts';

/** How a join is written whose rows meet as of a time: ASOF, or FOR SYSTEM_TIME AS OF on its right side. */
export type TimeJoin = {readonly systemTime: Expression | undefined; readonly right: FromItem};

/** Undefined for other joins. Errors: 0A000 for join types that cannot be as of a time. */
export function timeJoinOf({asof, joinType, natural, right, span}: JoinClause): TimeJoin | undefined {
  const systemTime = right.kind === 'table-ref' ? right.systemTime : undefined;
  if (!asof && systemTime === undefined) return undefined;
  const what = asof ? 'ASOF JOIN' : 'a join FOR SYSTEM_TIME AS OF';
  if (asof && systemTime !== undefined) {
    throw sqlError('syntax_error', 'ASOF JOIN takes no FOR SYSTEM_TIME AS OF', {position: systemTime.span.start});
  }
  if ((joinType !== 'inner' && joinType !== 'left') || natural) {
    throw sqlError('feature_not_supported', `${what} is an inner or a left join`, {position: span.start});
  }
  return {systemTime, right: right.kind === 'table-ref' ? {...right, systemTime: undefined} : right};
}

type Sides = {readonly left: LogicalPlan; readonly right: LogicalPlan; readonly position: number};
type Condition = Extract<TypedExpression, {kind: 'compare'}>;

/**
 * The plan of an ASOF JOIN: equalities, and one comparison of a time of the left side with an earlier one of the right side. With USING and no
 * MATCH_CONDITION the last column is that. Errors: 0A000 for anything else.
 */
export function asOfJoin(
  {joinType, match, condition}: JoinClause,
  {left, right, position}: Sides,
  conditions: readonly TypedExpression[],
): LogicalPlan {
  requireIndependent(right, position);
  const arity = arityOf(left);
  const isUsing = condition?.kind === 'join-using' && match === undefined;
  const on = isUsing ? conditions.map((e, i) => (i === conditions.length - 1 ? asOrder(e) : e)) : conditions;
  const orders = on.filter((e): e is Condition => e.kind === 'compare' && e.op !== '=');
  const [order] = orders;
  const times = order === undefined ? undefined : timesOf(order, arity);
  if (times === undefined || orders.length > 1) {
    throw sqlError('feature_not_supported', 'ASOF JOIN needs one comparison of a time of the left side with one of the right side', {
      position: (match ?? condition)?.span.start ?? position,
      hint: 'Write ON l.key = r.key AND l.time >= r.time.',
    });
  }
  return {
    kind: 'asof-join',
    joinType: joinType === 'left' ? 'left' : 'inner',
    left,
    right,
    on: requireEqualities(
      on.filter(e => e !== order),
      arity,
      'ASOF JOIN',
      condition?.span.start ?? position,
    ),
    ...times,
  };
}

/** FOR SYSTEM_TIME AS OF: now means the right side as it is when a left row comes; any other time is compared with the right side's own. */
export function systemTimeJoin(
  {joinType, condition}: JoinClause,
  {left, right, position}: Sides,
  on: readonly TypedExpression[],
  time: TypedExpression,
  rightTime: TypedExpression | undefined,
): LogicalPlan {
  requireIndependent(right, position);
  const sides = {joinType: joinType === 'left' ? 'left' : 'inner', left, right} as const;
  if (isNow(time)) return {kind: 'temporal-join', ...sides, on};
  if (rightTime === undefined) {
    throw sqlError('feature_not_supported', 'it is not known from when on the rows of this relation count', {
      position,
      hint: 'Write ASOF JOIN … ON l.key = r.key AND l.time >= r.time, or FOR SYSTEM_TIME AS OF PROCTIME().',
    });
  }
  const arity = arityOf(left);
  const where = condition?.span.start ?? position;
  const keys = requireEqualities(on, arity, 'FOR SYSTEM_TIME AS OF', where);
  const [leftTime, ownTime] = [asTimestamptz(time, rightTime), asTimestamptz(rightTime, time)];
  if (leftTime.type.kind !== ownTime.type.kind) {
    const message = `FOR SYSTEM_TIME AS OF takes a timestamp, not type ${formatTypeName(time.type)}`;
    throw sqlError('datatype_mismatch', message, {position});
  }
  return {kind: 'asof-join', ...sides, on: keys, leftTime, rightTime: ownTime, strict: false};
}

/** A timestamp without zone that is compared with one with a zone. */
function asTimestamptz(time: TypedExpression, other: TypedExpression): TypedExpression {
  const isMixed = time.type.kind === 'timestamp' && other.type.kind === 'timestamptz';
  return isMixed ? {kind: 'cast', type: T.timestamptz, explicit: false, arg: time} : time;
}

const NOW: ReadonlySet<string> = new Set(['now', 'current_timestamp', 'transaction_timestamp', 'localtimestamp', 'proctime']);

const isNow = (e: TypedExpression): boolean => e.kind === 'call' && e.args.length === 0 && NOW.has(functionById(e.function).name);

function requireIndependent(right: LogicalPlan, position: number): void {
  if (outerColumns(right).size === 0) return;
  throw sqlError('feature_not_supported', 'the right side of a join as of a time may not read the left side', {position});
}

/** USING (…, time): the last column is not equal but before or at. */
function asOrder(e: TypedExpression): TypedExpression {
  return e.kind === 'compare' && e.op === '=' ? {...e, op: '>='} : e;
}

type Times = {readonly leftTime: TypedExpression; readonly rightTime: TypedExpression; readonly strict: boolean};

/** `l.ts >= r.ts`, `l.ts > r.ts`, or the other way round. */
function timesOf(e: Condition, arity: number): Times | undefined {
  const flips = readsOnlyRight(e.left, arity);
  const [l, r, op] = flips ? [e.right, e.left, FLIPPED[e.op]] : [e.left, e.right, e.op];
  if (!readsOnlyLeft(l, arity) || !readsOnlyRight(r, arity) || (op !== '>=' && op !== '>')) return undefined;
  return {leftTime: l, rightTime: shiftInputs(r, -arity), strict: op === '>'};
}

function readsOnlyLeft(e: TypedExpression, arity: number): boolean {
  const read = [...inputsRead([e])];
  return read.length > 0 && read.every(i => i < arity);
}

function readsOnlyRight(e: TypedExpression, arity: number): boolean {
  const read = [...inputsRead([e])];
  return read.length > 0 && read.every(i => i >= arity && !isVirtual(i));
}

function requireEqualities(on: readonly TypedExpression[], arity: number, what: string, position: number): readonly TypedExpression[] {
  const isKey = (e: TypedExpression) =>
    ((e.kind === 'compare' && e.op === '=') || (e.kind === 'distinct' && e.negated)) &&
    ((readsOnlyLeft(e.left, arity) && readsOnlyRight(e.right, arity)) || (readsOnlyLeft(e.right, arity) && readsOnlyRight(e.left, arity)));
  if (on.every(isKey)) return on;
  throw sqlError('feature_not_supported', `the other conditions of ${what} have to be equalities between the two sides`, {
    position,
    hint: 'Put other conditions into WHERE, or into a subquery on one side.',
  });
}
