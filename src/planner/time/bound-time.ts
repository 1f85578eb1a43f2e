import {unreachable} from '../../common/unreachable.ts';
import type {
  DataflowAggregate,
  DataflowAnalytic,
  DataflowAsOfJoin,
  DataflowDistinct,
  DataflowHop,
  DataflowJoin,
  DataflowPlan,
  DataflowSession,
  DataflowSessionAggregate,
  DataflowTop,
  Expiry,
} from '../dataflow/dataflow-plan.ts';
import {mapOver} from '../dataflow/map-over.ts';
import {input, isNull} from '../expression/build-expression.ts';
import type {ColumnTime, ColumnTimes} from '../../catalog/column-time.ts';
import {least, shifted} from './column-time.ts';
import {recordTimes, type StreamTimes} from './stream-times.ts';
import {expressionTime} from './expression-time.ts';
import {joinExpiry, ownBound, type SideExpiry} from './join-time.ts';
import {gateLate, type OriginOf} from './late-gate.ts';
import {neverCloses} from './never-closes.ts';

export type TimeContext = {
  /** What is known of a column of a relation. */
  readonly timeOf: (relation: number, ordinal: number) => ColumnTime | null;
  readonly originOf: OriginOf;
  /** undefined = no stream, or one without a watermark. */
  readonly streamOf: (relation: number) => StreamTimes | undefined;
  /** Where the query begins that emits on close, for errors. */
  readonly emitPosition?: number | undefined;
};

/** A plan with what time does to it, and what is known of its output. */
export type TimedPlan = {readonly plan: DataflowPlan; readonly times: ColumnTimes};

/**
 * Lets time free the state of a maintained plan: says of every operator by which column and bound its rows are over, and puts gates before
 * it that keep out what comes too late for that. Follows watermarks from the scans up (as Feldera's lateness analysis does).
 */
export function boundTime(plan: DataflowPlan, context: TimeContext): TimedPlan {
  const below = (input: DataflowPlan) => boundTime(input, context);
  switch (plan.kind) {
    case 'scan': {
      const times = plan.columns.map((column, i) => ((plan.paths?.[i]?.length ?? 0) > 0 ? null : context.timeOf(plan.relation, column)));
      return {plan, times};
    }
    case 'values':
      return unknown(plan);
    case 'map': {
      const {plan: input, times} = below(plan.input);
      const {projections} = plan;
      const stream = plan.input.kind === 'scan' ? context.streamOf(plan.input.relation) : undefined;
      if (plan.input.kind === 'scan' && stream !== undefined && projections !== undefined)
        return {plan: {...plan, input}, times: recordTimes(plan, plan.input, times, stream)};
      return {plan: {...plan, input}, times: projections === undefined ? times : projections.map(e => expressionTime(e, times))};
    }
    case 'aggregate':
      return timeAggregate(plan, below(plan.input), context);
    case 'partial-aggregate': {
      const {plan: input, times} = below(plan.input);
      return {plan: {...plan, input}, times: plan.types.map((_, i) => (i < plan.keys.length ? (times[plan.keys[i]!] ?? null) : null))};
    }
    case 'distinct':
      return timeDistinct(plan, below(plan.input), context);
    case 'union': {
      const inputs = plan.inputs.map(below);
      return {plan: {...plan, inputs: inputs.map(i => i.plan)}, times: plan.types.map((_, c) => least(inputs.map(i => i.times[c])))};
    }
    case 'join':
      return timeJoin(plan, below(plan.left), below(plan.right), context);
    case 'asof-join':
      return timeAsOfJoin(plan, below(plan.left), below(plan.right), context);
    case 'temporal-join': {
      const left = below(plan.left);
      const right = below(plan.right);
      const padding = plan.types.slice(left.times.length).map(() => null);
      return {plan: {...plan, left: left.plan, right: right.plan}, times: [...left.times, ...padding]};
    }
    case 'set-operation':
      return unknown({...plan, left: below(plan.left).plan, right: below(plan.right).plan});
    case 'top':
    case 'analytic':
      return timePartitions(plan, below(plan.input), context);
    case 'hop':
      return timeHop(plan, below(plan.input));
    case 'session':
    case 'session-aggregate':
      return timeSession(plan, below(plan.input), context);
    case 'unnest': {
      const {plan: input, times} = below(plan.input);
      return {plan: {...plan, input}, times: plan.types.map((_, i) => times[i] ?? null)};
    }
    case 'temporal-filter':
      return unknown({...plan, input: below(plan.input).plan});
    case 'window-close': {
      const {plan: input, times} = below(plan.input);
      const ends = endingColumn(input);
      const column = ends !== undefined && times[ends] != null ? ends : plan.column;
      const time = times[column];
      if (time == null) throw neverCloses(plan.input, column, {timesOf: p => boundTime(p, context).times, position: context.emitPosition});
      const closed = ends === column ? input : gateLate(input, times, column, time.bound, context.originOf);
      const starts = time.role === 'window-end' ? undefined : {size: time.size};
      return {
        plan: {...plan, input: closed, column, bound: time.bound, starts},
        times: plan.types.map((_, i) => (i === column ? time : startOf(times[i], time))),
      };
    }
    case 'late-gate':
      throw new Error('internal error: a plan was bounded twice');
    default:
      return unreachable(plan);
  }
}

