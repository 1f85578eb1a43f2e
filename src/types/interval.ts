import {sqlError} from '../common/sql-error.ts';
import type {Interval} from './datum.ts';
import {divisionByZero} from './decimal-divide.ts';
import {roundHalfEven} from './round-half-even.ts';

const DAYS_PER_MONTH = 30;
const MICROS_PER_DAY = 86_400_000_000n;
const SECONDS_PER_DAY = 86400;
const MAX_INT4 = 2147483647;
const MIN_INT4 = -2147483648;
const MAX_INT8 = 9223372036854775807n;
const MIN_INT8 = -9223372036854775808n;

export const INTERVAL_ZERO: Interval = Object.freeze({tag: 'interval', months: 0, days: 0, micros: 0n});

/** Months, days and microseconds are kept apart, as in PostgreSQL. 22008 when a part does not fit (int4, int4, int8). */
export function interval(months: number, days: number, micros: bigint): Interval {
  if (!(months >= MIN_INT4 && months <= MAX_INT4 && days >= MIN_INT4 && days <= MAX_INT4) || micros > MAX_INT8 || micros < MIN_INT8) {
    throw intervalOutOfRange();
  }
  return {tag: 'interval', months: months + 0, days: days + 0, micros};
}

export function intervalOutOfRange() {
  return sqlError('datetime_field_overflow', 'interval out of range');
}

export function intervalAdd(a: Interval, b: Interval): Interval {
  return interval(a.months + b.months, a.days + b.days, a.micros + b.micros);
}

export function intervalSubtract(a: Interval, b: Interval): Interval {
  return interval(a.months - b.months, a.days - b.days, a.micros - b.micros);
}

export function intervalNegate(a: Interval): Interval {
  return interval(-a.months, -a.days, -a.micros);
}

/** Length in microseconds with months of 30 days and days of 24 hours: what intervals are compared by. */
export function intervalMicros(a: Interval): bigint {
  return (BigInt(a.months) * BigInt(DAYS_PER_MONTH) + BigInt(a.days)) * MICROS_PER_DAY + a.micros;
}

export function intervalCompare(a: Interval, b: Interval): number {
  const x = intervalMicros(a);
  const y = intervalMicros(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Fractions of months go into days and fractions of days into time, as in PostgreSQL. */
export function intervalMultiply(a: Interval, factor: number): Interval {
  return scale(a, x => x * factor, Number(a.micros) * factor);
}

/** 22012 for a zero divisor. */
export function intervalDivide(a: Interval, divisor: number): Interval {
  if (divisor === 0) throw divisionByZero();
  return scale(a, x => x / divisor, Number(a.micros) / divisor);
}

function scale(a: Interval, by: (x: number) => number, micros: number): Interval {
  const months = by(a.months);
  const days = by(a.days);
  if (!isInt4(months) || !isInt4(days)) throw intervalOutOfRange();
  const wholeMonths = Math.trunc(months);
  let wholeDays = Math.trunc(days);
  const monthDays = roundMicros((months - wholeMonths) * DAYS_PER_MONTH);
  let seconds = roundMicros((days - wholeDays + monthDays - Math.trunc(monthDays)) * SECONDS_PER_DAY);
  if (Math.abs(seconds) >= SECONDS_PER_DAY) {
    const extra = Math.trunc(seconds / SECONDS_PER_DAY);
    wholeDays += extra;
    seconds -= extra * SECONDS_PER_DAY;
  }
  const total = roundHalfEven(micros + seconds * 1e6);
  if (!(Math.abs(total) < 2 ** 63)) throw intervalOutOfRange();
  return interval(wholeMonths, wholeDays + Math.trunc(monthDays), BigInt(total));
}

const isInt4 = (x: number) => x >= MIN_INT4 && x <= MAX_INT4;
const roundMicros = (seconds: number) => roundHalfEven(seconds * 1e6) / 1e6;

/** Every 24 hours of time become a day; both get the same sign. */
export function justifyHours(a: Interval): Interval {
  const whole = a.micros / MICROS_PER_DAY;
  let days = a.days + Number(whole);
  let micros = a.micros - whole * MICROS_PER_DAY;
  if (days > 0 && micros < 0n) {
    micros += MICROS_PER_DAY;
    days--;
  } else if (days < 0 && micros > 0n) {
    micros -= MICROS_PER_DAY;
    days++;
  }
  return interval(a.months, days, micros);
}

/** Every 30 days become a month; both get the same sign. */
export function justifyDays(a: Interval): Interval {
  const whole = Math.trunc(a.days / DAYS_PER_MONTH);
  let months = a.months + whole;
  let days = a.days - whole * DAYS_PER_MONTH;
  if (months > 0 && days < 0) {
    days += DAYS_PER_MONTH;
    months--;
  } else if (months < 0 && days > 0) {
    days -= DAYS_PER_MONTH;
    months++;
  }
  return interval(months, days, a.micros);
}

/** justify_hours and justify_days, then one sign for all three. */
export function justifyInterval(a: Interval): Interval {
  const wholeDays = a.micros / MICROS_PER_DAY;
  let micros = a.micros - wholeDays * MICROS_PER_DAY;
  let days = a.days + Number(wholeDays);
  const wholeMonths = Math.trunc(days / DAYS_PER_MONTH);
  days -= wholeMonths * DAYS_PER_MONTH;
  let months = a.months + wholeMonths;
  if (months > 0 && (days < 0 || (days === 0 && micros < 0n))) {
    days += DAYS_PER_MONTH;
    months--;
  } else if (months < 0 && (days > 0 || (days === 0 && micros > 0n))) {
    days -= DAYS_PER_MONTH;
    months++;
  }
  if (days > 0 && micros < 0n) {
    micros += MICROS_PER_DAY;
    days--;
  } else if (days < 0 && micros > 0n) {
    micros -= MICROS_PER_DAY;
    days++;
  }
  return interval(months, days, micros);
}
