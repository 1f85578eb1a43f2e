import {conjuncts} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {Expiry} from '../dataflow/dataflow-plan.ts';
import type {ColumnTimes} from '../../catalog/column-time.ts';
import {shifted} from './column-time.ts';
import {durationOf} from './expression-time.ts';

/** `row.own ≤ other.column + by`, or with `≥`: how a time of one side lies to a time of the other. */
type Comparison = {readonly left: number; readonly right: number; readonly op: '<=' | '>='; readonly by: number};

/** A time that a side's rows are dropped by, and the column of the other side by whose bound: rows below that are late. */
export type SideExpiry = {readonly expiry: Expiry; readonly follows: number};

export type JoinConditions = {
  readonly arity: number;
  readonly equal: readonly (readonly [left: number, right: number])[];
  readonly residual: TypedExpression | undefined;
};

/**
 * When a row of one side can meet no row of the other any more: it needs a partner whose time is at most so and so much greater or smaller
 * than its own, or equal, and no such partner is still to come.
 */
export function joinExpiry(
  conditions: JoinConditions,
  left: ColumnTimes,
  right: ColumnTimes,
): {readonly left: SideExpiry | undefined; readonly right: SideExpiry | undefined} {
  const comparisons = comparisonsOf(conditions);
  let onLeft: SideExpiry | undefined;
  let onRight: SideExpiry | undefined;
  for (const {left: l, right: r, op, by} of comparisons) {
    const [leftTime, rightTime] = [left[l], right[r]];
    // l ≥ r + by: partners to come have r ≥ bound, so l is over once l < bound + by.
    if (op === '>=' && rightTime != null)
      onLeft ??= {expiry: {column: l, bound: shifted(rightTime.bound, by), exact: isExact(leftTime)}, follows: r};
    if (op === '<=' && leftTime != null)
      onRight ??= {expiry: {column: r, bound: shifted(leftTime.bound, -by), exact: isExact(rightTime)}, follows: l};
  }
  return {left: onLeft, right: onRight};
}

const isExact = (time: ColumnTimes[number] | undefined) => time?.role === 'window-end' || time?.role === 'window-start';

function comparisonsOf({arity, equal, residual}: JoinConditions): readonly Comparison[] {
  const keys = equal.flatMap(([left, right]): Comparison[] => [
    {left, right, op: '<=', by: 0},
    {left, right, op: '>=', by: 0},
  ]);
  const others = residual === undefined ? [] : conjuncts(residual).flatMap(e => comparisonOf(e, arity));
  return [...keys, ...others];
}

/** `x + a ≥ y + b` of one column of each side. */
function comparisonOf(e: TypedExpression, arity: number): Comparison[] {
  if (e.kind !== 'compare' || e.op === '<>') return [];
  const [a, b] = [columnPlus(e.left), columnPlus(e.right)];
  if (a === undefined || b === undefined || a.column < arity === b.column < arity) return [];
  const swap = a.column >= arity;
  const [l, r] = swap ? [b, a] : [a, b];
  const place = {left: l.column, right: r.column - arity, by: r.by - l.by};
  const greater = e.op === '>' || e.op === '>=' || e.op === '=';
  const less = e.op === '<' || e.op === '<=' || e.op === '=';
  const found: Comparison[] = [];
  if (swap ? less : greater) found.push({...place, op: '>='});
  if (swap ? greater : less) found.push({...place, op: '<='});
  return found;
}

/** `column`, `column + interval`, `column − interval`. */
function columnPlus(e: TypedExpression): {readonly column: number; readonly by: number} | undefined {
  if (e.kind === 'input') return isTime(e) ? {column: e.index, by: 0} : undefined;
  if (e.kind !== 'call') return undefined;
  const [arg, interval] = e.args;
  const sign = e.function.endsWith('_pl_interval') ? 1 : e.function.endsWith('_mi_interval') ? -1 : 0;
  if (sign === 0 || arg === undefined || interval === undefined) return undefined;
  const inner = columnPlus(arg);
  const by = durationOf(interval);
  return inner === undefined || by === undefined ? undefined : {column: inner.column, by: inner.by + sign * by};
}

const isTime = ({type}: TypedExpression) => type.kind === 'timestamp' || type.kind === 'timestamptz';