/** What is known of the start of a window by its end: rows come in the order of their ends, whatever else is said of their columns. */
function startOf(time: ColumnTime | null | undefined, end: ColumnTime): ColumnTime | null {
  if (end.role !== 'window-end' || time?.role !== 'window-start' || end.size === undefined) return null;
  return {bound: shifted(end.bound, -end.size), role: 'window-start', size: end.size};
}

/** The column by which groups and the like end with time, so that late rows have been kept from them already. */
function endingColumn(plan: DataflowPlan): number | undefined {
  switch (plan.kind) {
    case 'map': {
      const below = endingColumn(plan.input);
      if (below === undefined || plan.projections === undefined) return below;
      const found = plan.projections.findIndex(e => e.kind === 'input' && e.index === below);
      return found < 0 ? undefined : found;
    }
    case 'aggregate':
    case 'distinct':
    case 'top':
    case 'analytic':
      return plan.expiry?.column;
    case 'session':
    case 'session-aggregate':
      return plan.expiry && sessionEnd(plan);
    default:
      return undefined;
  }
}

const sessionEnd = (plan: DataflowSession | DataflowSessionAggregate): number =>
  plan.kind === 'session' ? plan.types.length - 1 : plan.keys.length + 1;

const unknown = (plan: DataflowPlan): TimedPlan => ({plan, times: plan.types.map(() => null)});

/** Ends of windows before starts, those before other times: of several columns that end a row, the one that people think of. */
function chosen(columns: readonly number[], times: ColumnTimes): number | undefined {
  for (const role of ['window-end', 'window-start', 'event-time', undefined] as const) {
    const found = columns.find(c => times[c] != null && times[c].role === role);
    if (found !== undefined) return found;
  }
  return undefined;
}

function expiryOf(column: number, time: ColumnTime): Expiry {
  return {column, bound: time.bound, exact: time.role === 'window-end' || time.role === 'window-start'};
}

function timeAggregate(plan: DataflowAggregate, {plan: input, times}: TimedPlan, {originOf}: TimeContext): TimedPlan {
  const outputs = plan.types.map((_, i) => (i < plan.keys.length ? (times[plan.keys[i]!] ?? null) : null));
  const column = chosen(plan.keys, times);
  const time = column === undefined ? undefined : times[column];
  if (column === undefined || time == null) return {plan: {...plan, input}, times: outputs};
  const gated = gateLate(input, times, column, time.bound, originOf);
  return {plan: {...plan, input: gated, expiry: expiryOf(plan.keys.indexOf(column), time)}, times: outputs};
}

function timeDistinct(plan: DataflowDistinct, {plan: input, times}: TimedPlan, {originOf}: TimeContext): TimedPlan {
  const column = chosen(
    times.map((_, i) => i),
    times,
  );
  const time = column === undefined ? undefined : times[column];
  if (column === undefined || time == null) return {plan: {...plan, input}, times};
  return {plan: {...plan, input: gateLate(input, times, column, time.bound, originOf), expiry: expiryOf(column, time)}, times};
}

/** A partition ends with the time among its columns; what the others say does not hold for rows that change because of a new one. */
function timePartitions(plan: DataflowTop | DataflowAnalytic, {plan: input, times}: TimedPlan, {originOf}: TimeContext): TimedPlan {
  const partition = plan.partition ?? [];
  const outputs = plan.types.map((_, i) => (partition.includes(i) ? (times[i] ?? null) : null));
  const column = chosen(partition, times);
  const time = column === undefined ? undefined : times[column];
  if (column === undefined || time == null) return {plan: {...plan, input}, times: outputs};
  return {plan: {...plan, input: gateLate(input, times, column, time.bound, originOf), expiry: expiryOf(column, time)}, times: outputs};
}

function timeHop(plan: DataflowHop, {plan: input, times}: TimedPlan): TimedPlan {
  const {slide, size, offset, cumulate} = plan;
  const time = times[plan.time];
  if (time == null) return {plan: {...plan, input}, times: plan.types.map((_, i) => times[i] ?? null)};
  // The first window to hold a time ends at the first edge behind it.
  const end = shifted({kind: 'floor', of: time.bound, size: slide, offset: offset + (size % slide)}, slide);
  const start = cumulate ? ({kind: 'floor', of: time.bound, size, offset} as const) : shifted(end, -size);
  return {
    plan: {...plan, input},
    times: [...times, {bound: start, role: 'window-start', size}, {bound: end, role: 'window-end', size: cumulate ? undefined : size}],
  };
}

/**
 * A row can only touch sessions that reach beyond it, so rows from the watermark on change no session that ended there or before. Columns of
 * rows move with their sessions; only the end is bounded.
 */
