import {sqlError} from '../common/sql-error.ts';
import {UNIX_EPOCH_JULIAN, civilFromDays, dayOfWeek, daysFromCivil, isoWeekOf, isoYearOf, splitMicros} from './civil.ts';
import {datePartOf, unitOf, type DatePartOnly, type DateTimeUnit} from './date-time-words.ts';
import {DATE_INFINITY, TIMESTAMP_INFINITY, type Decimal, type Interval} from './datum.ts';
import {DECIMAL_INFINITY, DECIMAL_MINUS_INFINITY, decimal, decimalAdd, decimalFromBigint} from './decimal.ts';
import {isInfiniteDate, isInfiniteTimestamp} from './date-time-limits.ts';
import {decimalDivide} from './decimal-divide.ts';
import {secondsOf, type TimeZone} from './time-zone.ts';

/** What EXTRACT can be asked for. */
export type DatePart = DateTimeUnit | DatePartOnly;

export type ExtractSource = 'date' | 'time' | 'timestamp' | 'timestamptz' | 'interval';

const TYPE_NAMES: Readonly<Record<ExtractSource, string>> = {
  date: 'date',
  time: 'time without time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  interval: 'interval',
};

const TIME_PARTS: ReadonlySet<DatePart> = new Set(['microsecond', 'millisecond', 'second', 'minute', 'hour']);
const INTERVAL_PARTS: ReadonlySet<DatePart> = new Set([
  ...TIME_PARTS,
  'day',
  'month',
  'quarter',
  'year',
  'decade',
  'century',
  'millennium',
  'epoch',
]);
const ZONE_PARTS: ReadonlySet<DatePart> = new Set(['timezone', 'timezone_hour', 'timezone_minute']);

/** The part that a field name means for a source type. 22023 for an unknown name, 0A000 for one that the type does not have. */
export function datePart(name: string, source: ExtractSource): DatePart {
  const word = name.toLowerCase();
  const part = unitOf(word) ?? datePartOf(word);
  if (part === undefined) throw sqlError('invalid_parameter_value', `unit "${word}" not recognized for type ${TYPE_NAMES[source]}`);
  if (!hasPart(source, part)) throw sqlError('feature_not_supported', `unit "${word}" not supported for type ${TYPE_NAMES[source]}`);
  return part;
}

function hasPart(source: ExtractSource, part: DatePart): boolean {
  switch (source) {
    case 'interval':
      return INTERVAL_PARTS.has(part);
    case 'time':
      return TIME_PARTS.has(part) || part === 'epoch';
    case 'date':
      return !TIME_PARTS.has(part) && !ZONE_PARTS.has(part);
    case 'timestamp':
      return !ZONE_PARTS.has(part);
    case 'timestamptz':
      return true;
  }
}

const int = (n: number) => decimalFromBigint(BigInt(n));

/** EXTRACT from timestamp. NULL or ±Infinity for infinite timestamps. */
export function extractTimestamp(part: DatePart, micros: bigint): Decimal | null {
  if (isInfiniteTimestamp(micros)) return infinitePart(part, micros === TIMESTAMP_INFINITY);
  if (part === 'epoch') return decimal(micros, 6);
  const {days, time} = splitMicros(micros);
  if (part === 'julian') {
    return decimalAdd(int(days + UNIX_EPOCH_JULIAN), decimalDivide(int(time), int(86400e6)));
  }
  return clockPart(part, time) ?? calendarPart(part, days);
}

/** EXTRACT from timestamptz on the wall clock of `zone`. */
export function extractTimestamptz(part: DatePart, micros: bigint, zone: TimeZone): Decimal | null {
  if (isInfiniteTimestamp(micros)) return infinitePart(part, micros === TIMESTAMP_INFINITY);
  if (part === 'epoch') return decimal(micros, 6);
  const offset = zone.offsetAt(secondsOf(micros));
  switch (part) {
    case 'timezone':
      return int(offset);
    case 'timezone_hour':
      return int(Math.trunc(offset / 3600));
    case 'timezone_minute':
      return int(Math.trunc(offset / 60) % 60);
    default:
      return extractTimestamp(part, micros + BigInt(offset) * 1_000_000n);
  }
}

