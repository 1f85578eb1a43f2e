import type {TypedExpression} from '../expression/typed-expression.ts';
import type {Expiry} from '../dataflow/dataflow-plan.ts';
import type {BoundSpec, ColumnTime, ColumnTimes} from '../../catalog/column-time.ts';
import {withGrace} from './allowances.ts';
import {leastOf, shifted} from './column-time.ts';
import {isAlike, timeComparisons, type ComparedColumn, type Comparison} from './time-comparisons.ts';

/**
 * A time that a side's rows are dropped by, and the column of the other side that this follows: rows below its `bound` are late. In every pair
 * the time is at least that column `+ by`. `isOpenEnded`: no watermark follows the time, which may well be NULL; rows in which it is meet nothing.
 */
export type SideExpiry = {
  readonly expiry: Expiry;
  readonly follows: number;
  readonly bound: BoundSpec;
  readonly by: number;
  readonly isOpenEnded: boolean;
};

export type JoinConditions = {
  readonly arity: number;
  readonly equal: readonly (readonly [left: number, right: number])[];
  readonly residual: TypedExpression | undefined;
  /** Of left ++ right. */
  readonly isDate: (column: number) => boolean;
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
  for (const comparison of comparisons) {
    const {left: l, right: r, op, by} = comparison;
    const [leftTime, rightTime] = [left[l.column], right[r.column]];
    // l ≥ r + by: partners to come have r ≥ bound, so l is over once l < bound + by.
    if (op === '>=') onLeft ??= ending(l, {time: leftTime, isFinal: appendOnly.left}, r, rightTime, comparison);
    if (op === '<=') onRight ??= ending(r, {time: rightTime, isFinal: appendOnly.right}, l, leftTime, {...comparison, by: -by});
  }
  return {left: onLeft, right: onRight};
}

type OwnTime = {readonly time: ColumnTime | null | undefined; readonly isFinal: boolean};

function ending(own: ComparedColumn, side: OwnTime, other: ComparedColumn, time: ColumnTime | null | undefined, {by, strict}: Comparison) {
  if (time == null) return undefined;
  const late = other.grace === undefined ? time.bound : withGrace(time.bound, other.grace);
  const bound = ownBound(shifted(late, by), side);
  return (
    bound && {
      expiry: {column: own.column, bound, exact: isExact(side.time)},
      follows: other.column,
      bound: late,
      by,
      isOpenEnded: strict && side.time == null,
    }
  );
}

/** By what rows of a side that are of no use below `bound` may be dropped; undefined = not at all. */
export function ownBound(bound: BoundSpec, {time, isFinal}: OwnTime): BoundSpec | undefined {
  if (isFinal) return bound;
  return time == null ? undefined : leastOf([time.bound, bound]);
}

const isExact = (time: ColumnTimes[number] | undefined) => time?.role === 'window-end' || time?.role === 'window-start';

/** The strongest for each pair of columns; whole days are the last choice to go by. */
function comparisonsOf({arity, equal, residual, isDate}: JoinConditions): readonly Comparison[] {
  const keys = equal.flatMap(([l, r]): Comparison[] => {
    const [left, right] = [l, r].map(column => ({column, grace: undefined})) as [ComparedColumn, ComparedColumn];
    return (['<=', '>='] as const).map(op => ({left, right, op, by: 0, strict: true}));
  });
  const found = [...keys, ...(residual === undefined ? [] : timeComparisons(residual, arity))];
  const isCoarse = ({left, right}: Comparison) => isDate(left.column) || isDate(arity + right.column);
  const strength = ({op, by}: Comparison) => (op === '>=' ? by : -by);
  const strongest = found.filter(
    (c, i) => !found.some((other, j) => isAlike(c, other) && isStronger(strength(other) - strength(c), j - i)),
  );
  return [...strongest.filter(c => !isCoarse(c)), ...strongest.filter(isCoarse)];
}

const isStronger = (by: number, places: number) => by > 0 || (by === 0 && places < 0);