function timeSession(
  plan: DataflowSession | DataflowSessionAggregate,
  {plan: input, times}: TimedPlan,
  {originOf}: TimeContext,
): TimedPlan {
  const time = times[plan.time];
  const end = sessionEnd(plan);
  if (time == null) return unknown({...plan, input});
  const outputs = plan.types.map((_, i): ColumnTime | null => (i === end ? {bound: shifted(time.bound, 1), role: 'window-end'} : null));
  const gated = gateLate(input, times, plan.time, time.bound, originOf);
  return {plan: {...plan, input: gated, expiry: {column: plan.time, bound: time.bound, exact: false}}, times: outputs};
}

function timeJoin(plan: DataflowJoin, left: TimedPlan, right: TimedPlan, {originOf}: TimeContext): TimedPlan {
  const sides = {...plan, left: left.plan, right: right.plan};
  if (plan.joinType !== 'inner') return unknown(sides);
  const equal = plan.leftKeys.map((l, i) => [l, plan.rightKeys[i]!] as const).filter((_, i) => plan.nullSafe[i] !== true);
  const isDate = (column: number) => [...left.plan.types, ...right.plan.types][column]?.kind === 'date';
  const ends = joinExpiry(
    {arity: left.times.length, equal, residual: plan.residual, isDate, appendOnly: plan.appendOnly},
    left.times,
    right.times,
  );
  // What drops rows of one side counts on the bound of the other, which has to keep it.
  const [leftRows, rightRows] = [withEnd(left.plan, ends.left), withEnd(right.plan, ends.right)];
  const gatedLeft = ends.right === undefined ? leftRows : gateLate(leftRows, left.times, ends.right.follows, ends.right.bound, originOf);
  const gatedRight = ends.left === undefined ? rightRows : gateLate(rightRows, right.times, ends.left.follows, ends.left.bound, originOf);
  const times = [
    ...pairTimes(left.times, right.times, [ends.left, ends.right], equal),
    ...pairTimes(
      right.times,
      left.times,
      [ends.right, ends.left],
      equal.map(([l, r]) => [r, l] as const),
    ),
  ];
  if (ends.left === undefined && ends.right === undefined) return {plan: sides, times};
  return {
    plan: {...plan, left: gatedLeft, right: gatedRight, expiry: {left: ends.left?.expiry, right: ends.right?.expiry}},
    times,
  };
}

/** A side without the rows that meet nothing and that no time would end. */
function withEnd(rows: DataflowPlan, ends: SideExpiry | undefined): DataflowPlan {
  if (ends?.isOpenEnded !== true) return rows;
  const {column} = ends.expiry;
  return mapOver(rows, [isNull(input(column, rows.types[column]!), true)], undefined);
}

/** What is known of the columns of one side in the pairs that are still to come. */
function pairTimes(
  own: ColumnTimes,
  other: ColumnTimes,
  [ends, otherEnds]: readonly [own: SideExpiry | undefined, other: SideExpiry | undefined],
  keys: readonly (readonly [number, number])[],
): ColumnTimes {
  return own.map((time, column): ColumnTime | null => {
    const equals = keys.find(([k]) => k === column);
    if (time !== null && equals !== undefined && other[equals[1]] != null) return least([time, other[equals[1]]]);
    if (ends?.expiry.column !== column) return null;
    // A row of this side that meets a new one of the other is still kept, so it is not below what it is dropped by.
    return least([time ?? byOther(ends, otherEnds), {bound: ends.expiry.bound, role: time?.role}]);
  });
}

/** A new row of one side is behind the times of the rows that it meets, which are behind a time of its own: expires ≥ bid ≥ auction. */
function byOther({follows, by}: SideExpiry, other: SideExpiry | undefined): ColumnTime | null {
  return other?.expiry.column === follows ? {bound: shifted(other.expiry.bound, by), role: undefined} : null;
}

function timeAsOfJoin(plan: DataflowAsOfJoin, left: TimedPlan, right: TimedPlan, {originOf}: TimeContext): TimedPlan {
  const [leftTime, rightTime] = [left.times[plan.leftTime], right.times[plan.rightTime]];
  const padding = plan.types.slice(left.times.length).map(() => null);
  const ends = (column: number, time: ColumnTime | null | undefined, isFinal: boolean, other: ColumnTime | null | undefined) => {
    const bound = other == null ? undefined : ownBound(other.bound, {time, isFinal});
    return bound && {column, bound, exact: false};
  };
  const times = [...left.times.map((time, i) => (i === plan.leftTime ? least([time, rightTime]) : null)), ...padding];
  return {
    plan: {
      ...plan,
      left: leftTime == null ? left.plan : gateLate(left.plan, left.times, plan.leftTime, leftTime.bound, originOf),
      right: rightTime == null ? right.plan : gateLate(right.plan, right.times, plan.rightTime, rightTime.bound, originOf),
      expiry: {
        left: ends(plan.leftTime, leftTime, plan.appendOnly.left, rightTime),
        right: ends(plan.rightTime, rightTime, plan.appendOnly.right, leftTime),
      },
    },
    times,
  };
}
