import {sqlError} from '../common/sql-error.ts';
import {MICROS_PER_DAY, civilFromDays, daysFromCivil, daysInMonth, joinMicros, splitMicros, UNIX_EPOCH_JULIAN} from './civil.ts';
import {DATE_INFINITY, DATE_MINUS_INFINITY, TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY} from './datum.ts';
import {withDateTimeErrors} from './date-time-errors.ts';
import {MAX_DAYS, MAX_TIMESTAMP, MIN_DAYS, MIN_TIMESTAMP} from './date-time-limits.ts';
import {decodeOffset, fractionMicros, parseDateTime, type DateTimeParts} from './parse-date-time.ts';
import {nowOf, type TextSettings} from './text-settings.ts';
import {fixedZone, secondsOf, timeZone, toLocal, toUtc} from './time-zone.ts';

/** date_in: days since 1970-01-01. 22007, 22008, 22023 worded as PostgreSQL does. */
export function parseDate(text: string, settings: TextSettings): number {
  const parts = read(text, 'date', settings);
  if (parts.special !== undefined) {
    if (parts.special === 'infinity') return DATE_INFINITY;
    if (parts.special === '-infinity') return DATE_MINUS_INFINITY;
    return splitMicros(specialLocal(parts, settings, 'date', text)).days;
  }
  const days = daysOf(parts);
  if (days === undefined) throw invalidSyntax('date', text);
  if (days < MIN_DAYS || days > MAX_DAYS) throw sqlError('datetime_field_overflow', `date out of range: "${text}"`);
  return days;
}

/** time_in: microseconds since midnight, 24:00:00 included. A date beside it is ignored. */
export function parseTime(text: string, settings: TextSettings): bigint {
  const parts = withDateTimeErrors(text, 'time', () => parseDateTime(text, settings.dateOrder ?? 'MDY', true));
  if (parts.special === 'now') return BigInt(splitMicros(toLocal(timeZone(settings.timeZone), nowOf(settings))).time);
  if (parts.time === undefined || (parts.special !== undefined && parts.special !== 'today')) throw invalidSyntax('time', text);
  return BigInt(parts.time);
}

/** timestamp_in: microseconds since 1970-01-01 of the wall clock written; a zone in the text is ignored. */
export function parseTimestamp(text: string, settings: TextSettings): bigint {
  const parts = read(text, 'timestamp', settings);
  return inRange(infinityOf(parts) ?? localOf(parts, settings, 'timestamp', text), text);
}

/** timestamptz_in: microseconds since 1970-01-01 UTC; without a zone in the text, the session's zone applies. */
export function parseTimestamptz(text: string, settings: TextSettings): bigint {
  const parts = read(text, 'timestamp with time zone', settings);
  const infinity = infinityOf(parts);
  if (infinity !== undefined) return infinity;
  if (parts.special === 'epoch') return 0n;
  if (parts.special === 'now') return nowOf(settings);
  const local = localOf(parts, settings, 'timestamp with time zone', text);
  return inRange(toUtc(parts.zone ?? timeZone(settings.timeZone), local), text);
}

function read(text: string, typeName: string, settings: TextSettings): DateTimeParts {
  return withDateTimeErrors(text, typeName, () => readIso(text) ?? parseDateTime(text, settings.dateOrder ?? 'MDY'));
}

const ISO = /^ *(\d{4,6})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)? *(Z|[+-]\d{2}(?::?\d{2})?)?)? *$/i;

/** The common form without the general reader; undefined for anything else and for values it does not vouch for. */
function readIso(text: string): DateTimeParts | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, y, mo, d, h, mi, s, fraction, offset] = match;
  const year = Number(y);
  const month = Number(mo);
  const day = Number(d);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (h === undefined) return {date: {year, month, day}};
  const hour = Number(h);
  const minute = Number(mi);
  const second = Number(s ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const time = ((hour * 60 + minute) * 60 + second) * 1e6 + fractionMicros(fraction ?? '');
  const zone = offset === undefined ? undefined : fixedZone(offset, /z/i.test(offset) ? 0 : decodeOffset(offset));
  return {date: {year, month, day}, time, zone};
}

function infinityOf(parts: DateTimeParts): bigint | undefined {
  if (parts.special === 'infinity') return TIMESTAMP_INFINITY;
  return parts.special === '-infinity' ? TIMESTAMP_MINUS_INFINITY : undefined;
}

