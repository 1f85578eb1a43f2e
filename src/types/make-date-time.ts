import {sqlError} from '../common/sql-error.ts';
import {daysFromCivil, daysInMonth, joinMicros} from './civil.ts';
import {MAX_DAYS, MIN_DAYS, checkTimestamp} from './date-time-limits.ts';
import {TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY, type Interval} from './datum.ts';
import {formatFloat8} from './float-text.ts';
import {interval, intervalOutOfRange} from './interval.ts';
import {roundHalfEven} from './round-half-even.ts';
import {toUtc, type TimeZone} from './time-zone.ts';

const two = (n: number) => String(n).padStart(2, '0');

/** make_date: negative years are BC. 22008 for a day that does not exist. */
export function makeDate(year: number, month: number, day: number): number {
  const y = year < 0 ? year + 1 : year;
  const valid = year !== 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(y, month);
  if (!valid) throw sqlError('datetime_field_overflow', `date field value out of range: ${year}-${two(month)}-${two(day)}`);
  const days = daysFromCivil(y, month, day);
  if (days < MIN_DAYS || days > MAX_DAYS) throw sqlError('datetime_field_overflow', `date out of range: ${year}-${two(month)}-${two(day)}`);
  return days;
}

/** make_time: microseconds since midnight; 24:00:00 is allowed. */
export function makeTime(hour: number, minute: number, second: number): bigint {
  const total = ((hour * 60 + minute) * 60 + second) * 1e6;
  const valid = hour >= 0 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60 && total <= 86400e6;
  if (!valid) throw sqlError('datetime_field_overflow', `time field value out of range: ${hour}:${two(minute)}:${two(second)}`);
  return BigInt((hour * 60 + minute) * 60) * 1_000_000n + BigInt(roundHalfEven(second * 1e6));
}

export function makeTimestamp(year: number, month: number, day: number, hour: number, minute: number, second: number): bigint {
  return checkTimestamp(joinMicros(makeDate(year, month, day), 0) + makeTime(hour, minute, second));
}

/** make_timestamptz: a wall-clock time in `zone`. */
export function makeTimestamptz(
  date: readonly [year: number, month: number, day: number],
  time: readonly [hour: number, minute: number, second: number],
  zone: TimeZone,
): bigint {
  return checkTimestamp(toUtc(zone, makeTimestamp(...date, ...time)));
}

export type IntervalParts = {
  readonly years?: number | undefined;
  readonly months?: number | undefined;
  readonly weeks?: number | undefined;
  readonly days?: number | undefined;
  readonly hours?: number | undefined;
  readonly mins?: number | undefined;
  readonly secs?: number | undefined;
};

/** make_interval; all parts integers but seconds. */
export function makeInterval({years = 0, months = 0, weeks = 0, days = 0, hours = 0, mins = 0, secs = 0}: IntervalParts): Interval {
  const seconds = roundHalfEven(secs * 1e6);
  if (!Number.isFinite(seconds)) throw intervalOutOfRange();
  return interval(years * 12 + months, weeks * 7 + days, BigInt(hours) * 3_600_000_000n + BigInt(mins) * 60_000_000n + BigInt(seconds));
}

/** to_timestamp(seconds since 1970): a timestamptz. */
export function timestamptzOfEpoch(seconds: number): bigint {
  if (seconds === Infinity) return TIMESTAMP_INFINITY;
  if (seconds === -Infinity) return TIMESTAMP_MINUS_INFINITY;
  if (Number.isNaN(seconds)) throw sqlError('datetime_field_overflow', 'timestamp cannot be NaN');
  const micros = roundHalfEven(seconds * 1e6);
  if (!(Math.abs(micros) < 2 ** 63)) throw sqlError('datetime_field_overflow', `timestamp out of range: "${formatFloat8(seconds)}"`);
  return checkTimestamp(BigInt(micros));
}
