import {sqlError} from '../../common/sql-error.ts';
import type {Duration, DurationUnit} from '../../parser/ast/stream-window.ts';
import {requireCountable} from './window-interval.ts';

const UNITS: Readonly<Record<DurationUnit, bigint | undefined>> = {
  millisecond: 1000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
  week: 7n * 86_400_000_000n,
  month: undefined,
  year: undefined,
};

/** Microseconds of `5 MINUTES`. Errors: 0A000 for months and years, 22008 for lengths out of range, 22023 where it is not greater than zero, or, if that will do, zero. */
export function durationMicros({amount, unit, span}: Duration, least: 'positive' | 'or zero' = 'positive'): bigint {
  const position = span.start;
  const micros = UNITS[unit];
  if (micros === undefined) {
    throw sqlError('feature_not_supported', `durations of ${unit}s are not supported`, {position, hint: 'Give it in days.'});
  }
  const total = /^\d+$/.test(amount) ? BigInt(amount) * micros : -1n;
  if (total < 0n || (total === 0n && least === 'positive')) {
    throw sqlError('invalid_parameter_value', `a duration must be a whole number${least === 'positive' ? ' greater than zero' : ''}`, {
      position,
    });
  }
  return requireCountable(total, 'a duration', position);
}
