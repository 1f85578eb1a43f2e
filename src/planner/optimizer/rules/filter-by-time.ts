import type {Interval} from '../../../types/datum.ts';
import {T} from '../../../types/sql-type.ts';
import {functionById} from '../../../functions/registry.ts';
import {constant} from '../../expression/build-expression.ts';
import {some} from '../../expression/map-expression.ts';
import type {CompareOp, TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalPlan} from '../../logical/logical-plan.ts';
import {filterOver} from '../filter-over.ts';
import type {Rule} from '../rule.ts';

/**
 * In a maintained view now() moves on: a predicate that compares it with a time of the row says from when or until when the row counts.
 * `ts > now() - interval '1 hour'` holds until ts + 1 hour.
 */
export const filterByTime: Rule = {
  name: 'filter-by-time',
  apply: (plan, {mode}) => {
    if (mode !== 'maintained' || plan.kind !== 'filter') return undefined;
    const limits = plan.predicates.map(timeLimit);
    if (limits.every(l => l === undefined)) return undefined;
    const rest = plan.predicates.filter((_, i) => limits[i] === undefined);
    return limits.reduce<LogicalPlan>(
      (below, limit) => (limit === undefined ? below : limited(below, limit)),
      filterOver(plan.input, rest),
    );
  },
};

/** When a row counts: from a time on, or until before a time. */
type Limit = {readonly from: TypedExpression} | {readonly until: TypedExpression};

/** One node takes one limit of each kind; a NULL limit keeps the row out, so that they cannot be put together by greatest or least. */
function limited(below: LogicalPlan, limit: Limit): LogicalPlan {
  if (below.kind === 'temporal-filter') {
    if ('from' in limit && below.from === undefined) return {...below, ...limit};
    if ('until' in limit && below.until === undefined) return {...below, ...limit};
  }
  return {kind: 'temporal-filter', input: below, ...limit};
}

const FLIPPED: Readonly<Record<CompareOp, CompareOp>> = {'=': '=', '<>': '<>', '<': '>', '>': '<', '<=': '>=', '>=': '<='};
/** Functions that are the time of the step in a view, and others that tell the time. */
const NOW: ReadonlySet<string> = new Set([
  'now',
  'transaction_timestamp',
  'current_timestamp',
  'localtimestamp',
  'current_date',
  'proctime',
]);
const CLOCKS: ReadonlySet<string> = new Set([...NOW, 'statement_timestamp', 'localtime', 'current_time']);
const MOVING: ReadonlySet<string> = new Set([...CLOCKS].filter(name => name !== 'proctime'));

const calls = (e: TypedExpression, names: ReadonlySet<string>): boolean =>
  some(e, n => n.kind === 'call' && n.args.length === 0 && names.has(functionById(n.function).name));

/** Whether an expression tells the time of its evaluation. */
export const readsClock = (e: TypedExpression): boolean => calls(e, CLOCKS);

/** Whether it has the time at which a row came: over rows that are never taken back that is as good as a column. */
export const readsProcessingTime = (e: TypedExpression): boolean => calls(e, new Set(['proctime']));

/** Whether its value changes while the row stays: other clocks than PROCTIME(). */
export const movesWithTime = (e: TypedExpression): boolean => calls(e, MOVING);

function timeLimit(e: TypedExpression): Limit | undefined {
  if (e.kind !== 'compare') return undefined;
  const [clock, row, op] = readsClock(e.left) ? [e.left, e.right, e.op] : [e.right, e.left, FLIPPED[e.op]];
  if (!readsClock(clock) || readsClock(row)) return undefined;
  const moved = bareClock(clock, row);
  if (moved === undefined) return undefined;
  const at = moved.isDate ? midnight(moved.row) : asTimestamptz(moved.row);
  const after = moved.isDate ? midnight(shift(moved.row, 'date_pli', constant(1, T.int4))) : microLater(at);
  switch (op) {
    // now() < row
    case '<':
      return {until: at};
    case '<=':
      return {until: after};
    case '>':
      return {from: after};
    case '>=':
      return {from: at};
    default:
      return undefined;
  }
}

type Bare = {readonly row: TypedExpression; readonly isDate: boolean};

/**
 * Brings what is added to the clock to the other side: `now() - c` compared with `row` is now() compared with `row + c`. Undefined where that
 * is not the same: months are not of one length.
 */
function bareClock(clock: TypedExpression, row: TypedExpression): Bare | undefined {
  if (clock.kind === 'cast' && isTimestamp(clock) && isTimestamp(clock.arg)) return bareClock(clock.arg, castTo(row, clock.arg));
  if (clock.kind !== 'call') return undefined;
  const [first, second] = clock.args;
  if (first === undefined) {
    const {name} = functionById(clock.function);
    return NOW.has(name) ? {row, isDate: name === 'current_date'} : undefined;
  }
  if (second === undefined) return undefined;
  const inverse = INVERSE[clock.function];
  if (inverse !== undefined && isFixed(second)) return bareClock(first, shift(row, inverse, second));
  // now() - ts < c
  if (DIFFERENCES.has(clock.function) && !readsClock(second) && isFixed(row)) {
    return bareClock(first, shift(second, `${first.type.kind}_pl_interval`, row));
  }
  return undefined;
}

const INVERSE: Readonly<Record<string, string>> = {
  timestamp_pl_interval: 'timestamp_mi_interval',
  timestamp_mi_interval: 'timestamp_pl_interval',
  timestamptz_pl_interval: 'timestamptz_mi_interval',
  timestamptz_mi_interval: 'timestamptz_pl_interval',
  date_pli: 'date_mii',
  date_mii: 'date_pli',
};
const DIFFERENCES: ReadonlySet<string> = new Set(['timestamp_mi', 'timestamptz_mi']);

const isTimestamp = ({type}: TypedExpression) => type.kind === 'timestamp' || type.kind === 'timestamptz';

/** A constant that is the same span wherever it is added. */
function isFixed(e: TypedExpression): boolean {
  if (e.kind !== 'constant' || e.value === null) return false;
  return e.type.kind !== 'interval' || (e.value as Interval).months === 0;
}

function shift(row: TypedExpression, id: string, by: TypedExpression): TypedExpression {
  return {kind: 'call', type: row.type, function: id, args: [row, by]};
}

const castTo = (row: TypedExpression, like: TypedExpression): TypedExpression =>
  row.type.kind === like.type.kind ? row : {kind: 'cast', type: like.type, explicit: true, arg: row};

const asTimestamptz = (row: TypedExpression): TypedExpression =>
  row.type.kind === 'timestamptz' ? row : {kind: 'cast', type: T.timestamptz, explicit: true, arg: row};

/** When a day begins. */
const midnight = asTimestamptz;

function microLater(at: TypedExpression): TypedExpression {
  const micro: Interval = {tag: 'interval', months: 0, days: 0, micros: 1n};
  return shift(at, 'timestamptz_pl_interval', constant(micro, T.interval));
}
