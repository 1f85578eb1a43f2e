import {unreachable} from '../../../common/unreachable.ts';
import {conjuncts} from '../../expression/build-expression.ts';
import {columnBehind} from '../../expression/injective-cast.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalAggregate, LogicalAnalytic, LogicalPlan, LogicalTop} from '../../logical/logical-plan.ts';
import {arityOf} from '../../logical/output-columns.ts';

export type Key = readonly number[];

const MAX_KEYS = 8;

/** Sets of output columns of which each identifies at most one row; the empty set means at most one row in all. */
export function uniqueKeys(plan: LogicalPlan): readonly Key[] {
  switch (plan.kind) {
    case 'scan':
      return plan.keys.map(key => key.map(c => plan.columns.indexOf(c))).filter(key => key.every(i => i >= 0));
    case 'values':
      return plan.rows.length <= 1 ? [[]] : [];
    case 'filter':
      return reduceBy(uniqueKeys(plan.input), constantColumns(plan.predicates));
    case 'project':
      return projectKeys(uniqueKeys(plan.input), plan.expressions);
    case 'distinct':
      return withWholeRow(uniqueKeys(plan.input), arityOf(plan));
    case 'top':
      if (plan.rank !== undefined) return rankedKeys(plan);
      if (isOne(plan.limit)) {
        const partition = plan.partition.map(e => (e.kind === 'input' ? e.index : -1));
        if (partition.every(i => i >= 0)) return [partition, ...uniqueKeys(plan.input)].slice(0, MAX_KEYS);
      }
      return uniqueKeys(plan.input);
    case 'emit-on-close':
    case 'temporal-filter':
    case 'session':
      return uniqueKeys(plan.input);
    case 'window':
      // A row is in several windows, each of which has another end (and for hop another start).
      if (plan.window === 'tumble') return uniqueKeys(plan.input);
      return uniqueKeys(plan.input).map(key => [...key, arityOf(plan) - 1]);
    case 'analytic':
      return [...uniqueKeys(plan.input), ...rowNumberKeys(plan)].slice(0, MAX_KEYS);
    case 'partial-aggregate':
      return [];
    case 'asof-join':
      return uniqueKeys(plan.left);
    case 'temporal-join':
      return joinKeys({...plan, kind: 'join'});
    case 'aggregate':
      return groupKeys(plan);
    case 'join':
      return joinKeys(plan);
    case 'apply': {
      const left = uniqueKeys(plan.left);
      if (plan.result !== 'inner' && plan.result !== 'left') return left;
      return uniqueKeys(plan.right).some(k => k.length === 0) ? left : [];
    }
    case 'union':
      return [];
    case 'set-operation':
      return plan.all ? [] : withWholeRow([], arityOf(plan));
    case 'unnest':
      return plan.ordinality ? uniqueKeys(plan.input).map(k => [...k, arityOf(plan) - 1]) : [];
    default:
      return unreachable(plan);
  }
}

/** All keys; of sessions those that they are divided by, and their end. */
function groupKeys({keys, input: below}: LogicalAggregate): readonly Key[] {
  const all = keys.map((_, i) => i);
  if (below.kind !== 'session') return [all];
  const arity = arityOf(below.input);
  const indexes = keys.map(key => (key.kind === 'input' ? key.index : -1));
  const ends = indexes.includes(arity + 1) && below.partition.every(e => e.kind === 'input' && indexes.includes(e.index));
  return ends ? [all.filter(i => indexes[i] !== arity)] : [all];
}

/** Within a partition row numbers are different; so is the row itself where only the first is kept. */
function rankedKeys(plan: LogicalTop): readonly Key[] {
  const own = uniqueKeys(plan.input);
  const partition = plan.partition.map(e => (e.kind === 'input' ? e.index : -1));
  if (plan.rank?.function !== 'row-number' || partition.includes(-1)) return own;
  if (isOne(plan.limit)) return [partition, ...own].slice(0, MAX_KEYS);
  return plan.rank.output ? [...own, [...partition, arityOf(plan) - 1]].slice(0, MAX_KEYS) : own;
}

