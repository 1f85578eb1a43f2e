/**
 * Where a lower bound of a time column, for all rows still to come, is had from while the dataflow runs: plain data. Times are microseconds since
 * 1970. `floor` is the greatest `offset + n · size` that is not above; `min` of nothing is unbounded. Rows may be `lateness` behind the watermark
 * and still count (absent: 0).
 */
export type BoundSpec =
  | {readonly kind: 'watermark'; readonly stream: number; readonly lateness?: number | undefined}
  | {readonly kind: 'step-time'}
  | {readonly kind: 'shift'; readonly of: BoundSpec; readonly by: number}
  | {readonly kind: 'floor'; readonly of: BoundSpec; readonly size: number; readonly offset: number}
  | {readonly kind: 'min'; readonly of: readonly BoundSpec[]};

/**
 * What is known of a column's values in time. `bound`: no row still to come has a smaller value, or it is late. `role`: what it is to the
 * people who read `$late`.
 */
export type ColumnTime = {
  readonly bound: BoundSpec;
  readonly role: 'event-time' | 'window-start' | 'window-end' | undefined;
  /** Of the window that ends here, or the longest that begins here, µs, if all have the same. */
  readonly size?: number | undefined;
};

/** By column; null = nothing is known. */
export type ColumnTimes = readonly (ColumnTime | null)[];
