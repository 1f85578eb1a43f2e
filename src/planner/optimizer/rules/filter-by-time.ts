import {unreachable} from '../../../common/unreachable.ts';
import {unitOf, type DateTimeUnit} from '../../../types/date-time-words.ts';
import type {Interval} from '../../../types/datum.ts';
import {T} from '../../../types/sql-type.ts';
import {functionById} from '../../../functions/registry.ts';
import {constant} from '../../expression/build-expression.ts';
import {FLIPPED, NEGATED} from '../../expression/compare-op.ts';
import {some} from '../../expression/map-expression.ts';
import type {CompareOp, TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalPlan} from '../../logical/logical-plan.ts';
import {filterOver} from '../filter-over.ts';
import type {Rule} from '../rule.ts';

/**
 * In a maintained view now() moves on: a predicate that compares it with a time of the row says from when or until when the row counts.
 * `ts > now() - interval '1 hour'` holds until ts + 1 hour, `ts::date = current_date` from one midnight to the next.
 */
export const filterByTime: Rule = {
  name: 'filter-by-time',
  apply: (plan, {mode}) => {
    if (mode !== 'maintained' || plan.kind !== 'filter') return undefined;
    const limits = plan.predicates.map(timeLimits);
    if (limits.every(l => l === undefined)) return undefined;
    const rest = plan.predicates.filter((_, i) => limits[i] === undefined);
    return limits.flatMap(l => l ?? []).reduce<LogicalPlan>(limited, filterOver(plan.input, rest));
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

type Order = Exclude<CompareOp, '=' | '<>'>;

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

function timeLimits(e: TypedExpression): readonly Limit[] | undefined {
  if (e.kind === 'not' && e.arg.kind === 'compare') return timeLimits({...e.arg, op: NEGATED[e.arg.op]});
  if (e.kind !== 'compare') return undefined;
  const [clock, row, op] = readsClock(e.left) ? [e.left, e.right, e.op] : [e.right, e.left, FLIPPED[e.op]];
  return readsClock(clock) && !readsClock(row) ? limitsOf(clock, op, row) : undefined;
}

/**
 * What `clock op row` says. What is done to the clock is brought to the other side: `now() - c` compared with `row` is now() compared with
 * `row + c`. Undefined where that is not the same: months are not of one length.
 */
function limitsOf(clock: TypedExpression, op: CompareOp, row: TypedExpression): readonly Limit[] | undefined {
  if (op === '<>') return undefined;
  if (op === '=') {
    const [from, until] = [limitsOf(clock, '>=', row), limitsOf(clock, '<=', row)];
    return from && until && [...from, ...until];
  }
  if (clock.kind === 'cast') return limitsOfCast(clock, op, row);
  if (clock.kind !== 'call') return undefined;
  const [first, second] = clock.args;
  if (first === undefined) {
    const {name} = functionById(clock.function);
    return NOW.has(name) ? limitsOfNow(op, row, name === 'current_date') : undefined;
  }
  if (second === undefined) return undefined;
  const unit = functionById(clock.function).name === 'date_trunc' && clock.args.length === 2 ? lengthOfUnit(first) : undefined;
  if (unit !== undefined) return limitsOfSteps(second, op, truncated(castTo(row, clock), clock.function, {field: first, unit}));
  const inverse = INVERSE[clock.function];
  if (inverse !== undefined && isFixed(second)) return limitsOf(first, op, shift(row, inverse, second));
  if (!DIFFERENCES.has(clock.function) || !isFixed(row)) return undefined;
  // now() - ts < c, ts - now() < c
  return readsClock(second)
    ? limitsOf(second, FLIPPED[op], shift(first, `${first.type.kind}_mi_interval`, row))
    : limitsOf(first, op, shift(second, `${first.type.kind}_pl_interval`, row));
}

function limitsOfNow(op: Order, row: TypedExpression, isDate: boolean): readonly Limit[] {
  const at = asTimestamptz(row);
  // Where the next date, or the next time, begins.
  const after = isDate ? asTimestamptz(nextDay(row)) : microLater(at);
  switch (op) {
    case '<':
      return [{until: at}];
    case '<=':
      return [{until: after}];
    case '>':
      return [{from: after}];
    case '>=':
      return [{from: at}];
    default:
      return unreachable(op);
  }
}

function limitsOfCast(clock: Extract<TypedExpression, {kind: 'cast'}>, op: Order, row: TypedExpression): readonly Limit[] | undefined {
  const {arg} = clock;
  if (isTimestamp(clock) && isTimestamp(arg)) return limitsOf(arg, op, castTo(row, arg));
  if (clock.type.kind === 'date' && isTimestamp(arg)) {
    return limitsOfSteps(arg, op, {next: castTo(nextDay(row), arg), before: castTo(row, arg)});
  }
  if (!isTimestamp(clock) || arg.type.kind !== 'date') return undefined;
  // A date compared with a time: with the date of that time, or the first one that begins no earlier.
  const date = (time: TypedExpression): TypedExpression => ({kind: 'cast', type: T.date, explicit: true, arg: time});
  return op === '<=' || op === '>' ? limitsOf(arg, op, date(row)) : limitsOf(arg, op, nextDay(date(microEarlier(row))));
}

/** Of what rises in steps with the clock: where the step behind that of the row begins, and the first one that begins no earlier than the row. */
type Steps = {readonly next: TypedExpression; readonly before: TypedExpression};

/** date_trunc: the first step of a unit behind a time, and that not before it. */
function truncated(row: TypedExpression, id: string, {field, unit}: {field: TypedExpression; unit: Interval}): Steps {
  const type = row.type.kind;
  const behind = (time: TypedExpression): TypedExpression =>
    shift({kind: 'call', type: row.type, function: id, args: [field, time]}, `${type}_pl_interval`, constant(unit, T.interval));
  return {next: behind(row), before: behind(microEarlier(row))};
}

/** `step of clock op row`, by when that step begins. */
function limitsOfSteps(clock: TypedExpression, op: Order, {next, before}: Steps): readonly Limit[] | undefined {
  switch (op) {
    case '<':
      return limitsOf(clock, '<', before);
    case '<=':
      return limitsOf(clock, '<', next);
    case '>':
      return limitsOf(clock, '>=', next);
    case '>=':
      return limitsOf(clock, '>=', before);
    default:
      return unreachable(op);
  }
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

const MICRO = constant({tag: 'interval', months: 0, days: 0, micros: 1n} satisfies Interval, T.interval);
const microLater = (at: TypedExpression): TypedExpression => shift(at, `${at.type.kind}_pl_interval`, MICRO);
const microEarlier = (at: TypedExpression): TypedExpression => shift(at, `${at.type.kind}_mi_interval`, MICRO);
const nextDay = (date: TypedExpression): TypedExpression => shift(date, 'date_pli', constant(1, T.int4));

const span = (months: number, days: number, seconds: bigint): Interval => ({tag: 'interval', months, days, micros: seconds * 1_000_000n});
const LENGTHS: Readonly<Partial<Record<DateTimeUnit, Interval>>> = {
  second: span(0, 0, 1n),
  minute: span(0, 0, 60n),
  hour: span(0, 0, 3600n),
  day: span(0, 1, 0n),
  week: span(0, 7, 0n),
  month: span(1, 0, 0n),
  quarter: span(3, 0, 0n),
  year: span(12, 0, 0n),
};

/** The length of what date_trunc truncates to. */
function lengthOfUnit(field: TypedExpression): Interval | undefined {
  const unit = field.kind === 'constant' && typeof field.value === 'string' ? unitOf(field.value.toLowerCase()) : undefined;
  return unit && LENGTHS[unit];
}
