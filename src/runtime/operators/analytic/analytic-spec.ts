import {unreachable} from '../../../common/unreachable.ts';
import type {PhysicalKind} from '../../../types/sql-type.ts';
import type {Schema} from '../../batch/batch.ts';
import type {BytesOrder} from '../../rows/compare-stored.ts';

export type RankingFunction = 'row-number' | 'rank' | 'dense-rank' | 'percent-rank' | 'cume-dist' | 'ntile';
export type ValueFunction = 'lag' | 'lead' | 'first-value' | 'last-value' | 'nth-value';
/** First time, and last time + gap, of the rows that a chain of times less than `gap` apart links with the row. Not for SQL. */
export type SessionFunction = 'session-start' | 'session-end';
export type FrameAggregateFunction = 'count' | 'sum' | 'min' | 'max' | 'bool-and' | 'bool-or';

/** One end of a frame. `offset` counts rows or groups; `edge` is the column with the value of the sort column that the frame reaches to. */
export type FrameBound =
  | {readonly bound: 'unbounded-preceding' | 'current-row' | 'unbounded-following'}
  | {readonly bound: 'preceding' | 'following'; readonly offset: number}
  | {readonly bound: 'preceding' | 'following'; readonly edge: number};

export type Frame = {
  readonly mode: 'rows' | 'range' | 'groups';
  readonly start: FrameBound;
  readonly end: FrameBound;
  readonly exclude: 'no-others' | 'current-row' | 'group' | 'ties';
};

/**
 * A window function call over columns of the input. Results: ranks and count → i64, percent_rank and cume_dist → f64, ntile → i32, sum as in
 * aggregate-spec.ts, all others as `column`.
 */
export type AnalyticSpec = {
  readonly function: RankingFunction | ValueFunction | FrameAggregateFunction | SessionFunction;
  /** The first argument; absent for ranks and count(*). */
  readonly column?: number | undefined;
  /** lag, lead: how far, where it is the same for all rows; otherwise it is in `second`. */
  readonly distance?: number | undefined;
  /** Column of the second argument of lag, lead, nth_value. */
  readonly second?: number | undefined;
  /** session: microseconds; `column` is the time, by which the rows are ordered. */
  readonly gap?: number | undefined;
  /** Column of the value of lag and lead where there is no such row; absent = NULL. */
  readonly fallback?: number | undefined;
  readonly frame: Frame;
  /** A boolean column: only rows where it is true are aggregated. */
  readonly filter?: number | undefined;
  /** For min and max over a bytes column whose order is not that of its bytes. */
  readonly order?: BytesOrder | undefined;
};

export function outputOf(input: Schema, call: AnalyticSpec): PhysicalKind {
  const kind = call.column === undefined ? null : input[call.column]!;
  switch (call.function) {
    case 'row-number':
    case 'rank':
    case 'dense-rank':
    case 'count':
      return 'i64';
    case 'percent-rank':
    case 'cume-dist':
      return 'f64';
    case 'ntile':
      return 'i32';
    case 'bool-and':
    case 'bool-or':
      return 'u8';
    case 'sum':
      return kind === 'i32' ? 'i64' : kind === 'i64' ? 'decimal' : kind!;
    case 'min':
    case 'max':
    case 'lag':
    case 'lead':
    case 'first-value':
    case 'last-value':
    case 'nth-value':
    case 'session-start':
    case 'session-end':
      return kind!;
    default:
      return unreachable(call.function);
  }
}

/** Columns of the input that a call reads. */
export function columnsOf({column, second, fallback, filter, frame}: AnalyticSpec): number[] {
  const edges = [frame.start, frame.end].map(b => ('edge' in b ? b.edge : undefined));
  return [column, second, fallback, filter, ...edges].filter(c => c !== undefined);
}

/**
 * Which rows a changed row matters to:
 *  near   to `before` rows before it and `after` rows behind it; those read `back` rows before themselves and `ahead` rows behind
 *  values  to rows whose frame, up to values of the sort column, has its place; those read the rows of the frame. `start` and `end` are the
 *          columns with those values, undefined = the row's own
 *  tail   to its peers and all rows behind them, whose values follow from that of the row before and their own
 *  linked to the rows around it that times less than `gap` apart link with it or with each other
 *  all    to any row of the partition
 */
export type Reach =
  | {readonly kind: 'near'; readonly before: number; readonly after: number; readonly back: number; readonly ahead: number}
  | {readonly kind: 'values'; readonly start: number | undefined; readonly end: number | undefined}
  | {readonly kind: 'tail'}
  | {readonly kind: 'linked'; readonly time: number; readonly gap: number}
  | {readonly kind: 'all'};

export function reachOf(call: AnalyticSpec): Reach {
  switch (call.function) {
    case 'row-number':
    case 'rank':
    case 'dense-rank':
      return {kind: 'tail'};
    case 'percent-rank':
    case 'cume-dist':
    case 'ntile':
      return {kind: 'all'};
    case 'lag':
    case 'lead': {
      if (call.distance === undefined) return {kind: 'all'};
      const towards = call.function === 'lag' ? call.distance : -call.distance;
      const back = Math.max(0, towards);
      const ahead = Math.max(0, -towards);
      return {kind: 'near', before: ahead, after: back, back, ahead};
    }
    case 'session-start':
    case 'session-end':
      return {kind: 'linked', time: call.column!, gap: call.gap!};
    case 'nth-value':
    case 'first-value':
    case 'last-value':
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
    case 'bool-and':
    case 'bool-or':
      return reachOfFrame(call);
    default:
      return unreachable(call.function);
  }
}

function reachOfFrame({function: name, frame}: AnalyticSpec): Reach {
  const {mode, start, end, exclude} = frame;
  if (exclude === 'no-others' && start.bound === 'unbounded-preceding' && end.bound === 'current-row') {
    return {kind: name === 'nth-value' || name === 'last-value' ? 'all' : 'tail'};
  }
  if (exclude === 'group' || exclude === 'ties') return {kind: 'all'};
  if (mode === 'range') {
    if (isUnbounded(start) || isUnbounded(end)) return {kind: 'all'};
    return {kind: 'values', start: 'edge' in start ? start.edge : undefined, end: 'edge' in end ? end.edge : undefined};
  }
  if (mode !== 'rows') return {kind: 'all'};
  const from = rowsFrom(start);
  const to = rowsFrom(end);
  if (!Number.isFinite(from) || !Number.isFinite(to)) return {kind: 'all'};
  return {kind: 'near', before: Math.max(0, to), after: Math.max(0, -from), back: Math.max(0, -from), ahead: Math.max(0, to)};
}

function isUnbounded({bound}: FrameBound): boolean {
  return bound === 'unbounded-preceding' || bound === 'unbounded-following';
}

/** Where a bound in rows lies, relative to the current row. */
export function rowsFrom(bound: FrameBound): number {
  switch (bound.bound) {
    case 'unbounded-preceding':
      return -Infinity;
    case 'unbounded-following':
      return Infinity;
    case 'current-row':
      return 0;
    case 'preceding':
      return 'offset' in bound ? -bound.offset : NaN;
    case 'following':
      return 'offset' in bound ? bound.offset : NaN;
    default:
      return unreachable(bound);
  }
}
