import {functionById} from '../../functions/registry.ts';
import {unitOf} from '../../types/date-time-words.ts';
import type {Datum, Interval} from '../../types/datum.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';

/** A time that is another one moved by a span between `least` and `most`, µs; NULL where that is NULL. */
export type MovedTime = {readonly of: TypedExpression; readonly least: number; readonly most: number};

const HOUR = 3_600_000_000;
export const DAY = 24 * HOUR;
/** What AT TIME ZONE adds or takes away at most. */
const FAR_ZONE = 16 * HOUR;

/** Microseconds in what date_trunc cuts to, where these are of one length; a week begins on a Monday. */
export const FIXED_UNITS: Readonly<Record<string, number>> = {
  microsecond: 1,
  millisecond: 1000,
  second: 1_000_000,
  minute: 60_000_000,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
};
/** Days in those that are not, at most. */
const LONGEST: Readonly<Record<string, number>> = {month: 31, quarter: 92, year: 366, decade: 3653, century: 36525, millennium: 365_243};

/** Dates count as the µs at which they begin. */
export const isTime = ({type}: TypedExpression): boolean =>
  type.kind === 'timestamp' || type.kind === 'timestamptz' || type.kind === 'date';

/** What an expression does to the one time that it reads, where that is known to lie within limits. A view's time zone is UTC. */
export function movedTime(e: TypedExpression): MovedTime | undefined {
  if (!isTime(e)) return undefined;
  if (e.kind === 'cast') {
    if (!isTime(e.arg)) return undefined;
    return e.type.kind === 'date' ? cut(e.arg, DAY) : {of: e.arg, least: 0, most: 0};
  }
  return e.kind === 'call' ? movedByCall(e) : undefined;
}

function movedByCall({function: id, args}: Extract<TypedExpression, {kind: 'call'}>): MovedTime | undefined {
  const {name, operator} = functionById(id);
  const [first, second, third] = args;
  if (first === undefined || second === undefined) return undefined;
  if (operator === '+') return isTime(first) ? later(first, second, 1) : later(second, first, 1);
  if (operator === '-') return later(first, second, -1);
  switch (name) {
    case 'date_trunc': {
      const size = unitLength(first);
      // A day of another zone may have an hour more.
      return size === undefined ? undefined : cut(second, size + (third === undefined ? 0 : HOUR));
    }
    case 'date_bin': {
      const size = durationOf(first);
      return size === undefined || size <= 0 ? undefined : cut(second, size);
    }
    case 'timezone': {
      const by = isUtc(first) ? 0 : FAR_ZONE;
      return first.type.kind === 'text' && isTime(second) ? {of: second, least: -by, most: by} : undefined;
    }
    case 'window_start': {
      const size = numberOf(second);
      return size === undefined ? undefined : cut(first, size);
    }
    case 'window_end': {
      const size = numberOf(second);
      return size === undefined ? undefined : {of: first, least: 1, most: size};
    }
    case 'window_shift': {
      const by = numberOf(second);
      return by === undefined ? undefined : {of: first, least: by, most: by};
    }
    default:
      return undefined;
  }
}

function later(of: TypedExpression, by: TypedExpression, sign: 1 | -1): MovedTime | undefined {
  if (!isTime(of) || by.kind !== 'constant') return undefined;
  const span = typeof by.value === 'number' && of.type.kind === 'date' ? daysOf(by.value) : spanOf(by.value);
  if (span === undefined) return undefined;
  return sign === 1 ? {of, ...span} : {of, least: -span.most, most: -span.least};
}

const cut = (of: TypedExpression, size: number): MovedTime | undefined => (isTime(of) ? {of, least: 1 - size, most: 0} : undefined);

const isUtc = (e: TypedExpression): boolean => e.kind === 'constant' && typeof e.value === 'string' && /^(utc|gmt|z)$/i.test(e.value);

function unitLength(e: TypedExpression): number | undefined {
  const unit = e.kind === 'constant' && typeof e.value === 'string' ? unitOf(e.value.toLowerCase()) : undefined;
  if (unit === undefined) return undefined;
  const days = LONGEST[unit];
  return FIXED_UNITS[unit] ?? (days === undefined ? undefined : days * DAY);
}

type Span = {readonly least: number; readonly most: number};

const daysOf = (days: number): Span => ({least: days * DAY, most: days * DAY});

/** By how many µs an interval moves a time: months are of several lengths. */
function spanOf(value: Datum): Span | undefined {
  if (!isInterval(value)) return undefined;
  const fixed = microsOf(value, 0);
  const days = [28, 31].map(length => value.months * length * DAY).sort((a, b) => a - b);
  const [least, most] = [fixed + days[0]!, fixed + days[1]!];
  return Number.isSafeInteger(least) && Number.isSafeInteger(most) ? {least, most} : undefined;
}

const isInterval = (value: Datum): value is Interval =>
  value !== null && typeof value === 'object' && 'tag' in value && value.tag === 'interval';

const microsOf = ({months, days, micros}: Interval, monthDays: number): number => Number(micros) + (days + months * monthDays) * DAY;

/** An interval as it compares with others, µs: a month counts as 30 days. */
export function comparedDuration(e: TypedExpression): number | undefined {
  if (e.kind !== 'constant' || !isInterval(e.value)) return undefined;
  const micros = microsOf(e.value, 30);
  return Number.isSafeInteger(micros) ? micros : undefined;
}

/** Microseconds of a constant interval without months. */
export function durationOf(e: TypedExpression): number | undefined {
  return e.kind === 'constant' && isInterval(e.value) && e.value.months === 0 ? comparedDuration(e) : undefined;
}

/** The value of a constant int8. */
export function numberOf(e: TypedExpression): number | undefined {
  return e.kind === 'constant' && typeof e.value === 'bigint' && Number.isSafeInteger(Number(e.value)) ? Number(e.value) : undefined;
}