function localOf(parts: DateTimeParts, settings: TextSettings, typeName: string, text: string): bigint {
  if (parts.special !== undefined) return specialLocal(parts, settings, typeName, text);
  const days = daysOf(parts);
  if (days === undefined) throw invalidSyntax(typeName, text);
  return joinMicros(days, parts.time ?? 0);
}

/** The wall-clock time that 'now', 'today', 'tomorrow', 'yesterday' and 'epoch' stand for. */
function specialLocal(parts: DateTimeParts, settings: TextSettings, typeName: string, text: string): bigint {
  if (parts.special === 'epoch') return 0n;
  const now = toLocal(timeZone(settings.timeZone), nowOf(settings));
  const midnight = BigInt(splitMicros(now).days) * MICROS_PER_DAY + BigInt(parts.time ?? 0);
  switch (parts.special) {
    case 'now':
      return now;
    case 'today':
      return midnight;
    case 'tomorrow':
      return midnight + MICROS_PER_DAY;
    case 'yesterday':
      return midnight - MICROS_PER_DAY;
    default:
      throw invalidSyntax(typeName, text);
  }
}

function daysOf(parts: DateTimeParts): number | undefined {
  if (parts.julian !== undefined) return parts.julian - UNIX_EPOCH_JULIAN;
  return parts.date && daysFromCivil(parts.date.year, parts.date.month, parts.date.day);
}

function inRange(micros: bigint, text: string): bigint {
  if (micros === TIMESTAMP_INFINITY || micros === TIMESTAMP_MINUS_INFINITY) return micros;
  if (micros < MIN_TIMESTAMP || micros > MAX_TIMESTAMP) throw sqlError('datetime_field_overflow', `timestamp out of range: "${text}"`);
  return micros;
}

function invalidSyntax(typeName: string, text: string) {
  return sqlError('invalid_datetime_format', `invalid input syntax for type ${typeName}: "${text}"`);
}

const two = (n: number) => (n < 10 ? `0${n}` : String(n));

/** YYYY-MM-DD, with ' BC' before year 1. */
export function formatDate(days: number): string {
  if (days === DATE_INFINITY) return 'infinity';
  if (days === DATE_MINUS_INFINITY) return '-infinity';
  const {year, month, day} = civilFromDays(days);
  return `${yearText(year)}-${two(month)}-${two(day)}${year > 0 ? '' : ' BC'}`;
}

function yearText(year: number): string {
  return String(year > 0 ? year : 1 - year).padStart(4, '0');
}

/** HH:MM:SS[.ffffff] */
export function formatTime(micros: bigint): string {
  return timeText(Number(micros));
}

function timeText(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return clock + fractionText(micros % 1e6);
}

/** ".5" for 500000 microseconds, '' for none. */
export function fractionText(micros: number): string {
  return micros === 0 ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`;
}

export function formatTimestamp(micros: bigint): string {
  if (micros === TIMESTAMP_INFINITY) return 'infinity';
  if (micros === TIMESTAMP_MINUS_INFINITY) return '-infinity';
  return dateTimeText(micros, '');
}

export function formatTimestamptz(micros: bigint, settings: TextSettings): string {
  if (micros === TIMESTAMP_INFINITY) return 'infinity';
  if (micros === TIMESTAMP_MINUS_INFINITY) return '-infinity';
  const offset = timeZone(settings.timeZone).offsetAt(secondsOf(micros));
  return dateTimeText(micros + BigInt(offset) * 1_000_000n, offsetText(offset));
}

function dateTimeText(micros: bigint, zone: string): string {
  const {days, time} = splitMicros(micros);
  const {year, month, day} = civilFromDays(days);
  return `${yearText(year)}-${two(month)}-${two(day)} ${timeText(time)}${zone}${year > 0 ? '' : ' BC'}`;
}

/** +02, -03:30, +00:19:32 */
export function offsetText(offset: number): string {
  const size = Math.abs(offset);
  const minutes = Math.floor(size / 60) % 60;
  const seconds = size % 60;
  const tail = seconds !== 0 ? `:${two(minutes)}:${two(seconds)}` : minutes !== 0 ? `:${two(minutes)}` : '';
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}${tail}`;
}
