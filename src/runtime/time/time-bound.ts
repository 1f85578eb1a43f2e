import type {Watermark} from './watermark.ts';

/**
 * A lower bound of a time column for every row that is still to come: rows below it never come, or come late. It only grows. µs since
 * 1970; −Infinity = nothing is known, Infinity = nothing comes any more.
 */
export interface TimeBound {
  /** As of the end of the step before: rows below it are late. */
  previous(): number;
  /** As of the end of the step in progress, good from `flush` on: state below it is dead. */
  current(): number;
}

export function watermarkBound(watermark: Watermark): TimeBound {
  return {previous: () => watermark.previous, current: () => watermark.current};
}

export function shiftedBound(bound: TimeBound, by: number): TimeBound {
  return {previous: () => bound.previous() + by, current: () => bound.current() + by};
}

/** The least of several: what holds for a column that is filled from all of them. */
export function leastBound(bounds: readonly TimeBound[]): TimeBound {
  return {previous: () => Math.min(...bounds.map(b => b.previous())), current: () => Math.min(...bounds.map(b => b.current()))};
}

/** The start of the window of `size` µs, aligned to `offset`, that the bound lies in. */
export function flooredBound(bound: TimeBound, size: number, offset: number): TimeBound {
  const floor = (time: number) => (Number.isFinite(time) ? Math.floor((time - offset) / size) * size + offset : time);
  return {previous: () => floor(bound.previous()), current: () => floor(bound.current())};
}
