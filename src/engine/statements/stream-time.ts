import type {StreamTime} from '../../catalog/relation.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {BoundWatermark} from '../../planner/binder/bind-stream-columns.ts';
import {lengthOfTime} from './length-of-time.ts';

/** Options of a stream that say how its event time goes on. */
const TIME_OPTIONS: readonly string[] = ['idle_timeout', 'max_ahead', 'on_idle', 'allowed_lateness', 'grace_period'];

export function withoutTimeOptions(options: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !TIME_OPTIONS.includes(name)));
}

const DEFAULT_IDLE_TIMEOUT = '30 seconds';
const DEFAULT_MAX_AHEAD = '1 hour';

/** What WATERMARK FOR and the options say. Errors: 22023 for time options without a watermark, and for values that mean nothing. */
export function streamTime(watermark: BoundWatermark | undefined, options: Readonly<Record<string, string>>): StreamTime | undefined {
  const given = TIME_OPTIONS.find(name => name in options);
  if (watermark === undefined) {
    if (given === undefined) return undefined;
    throw sqlError('invalid_parameter_value', `option "${given}" needs a watermark`, {
      hint: "Declare one among the columns: WATERMARK FOR ts AS ts - INTERVAL '5 seconds'.",
    });
  }
  const onIdle = options['on_idle'] ?? 'wait';
  if (onIdle !== 'wait' && onIdle !== 'advance')
    throw sqlError('invalid_parameter_value', `invalid value for option "on_idle": "${onIdle}"`, {hint: 'Valid values: wait, advance.'});
  return {
    column: watermark.column,
    watermark: watermark.text,
    idleTimeout: duration('idle_timeout', options['idle_timeout'] ?? DEFAULT_IDLE_TIMEOUT),
    maxAhead: duration('max_ahead', options['max_ahead'] ?? DEFAULT_MAX_AHEAD),
    onIdle,
    allowedLateness: duration('allowed_lateness', options['allowed_lateness'] ?? options['grace_period'] ?? '0 seconds'),
  };
}

/** Microseconds. */
function duration(name: string, text: string): number {
  const micros = lengthOfTime(text, 0);
  if (micros === undefined)
    throw sqlError('invalid_parameter_value', `invalid value for option "${name}": "${text}"`, {
      hint: "A length of time without months, such as '30 seconds'.",
    });
  return micros;
}
