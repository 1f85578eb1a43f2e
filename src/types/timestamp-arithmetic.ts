import {sqlError} from '../common/sql-error.ts';
import {MICROS_PER_DAY, civilFromDays, daysFromCivil, daysInMonth, joinMicros, splitMicros} from './civil.ts';
import {checkDate, checkTimestamp, isInfiniteDate, isInfiniteTimestamp, timestampOutOfRange} from './date-time-limits.ts';
import {DATE_INFINITY, TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY, type Interval} from './datum.ts';
import {interval, intervalNegate, justifyHours} from './interval.ts';
import {toLocal, toUtc, type TimeZone} from './time-zone.ts';

/** timestamp + interval: months first (the day is cut to the month's last), then days, then time. Infinities stay. */
export function addToTimestamp(micros: bigint, step: Interval): bigint {
  if (isInfiniteTimestamp(micros)) return micros;
  return checkTimestamp(addCalendar(micros, step.months, step.days) + step.micros);
}

/** timestamptz + interval: months and days are counted on the wall clock of `zone`, time in UTC. */
export function addToTimestamptz(micros: bigint, step: Interval, zone: TimeZone): bigint {
  if (isInfiniteTimestamp(micros)) return micros;
  let result = micros;
  if (step.months !== 0) result = toUtc(zone, addCalendar(toLocal(zone, result), step.months, 0));
  if (step.days !== 0) result = toUtc(zone, addCalendar(toLocal(zone, result), 0, step.days));
  return checkTimestamp(result + step.micros);
}

export function subtractFromTimestamp(micros: bigint, step: Interval): bigint {
  return addToTimestamp(micros, intervalNegate(step));
}

export function subtractFromTimestamptz(micros: bigint, step: Interval, zone: TimeZone): bigint {
  return addToTimestamptz(micros, intervalNegate(step), zone);
}

function addCalendar(micros: bigint, months: number, days: number): bigint {
  if (months === 0) return micros + BigInt(days) * MICROS_PER_DAY;
  const {days: date, time} = splitMicros(micros);
  const moved = addMonths(date, months) + days;
  if (!Number.isSafeInteger(moved)) throw timestampOutOfRange();
  return joinMicros(moved, time);
}

/** The same day `months` later, or the last day of that month where it has fewer. */
export function addMonths(days: number, months: number): number {
  const {year, month, day} = civilFromDays(days);
  const index = year * 12 + month - 1 + months;
  const newYear = Math.floor(index / 12);
  const newMonth = index - newYear * 12 + 1;
  return daysFromCivil(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)));
}

/** timestamp − timestamp (also timestamptz): days and time, no months. 22008 for infinities. */
export function timestampDifference(a: bigint, b: bigint): Interval {
  if (isInfiniteTimestamp(a) || isInfiniteTimestamp(b)) throw sqlError('datetime_field_overflow', 'cannot subtract infinite timestamps');
  return justifyHours(interval(0, 0, a - b));
}

/** date + integer. */
export function addDays(days: number, n: number): number {
  if (isInfiniteDate(days)) return days;
  return checkDate(days + n);
}

/** date − date: whole days. */
export function dateDifference(a: number, b: number): number {
  if (isInfiniteDate(a) || isInfiniteDate(b)) throw sqlError('datetime_field_overflow', 'cannot subtract infinite dates');
  const difference = a - b;
  if (difference > 2147483647 || difference < -2147483648) throw sqlError('numeric_value_out_of_range', 'integer out of range');
  return difference;
}

/** Midnight of a date as a timestamp. 22008 when timestamps do not reach that far. */
export function dateToTimestamp(days: number): bigint {
  if (isInfiniteDate(days)) return days === DATE_INFINITY ? TIMESTAMP_INFINITY : TIMESTAMP_MINUS_INFINITY;
  try {
    return checkTimestamp(BigInt(days) * MICROS_PER_DAY);
  } catch {
    throw sqlError('datetime_field_overflow', 'date out of range for timestamp');
  }
}

/** time ± interval: the interval's time part, modulo 24 hours. */
export function addToTime(time: bigint, step: Interval): bigint {
  const sum = (time + step.micros) % MICROS_PER_DAY;
  return sum < 0n ? sum + MICROS_PER_DAY : sum;
}

/** The difference in years, months, days and time that a calendar shows: age(a, b). */
export function age(a: bigint, b: bigint): Interval {
  if (isInfiniteTimestamp(a) || isInfiniteTimestamp(b)) throw timestampOutOfRange();
  const negative = a < b;
  const later = splitMicros(negative ? b : a);
  const earlier = splitMicros(negative ? a : b);
  const x = civilFromDays(later.days);
  const y = civilFromDays(earlier.days);
  let months = (x.year - y.year) * 12 + x.month - y.month;
  let days = x.day - y.day;
  let time = later.time - earlier.time;
  if (time < 0) {
    time += Number(MICROS_PER_DAY);
    days--;
  }
  // Borrowed days are those of the earlier month, or of the month before the later one when the difference is negative.
  if (days < 0) {
    const [year, month] = negative ? previousMonth(x.year, x.month) : [y.year, y.month];
    days += negative ? daysInMonth(y.year, y.month) : daysInMonth(year, month);
    months--;
  }
  const result = interval(months, days, BigInt(time));
  return negative ? intervalNegate(result) : result;
}

function previousMonth(year: number, month: number): readonly [number, number] {
  return month === 1 ? [year - 1, 12] : [year, month - 1];
}
