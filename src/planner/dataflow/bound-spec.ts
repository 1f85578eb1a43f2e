/**
 * Where a lower bound of a time column, for all rows still to come, is had from while the dataflow runs: plain data. Times are microseconds since
 * 1970. `floor` is the greatest `offset + n · size` that is not above; `min` of nothing is unbounded.
 */
export type BoundSpec =
  | {readonly kind: 'watermark'; readonly stream: number}
  | {readonly kind: 'step-time'}
  | {readonly kind: 'shift'; readonly of: BoundSpec; readonly by: number}
  | {readonly kind: 'floor'; readonly of: BoundSpec; readonly size: number; readonly offset: number}
  | {readonly kind: 'min'; readonly of: readonly BoundSpec[]};
