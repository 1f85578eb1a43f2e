import type {Span} from './span.ts';

/** `5 MINUTES`: ksqlDB's duration; `unit` singular. */
export type Duration = {readonly kind: 'duration'; readonly amount: string; readonly unit: DurationUnit; readonly span: Span};
export type DurationUnit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** ksqlDB's `WINDOW TUMBLING (SIZE 1 MINUTE, …)` after FROM. `size` is the gap of a session window; `advance` only of a hopping one. */
export type StreamWindow = {
  readonly kind: 'stream-window';
  readonly type: 'tumbling' | 'hopping' | 'session';
  readonly size: Duration;
  readonly advance: Duration | undefined;
  readonly retention: Duration | undefined;
  readonly gracePeriod: Duration | undefined;
  readonly span: Span;
};

/** ksqlDB's `WITHIN 2 HOURS` or `WITHIN (1 HOUR, 2 HOURS)` of a join; `after` = `before` if one is given. */
export type JoinWithin = {
  readonly kind: 'join-within';
  readonly before: Duration;
  readonly after: Duration;
  readonly gracePeriod: Duration | undefined;
  readonly span: Span;
};