function rowNumberKeys(plan: LogicalAnalytic): readonly Key[] {
  const partition = plan.partition.map(e => (e.kind === 'input' ? e.index : -1));
  const call = plan.calls.findIndex(c => c.function === 'row_number');
  return call < 0 || partition.includes(-1) ? [] : [[...partition, arityOf(plan.input) + call]];
}

const isOne = (e: TypedExpression | undefined) => e?.kind === 'constant' && (e.value === 1n || e.value === 1 || e.value === 0n);

const withWholeRow = (keys: readonly Key[], arity: number): readonly Key[] => [...keys, Array.from({length: arity}, (_, i) => i)];

/** Columns that a predicate fixes to one value. */
function constantColumns(predicates: readonly TypedExpression[]): ReadonlySet<number> {
  const fixed = new Set<number>();
  for (const p of predicates.flatMap(conjuncts)) {
    if (p.kind !== 'compare' || p.op !== '=') continue;
    const [left, right] = [columnBehind(p.left), columnBehind(p.right)];
    if (left !== undefined && isFixed(p.right)) fixed.add(left.index);
    if (right !== undefined && isFixed(p.left)) fixed.add(right.index);
  }
  return fixed;
}

const isFixed = (e: TypedExpression): boolean =>
  e.kind === 'constant' || e.kind === 'parameter' || e.kind === 'outer' || (e.kind === 'cast' && isFixed(e.arg));

function reduceBy(keys: readonly Key[], fixed: ReadonlySet<number>): readonly Key[] {
  return fixed.size === 0 ? keys : keys.map(key => key.filter(i => !fixed.has(i)));
}

function projectKeys(keys: readonly Key[], expressions: readonly TypedExpression[]): readonly Key[] {
  const places = new Map<number, number>();
  for (const [i, e] of expressions.entries()) if (e.kind === 'input' && !places.has(e.index)) places.set(e.index, i);
  return keys.flatMap(key => {
    const mapped = key.map(i => places.get(i));
    return mapped.every(i => i !== undefined) ? [mapped] : [];
  });
}

function joinKeys(plan: Extract<LogicalPlan, {kind: 'join'}>): readonly Key[] {
  const left = uniqueKeys(plan.left);
  if (plan.joinType === 'semi' || plan.joinType === 'anti') return left;
  const arity = arityOf(plan.left);
  const right = uniqueKeys(plan.right);
  const equal = joinedColumns(plan.on, arity);
  const matchesOne = (keys: readonly Key[], columns: ReadonlySet<number>) => keys.some(key => key.every(i => columns.has(i)));
  const found: Key[] = [];
  // Each left row meets at most one right row, so that the left side's keys stay keys; and the other way round.
  if (plan.joinType !== 'full' && matchesOne(right, equal.right)) found.push(...left);
  if (plan.joinType === 'inner' && matchesOne(left, equal.left)) found.push(...right.map(k => k.map(i => i + arity)));
  for (const l of left) for (const r of right) found.push([...l, ...r.map(i => i + arity)]);
  return found.slice(0, MAX_KEYS);
}

/** Columns that an equality ties to the other side. */
function joinedColumns(
  on: readonly TypedExpression[],
  arity: number,
): {readonly left: ReadonlySet<number>; readonly right: ReadonlySet<number>} {
  const left = new Set<number>();
  const right = new Set<number>();
  for (const e of on) {
    if (e.kind !== 'compare' || e.op !== '=') continue;
    const [x, y] = [columnBehind(e.left), columnBehind(e.right)];
    if (x === undefined || y === undefined) continue;
    const [a, b] = x.index < y.index ? [x.index, y.index] : [y.index, x.index];
    if (a >= arity || b < arity) continue;
    left.add(a);
    right.add(b - arity);
  }
  return {left, right};
}
