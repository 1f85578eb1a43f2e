/** A part of a query that cannot be maintained incrementally, or not yet; noted by the binder, judged by maintained-restrictions. */
export type Feature = {
  readonly kind:
    | 'outer-join'
    | 'subquery-expression'
    | 'lateral'
    | 'set-returning-function'
    | 'volatile-function'
    | 'time-function'
    | 'session-function'
    | 'order-by'
    | 'emit-on-close'
    | 'window-function'
    | 'set-operation'
    | 'collecting-aggregate'
    | 'ordered-aggregate'
    | 'system-relation'
    | 'error-relation'
    | 'parameter';
  readonly position: number;
  /** The function's or clause's name. */
  readonly what?: string | undefined;
};
