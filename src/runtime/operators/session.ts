import type {Schema} from '../batch/batch.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import type {TimeBound} from '../time/time-bound.ts';
import {AnalyticOperator} from './analytic/analytic.ts';
import type {AnalyticSpec} from './analytic/analytic-spec.ts';

/** Number of the call that gives the end. */
const END = 1;

export type SessionArgs = {
  readonly label: string;
  readonly input: Schema;
  /** Column of the time, in microseconds. */
  readonly time: number;
  /** Rows whose times are less than so many microseconds apart are in one session. */
  readonly gap: number;
  /** Columns that the rows of a session agree in. */
  readonly partition: readonly number[];
  /** Rows with times below the bound do not come any more: those of sessions that ended before it are dropped. */
  readonly expiry?: {readonly bound: TimeBound; readonly width: number} | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: input ++ start and end of the session that a row is in: first time, and last time + gap; NULLs without a time.
 * Law, state, invariants: those of window functions (analytic.ts), a session being the rows that a chain of small gaps links. A row that links
 *   two sessions or leaves a gap changes the windows of their rows.
 * Cost: O(|Δ| · log rows), plus the rows of the sessions that a change reaches.
 */
export function sessionOperator({label, input, time, gap, partition, expiry, budget, hashMask}: SessionArgs): AnalyticOperator {
  const frame = {mode: 'rows', start: {bound: 'unbounded-preceding'}, end: {bound: 'current-row'}, exclude: 'no-others'} as const;
  const calls: readonly AnalyticSpec[] = [
    {function: 'session-start', column: time, gap, frame},
    {function: 'session-end', column: time, gap, frame},
  ];
  const sort = [{column: time, descending: false, nullsFirst: false}];
  const ends = expiry && ({...expiry, of: 'values', column: END} as const);
  return new AnalyticOperator({label, input, partition, sort, calls, expiry: ends, budget, hashMask});
}
