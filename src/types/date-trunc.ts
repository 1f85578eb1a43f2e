import {sqlError} from '../common/sql-error.ts';
import {MICROS_PER_DAY, civilFromDays, daysFromCivil, isoWeekStart, joinMicros, splitMicros} from './civil.ts';
import {checkTimestamp, isInfiniteTimestamp} from './date-time-limits.ts';
import {unitOf, type DateTimeUnit} from './date-time-words.ts';
import type {Interval} from './datum.ts';
import {interval} from './interval.ts';
import {toLocal, toUtc, type TimeZone} from './time-zone.ts';

/** Units below a day, in microseconds: truncating them needs no calendar. */
const MICROS: Partial<Record<DateTimeUnit, bigint>> = {
  microsecond: 1n,
  millisecond: 1000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: MICROS_PER_DAY,
};

/** The unit that a date_trunc argument names. 22023 for an unknown one, 0A000 for one that cannot be truncated to. */
export function truncUnit(name: string, typeName: string): DateTimeUnit {
  const word = name.toLowerCase();
  const unit = unitOf(word);
  if (unit !== undefined && !unit.startsWith('timezone')) return unit;
  if (unit !== undefined) throw sqlError('feature_not_supported', `unit "${word}" not supported for type ${typeName}`);
  throw sqlError('invalid_parameter_value', `unit "${word}" not recognized for type ${typeName}`);
}

/** date_trunc(unit, timestamp) */
export function truncTimestamp(unit: DateTimeUnit, micros: bigint): bigint {
  if (isInfiniteTimestamp(micros)) return micros;
  const size = MICROS[unit];
  if (size !== undefined) return micros - modulo(micros, size);
  return checkTimestamp(joinMicros(truncDays(unit, splitMicros(micros).days), 0));
}

/** date_trunc(unit, timestamptz, zone): on the wall clock of `zone`. */
export function truncTimestamptz(unit: DateTimeUnit, micros: bigint, zone: TimeZone): bigint {
  if (isInfiniteTimestamp(micros)) return micros;
  const local = toLocal(zone, micros);
  const truncated = truncTimestamp(unit, local);
  // Within a day the offset stays: the hour that occurs twice must not be mapped to its second occurrence.
  const belowDay = unit !== 'day' && MICROS[unit] !== undefined;
  return checkTimestamp(belowDay ? truncated - (local - micros) : toUtc(zone, truncated));
}

/** First day of the unit that contains the day. */
export function truncDays(unit: DateTimeUnit, days: number): number {
  const {year, month} = civilFromDays(days);
  switch (unit) {
    case 'week':
      return isoWeekStart(days);
    case 'month':
      return daysFromCivil(year, month, 1);
    case 'quarter':
      return daysFromCivil(year, month - ((month - 1) % 3), 1);
    case 'year':
      return daysFromCivil(year, 1, 1);
    case 'decade':
      return daysFromCivil(Math.floor(year / 10) * 10, 1, 1);
    case 'century':
      return daysFromCivil(Math.floor((year - 1) / 100) * 100 + 1, 1, 1);
    case 'millennium':
      return daysFromCivil(Math.floor((year - 1) / 1000) * 1000 + 1, 1, 1);
    default:
      return days;
  }
}

const MONTHS: Partial<Record<DateTimeUnit, number>> = {month: 1, quarter: 3, year: 12, decade: 120, century: 1200, millennium: 12000};

/** date_trunc(unit, interval), toward zero. 0A000 for weeks. */
export function truncInterval(unit: DateTimeUnit, value: Interval): Interval {
  const months = MONTHS[unit];
  if (months !== undefined) return interval(value.months - (value.months % months), 0, 0n);
  if (unit === 'week') {
    throw sqlError('feature_not_supported', 'unit "week" not supported for type interval', {
      detail: 'Months usually have fractional weeks.',
    });
  }
  if (unit === 'day') return interval(value.months, value.days, 0n);
  const size = MICROS[unit] ?? 1n;
  return interval(value.months, value.days, value.micros - (value.micros % size));
}

/** date_bin(stride, source, origin): the start of the stride-long bin, counted from `origin`, that contains `source`. */
export function dateBin(stride: Interval, source: bigint, origin: bigint): bigint {
  if (isInfiniteTimestamp(source)) return source;
  if (isInfiniteTimestamp(origin)) throw sqlError('datetime_field_overflow', 'origin out of range');
  if (stride.months !== 0) {
    throw sqlError('feature_not_supported', 'timestamps cannot be binned into intervals containing months or years');
  }
  const size = BigInt(stride.days) * MICROS_PER_DAY + stride.micros;
  if (size <= 0n) throw sqlError('datetime_field_overflow', 'stride must be greater than zero');
  return checkTimestamp(source - modulo(source - origin, size));
}

function modulo(a: bigint, b: bigint): bigint {
  const rest = a % b;
  return rest < 0n ? rest + b : rest;
}
