import {functionById} from '../../functions/registry.ts';
import {FLIPPED, NEGATED} from '../expression/compare-op.ts';
import type {CompareOp, TypedExpression} from '../expression/typed-expression.ts';
import {comparedDuration, DAY, isTime, movedTime, numberOf} from './moved-time.ts';

/** `grace`: rows may be so late, µs, whatever their stream says. */
export type ComparedColumn = {readonly column: number; readonly grace: number | undefined};

/**
 * `row.left ≤ other.right + by`, or with `≥`: how a time of one side of a join lies to a time of the other; µs. `strict`: neither is NULL
 * where the condition is true.
 */
export type Comparison = {
  readonly left: ComparedColumn;
  readonly right: ComparedColumn;
  readonly op: '<=' | '>=';
  readonly by: number;
  readonly strict: boolean;
};

/** A time as it is compared: that of a column, moved by something between `least` and `most`, µs. */
type ComparedTime = ComparedColumn & {readonly least: number; readonly most: number};

/**
 * What holds between the times of the two sides wherever a condition is true (`holds` = false: wherever it is false). Columns from `arity` on
 * are those of the right side; rows where one of the times is NULL are never meant.
 */
export function timeComparisons(e: TypedExpression, arity: number, holds = true): readonly Comparison[] {
  switch (e.kind) {
    case 'and':
    case 'or': {
      const parts = e.args.map(arg => timeComparisons(arg, arity, holds));
      return (e.kind === 'and') === holds ? parts.flat() : common(parts);
    }
    case 'not':
      return timeComparisons(e.arg, arity, !holds);
    case 'is-bool':
      return e.negated || !holds ? [] : timeComparisons(e.arg, arity, e.value);
    case 'compare':
      return compared(e.left, holds ? e.op : NEGATED[e.op], e.right, arity);
    default:
      return [];
  }
}

/** What holds in all cases: of the comparisons that each has of the same columns, the weakest. */
function common(parts: readonly (readonly Comparison[])[]): readonly Comparison[] {
  const [first = [], ...others] = parts;
  return first.flatMap(comparison => {
    const alike = others.map(part => part.filter(other => isAlike(comparison, other)));
    if (alike.some(list => list.length === 0)) return [];
    const like = alike.map(list => list.map(other => other.by));
    const strict = comparison.strict && alike.every(list => list.some(other => other.strict));
    const isLower = comparison.op === '>=';
    const strongest = like.map(list => (isLower ? Math.max(...list) : Math.min(...list)));
    return [{...comparison, strict, by: isLower ? Math.min(comparison.by, ...strongest) : Math.max(comparison.by, ...strongest)}];
  });
}

/** Whether two comparisons are of the same columns in the same direction. */
export function isAlike(a: Comparison, b: Comparison): boolean {
  return (
    a.op === b.op &&
    a.left.column === b.left.column &&
    a.right.column === b.right.column &&
    a.left.grace === b.left.grace &&
    a.right.grace === b.right.grace
  );
}

function compared(left: TypedExpression, op: CompareOp, right: TypedExpression, arity: number): readonly Comparison[] {
  if (op === '<>') return [];
  if (isTime(left) && isTime(right)) return comparedTimes(left, op, right, 0, arity);
  return comparedDistance(left, op, right, arity) ?? comparedDistance(right, FLIPPED[op], left, arity) ?? [];
}

/** `a − b ≤ constant` */
function comparedDistance(e: TypedExpression, op: CompareOp, limit: TypedExpression, arity: number): readonly Comparison[] | undefined {
  if (e.kind === 'cast' && e.type.kind !== 'interval') return comparedDistance(e.arg, op, limit, arity);
  const [a, b] = e.kind === 'call' && functionById(e.function).operator === '-' ? e.args : [];
  if (a === undefined || b === undefined || !isTime(a) || !isTime(b)) return undefined;
  const days = limit.kind === 'constant' && typeof limit.value === 'number' ? limit.value : numberOf(limit);
  const by = e.type.kind === 'interval' ? comparedDuration(limit) : days === undefined ? undefined : days * DAY;
  return by === undefined ? undefined : comparedTimes(a, op, b, by, arity);
}

/** `a ≤ b + by` */
function comparedTimes(a: TypedExpression, op: CompareOp, b: TypedExpression, by: number, arity: number): readonly Comparison[] {
  const upwards = op === '>' || op === '>=' || op === '=';
  const downwards = op === '<' || op === '<=' || op === '=';
  return [...(upwards ? atLeast(a, b, by, arity) : []), ...(downwards ? atLeast(b, a, -by, arity) : [])];
}

/** `a ≥ b + by`. Where `a` is the least of several, each of them that is not NULL. */
function atLeast(a: TypedExpression, b: TypedExpression, by: number, arity: number): readonly Comparison[] {
  if (a.kind === 'extreme' && a.which === 'least' && comparedTime(a) === undefined)
    return a.args.flatMap(arg => atLeast(arg, b, by, arity).map(comparison => ({...comparison, strict: false})));
  const [x, y] = [comparedTime(a), comparedTime(b)];
  if (x === undefined || y === undefined || x.column < arity === y.column < arity) return [];
  const span = by + y.least - x.most;
  return x.column < arity
    ? [{left: columnOf(x, 0), right: columnOf(y, arity), op: '>=', by: span, strict: true}]
    : [{left: columnOf(y, 0), right: columnOf(x, arity), op: '<=', by: -span, strict: true}];
}

const columnOf = ({column, grace}: ComparedTime, from: number): ComparedColumn => ({column: column - from, grace});

function comparedTime(e: TypedExpression): ComparedTime | undefined {
  if (e.kind === 'input') return isTime(e) ? {column: e.index, least: 0, most: 0, grace: undefined} : undefined;
  if (e.kind === 'case') return ofOneColumn([...e.branches.map(b => b.then), e.otherwise]);
  if (e.kind === 'coalesce' || e.kind === 'extreme') return ofOneColumn(e.args);
  const [arg, grace] = e.kind === 'call' && e.function.startsWith('window_grace_') ? e.args : [];
  if (arg !== undefined && grace !== undefined) {
    const inner = comparedTime(arg);
    return inner && {...inner, grace: numberOf(grace)};
  }
  const moved = movedTime(e);
  const inner = moved && comparedTime(moved.of);
  return moved && inner && {...inner, least: inner.least + moved.least, most: inner.most + moved.most};
}

/** One of several times of the same column; what is NULL compares with nothing. */
function ofOneColumn(values: readonly TypedExpression[]): ComparedTime | undefined {
  const times = values.filter(e => e.kind !== 'constant' || e.value !== null).map(comparedTime);
  const [first] = times;
  if (first === undefined) return undefined;
  let {least, most} = first;
  for (const time of times) {
    if (time?.column !== first.column || time.grace !== first.grace) return undefined;
    least = Math.min(least, time.least);
    most = Math.max(most, time.most);
  }
  return {...first, least, most};
}