/** EXTRACT from date: whole numbers. */
export function extractDate(part: DatePart, days: number): Decimal | null {
  if (isInfiniteDate(days)) return infinitePart(part, days === DATE_INFINITY);
  if (part === 'epoch') return int(days * 86400);
  if (part === 'julian') return int(days + UNIX_EPOCH_JULIAN);
  return calendarPart(part, days);
}

/** EXTRACT from time. */
export function extractTime(part: DatePart, micros: bigint): Decimal | null {
  return part === 'epoch' ? decimal(micros, 6) : (clockPart(part, Number(micros)) ?? null);
}

/** EXTRACT from interval; epoch counts 365.25 days a year and 30 a month. */
export function extractInterval(part: DatePart, {months, days, micros}: Interval): Decimal | null {
  switch (part) {
    case 'epoch': {
      const years = Math.trunc(months / 12);
      const quarterDays = BigInt(years) * 1461n + BigInt(months % 12) * 120n + BigInt(days) * 4n;
      return decimal(quarterDays * 21600n * 1_000_000n + micros, 6);
    }
    case 'day':
      return int(days);
    case 'month':
      return int(months % 12);
    case 'quarter':
      return int(Math.trunc((months % 12) / 3) + 1);
    case 'year':
      return int(Math.trunc(months / 12));
    case 'decade':
      return int(Math.trunc(months / 120));
    case 'century':
      return int(Math.trunc(months / 1200));
    case 'millennium':
      return int(Math.trunc(months / 12000));
    case 'hour':
      return decimalFromBigint(micros / 3_600_000_000n);
    default:
      return clockPart(part, Number(micros % 3_600_000_000n)) ?? null;
  }
}

function clockPart(part: DatePart, micros: number): Decimal | undefined {
  const inMinute = BigInt(micros % 60e6);
  switch (part) {
    case 'microsecond':
      return decimal(inMinute, 0);
    case 'millisecond':
      return decimal(inMinute, 3);
    case 'second':
      return decimal(inMinute, 6);
    case 'minute':
      return int(Math.trunc(micros / 60e6) % 60);
    case 'hour':
      return int(Math.trunc(micros / 3600e6));
    default:
      return undefined;
  }
}

function calendarPart(part: DatePart, days: number): Decimal | null {
  const {year, month, day} = civilFromDays(days);
  // There is no year 0: 1 BC counts as −1.
  const shown = year > 0 ? year : year - 1;
  switch (part) {
    case 'day':
      return int(day);
    case 'week':
      return int(isoWeekOf(days));
    case 'month':
      return int(month);
    case 'quarter':
      return int(Math.trunc((month - 1) / 3) + 1);
    case 'year':
      return int(shown);
    case 'decade':
      return int(Math.floor(year / 10));
    case 'century':
      return int(year > 0 ? Math.trunc((year + 99) / 100) : -Math.trunc((99 - (year - 1)) / 100));
    case 'millennium':
      return int(year > 0 ? Math.trunc((year + 999) / 1000) : -Math.trunc((999 - (year - 1)) / 1000));
    case 'isoyear': {
      const isoYear = isoYearOf(days);
      return int(isoYear > 0 ? isoYear : isoYear - 1);
    }
    case 'dow':
      return int(dayOfWeek(days));
    case 'isodow':
      return int(dayOfWeek(days) || 7);
    case 'doy':
      return int(days - daysFromCivil(year, 1, 1) + 1);
    default:
      return null;
  }
}

const MONOTONE: ReadonlySet<DatePart> = new Set(['year', 'decade', 'century', 'millennium', 'isoyear', 'julian', 'epoch']);

/** Parts that grow without bound are infinite, those that cycle are NULL. */
function infinitePart(part: DatePart, positive: boolean): Decimal | null {
  if (!MONOTONE.has(part)) return null;
  return positive ? DECIMAL_INFINITY : DECIMAL_MINUS_INFINITY;
}
