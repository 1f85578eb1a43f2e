import {conjuncts} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {Expiry} from '../dataflow/dataflow-plan.ts';
import type {BoundSpec, ColumnTime, ColumnTimes} from '../../catalog/column-time.ts';
import {withGrace} from './allowances.ts';
import {leastOf, shifted} from './column-time.ts';
import {durationOf} from './expression-time.ts';

/** A column as it is compared; `grace`: rows may be so late, µs, whatever their stream says. */
type ComparedTime = {readonly column: number; readonly by: number; readonly grace: number | undefined};

/** `row.left ≤ other.right + by`, or with `≥`: how a time of one side lies to a time of the other. */
type Comparison = {readonly left: ComparedTime; readonly right: ComparedTime; readonly op: '<=' | '>='; readonly by: number};

/**
 * A time that a side's rows are dropped by, and the column of the other side that this follows: rows below its `bound` are late. In every pair
 * the time is at least that column `+ by`.
 */
export type SideExpiry = {readonly expiry: Expiry; readonly follows: number; readonly bound: BoundSpec; readonly by: number};

export type JoinConditions = {
  readonly arity: number;
  readonly equal: readonly (readonly [left: number, right: number])[];
  readonly residual: TypedExpression | undefined;
  readonly appendOnly: {readonly left: boolean; readonly right: boolean};
};

/**
 * When a row of one side can meet no row of the other any more: it needs a partner whose time is at most so and so much greater or smaller
 * than its own, or equal, and no such partner is still to come. Where rows are taken back and changed, not before that is over too: what is
 * not there cannot be taken back.
 */
export function joinExpiry(
  conditions: JoinConditions,
  left: ColumnTimes,
  right: ColumnTimes,
): {readonly left: SideExpiry | undefined; readonly right: SideExpiry | undefined} {
  const comparisons = comparisonsOf(conditions);
  let onLeft: SideExpiry | undefined;
  let onRight: SideExpiry | undefined;
  const {appendOnly} = conditions;
  for (const {left: l, right: r, op, by} of comparisons) {
    const [leftTime, rightTime] = [left[l.column], right[r.column]];
    // l ≥ r + by: partners to come have r ≥ bound, so l is over once l < bound + by.
    if (op === '>=') onLeft ??= ending(l, {time: leftTime, isFinal: appendOnly.left}, r, rightTime, by);
    if (op === '<=') onRight ??= ending(r, {time: rightTime, isFinal: appendOnly.right}, l, leftTime, -by);
  }
  return {left: onLeft, right: onRight};
}

type OwnTime = {readonly time: ColumnTime | null | undefined; readonly isFinal: boolean};

function ending(own: ComparedTime, side: OwnTime, other: ComparedTime, time: ColumnTime | null | undefined, by: number) {
  if (time == null) return undefined;
  const late = other.grace === undefined ? time.bound : withGrace(time.bound, other.grace);
  const bound = ownBound(shifted(late, by), side);
  return bound && {expiry: {column: own.column, bound, exact: isExact(side.time)}, follows: other.column, bound: late, by};
}

/** By what rows of a side that are of no use below `bound` may be dropped; undefined = not at all. */
export function ownBound(bound: BoundSpec, {time, isFinal}: OwnTime): BoundSpec | undefined {
  if (isFinal) return bound;
  return time == null ? undefined : leastOf([time.bound, bound]);
}

const isExact = (time: ColumnTimes[number] | undefined) => time?.role === 'window-end' || time?.role === 'window-start';

function comparisonsOf({arity, equal, residual}: JoinConditions): readonly Comparison[] {
  const keys = equal.flatMap(([l, r]): Comparison[] => {
    const [left, right] = [l, r].map(column => ({column, by: 0, grace: undefined})) as [ComparedTime, ComparedTime];
    return (['<=', '>='] as const).map(op => ({left, right, op, by: 0}));
  });
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
  const place = {left: l, right: {...r, column: r.column - arity}, by: r.by - l.by};
  const greater = e.op === '>' || e.op === '>=' || e.op === '=';
  const less = e.op === '<' || e.op === '<=' || e.op === '=';
  const found: Comparison[] = [];
  if (swap ? less : greater) found.push({...place, op: '>='});
  if (swap ? greater : less) found.push({...place, op: '<='});
  return found;
}

/** `column`, `column + interval`, `column − interval`. */
function columnPlus(e: TypedExpression): ComparedTime | undefined {
  if (e.kind === 'input') return isTime(e) ? {column: e.index, by: 0, grace: undefined} : undefined;
  if (e.kind !== 'call') return undefined;
  const [arg, second] = e.args;
  const inner = arg && columnPlus(arg);
  if (inner === undefined || second === undefined) return undefined;
  if (e.function.startsWith('window_grace_')) return {...inner, grace: second.kind === 'constant' ? Number(second.value) : undefined};
  const sign = e.function.endsWith('_pl_interval') ? 1 : e.function.endsWith('_mi_interval') ? -1 : 0;
  const by = durationOf(second);
  return sign === 0 || by === undefined ? undefined : {...inner, by: inner.by + sign * by};
}

const isTime = ({type}: TypedExpression) => type.kind === 'timestamp' || type.kind === 'timestamptz';
