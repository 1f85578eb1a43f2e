import type {Interval} from './datum.ts';
import {DateTimeParseError, withDateTimeErrors} from './date-time-errors.ts';
import {tokenizeDateTime, type DateTimeToken} from './date-time-tokens.ts';
import {unitOf, type DateTimeUnit} from './date-time-words.ts';
import {IntervalAccumulator} from './interval-accumulator.ts';
import {restrictInterval, type IntervalFields} from './interval-fields.ts';
import {parseIsoInterval} from './parse-iso-interval.ts';
import {roundHalfEven} from './round-half-even.ts';

/**
 * interval_in: verbose ('1 day 2 hours ago'), clock ('1 02:03:04.5'), SQL standard ('1-2 3 4:05:06'), ISO 8601 ('P1Y2M3DT4H', 'P0001-02-03T04:05:06').
 * `fields` is the restriction of the declaration (INTERVAL YEAR TO MONTH), `precision` its fractional digits.
 * 22007 for what is no interval, 22008 and 22015 when a value does not fit.
 */
export function parseInterval(text: string, fields?: IntervalFields, precision?: number): Interval {
  const value = withDateTimeErrors(text, 'interval', () => {
    try {
      return parsePostgresInterval(text, fields);
    } catch (error) {
      const iso = /^\s*P/.test(text) && error instanceof DateTimeParseError && error.fault === 'bad-format';
      if (!iso) throw error;
      return parseIsoInterval(text.trim());
    }
  });
  return fields === undefined && precision === undefined ? value : restrictInterval(value, fields, precision);
}

const bad = () => new DateTimeParseError('bad-format');
const overflow = () => new DateTimeParseError('interval-overflow');

/** Which fields an item sets, so that one given twice is noticed. Hours, minutes and seconds of a clock are one item. */
type Item = DateTimeUnit;
const CLOCK: readonly Item[] = ['hour', 'minute', 'second', 'millisecond', 'microsecond'];

/** Read right to left, because the unit follows its number. */
function parsePostgresInterval(text: string, fields: IntervalFields | undefined): Interval {
  const sum = new IntervalAccumulator();
  const seen = new Set<Item>();
  let unit: DateTimeUnit | undefined;
  let pendingUnit = false;
  let ago = false;
  const mark = (items: readonly Item[]) => {
    for (const item of items) {
      if (seen.has(item)) throw bad();
      seen.add(item);
    }
  };
  for (const token of tokenizeDateTime(text).reverse()) {
    switch (token.kind) {
      case 'time':
        sum.setMicros(clockMicros(token.text, fields));
        mark(CLOCK);
        unit = 'day';
        pendingUnit = false;
        break;
      case 'zone':
      case 'date':
      case 'number': {
        const signedClock = token.kind === 'zone' ? clockOfSigned(token, fields) : undefined;
        if (signedClock !== undefined) {
          sum.setMicros(signedClock);
          mark(CLOCK);
          unit = 'day';
        } else {
          unit = addNumber(sum, token.text, unit ?? rightmostUnit(fields), mark);
        }
        pendingUnit = false;
        break;
      }
      case 'word':
      case 'special': {
        if (pendingUnit) throw bad();
        if (token.text === 'ago') {
          ago = true;
          unit = undefined;
          break;
        }
        const named = unitOf(token.text);
        if (named === undefined || named === 'quarter' || named.startsWith('timezone')) throw bad();
        unit = named;
        pendingUnit = true;
      }
    }
  }
  if (seen.size === 0 || pendingUnit) throw bad();
  return sum.finish(ago);
}

function addNumber(sum: IntervalAccumulator, text: string, unit: DateTimeUnit, mark: (items: readonly Item[]) => void): DateTimeUnit {
  const yearMonth = /^([+-]?)(\d+)-(\d+)$/.exec(text);
  if (yearMonth !== null) {
    const months = Number(yearMonth[3]);
    if (months >= 12) throw overflow();
    const total = Number(yearMonth[2]) * 12 + months;
    sum.add(yearMonth[1] === '-' ? -total : total, 0, 'month');
    mark(['month']);
    return 'month';
  }
  const match = /^([+-]?)(\d*)(\.\d*)?$/.exec(text);
  if (match === null) throw bad();
  const sign = match[1] === '-' ? -1 : 1;
  const whole = BigInt(match[2] || 0);
  if (whole > 9223372036854775807n) throw overflow();
  const fraction = match[3] === undefined || match[3] === '.' ? 0 : Number(`0${match[3]}`);
  sum.add(sign < 0 ? -whole : whole, sign * fraction, unit);
  if (unit === 'second' && fraction !== 0) mark(['second', 'millisecond', 'microsecond']);
  else mark([unit]);
  return unit === 'hour' ? 'day' : unit;
}

function clockOfSigned(token: DateTimeToken, fields: IntervalFields | undefined): bigint | undefined {
  if (!token.text.includes(':')) return undefined;
  try {
    const micros = clockMicros(token.text.slice(1), fields);
    return token.text.startsWith('-') ? -micros : micros;
  } catch (error) {
    if (error instanceof DateTimeParseError) return undefined;
    throw error;
  }
}

/** hh:mm, hh:mm:ss[.fff], mm:ss.fff; two parts are mm:ss where the declaration says MINUTE TO SECOND. */
function clockMicros(text: string, fields: IntervalFields | undefined): bigint {
  const match = /^(\d+):(\d*)(?::(\d*)(\.\d*)?|(\.\d*))?$/.exec(text);
  if (match === null) throw bad();
  let [, hours = '0', minutes = '0', seconds] = match;
  const shortFraction = match[5];
  if (shortFraction !== undefined || (seconds === undefined && fields === 'minute to second')) {
    seconds = minutes;
    minutes = hours;
    hours = '0';
  }
  const s = Number(seconds ?? 0);
  const m = Number(minutes);
  if (m > 59 || s > 60) throw overflow();
  const micros =
    BigInt(hours) * 3_600_000_000n + BigInt(m) * 60_000_000n + BigInt(s) * 1_000_000n + BigInt(fractionOf(match[4] ?? shortFraction));
  if (micros > 9223372036854775807n) throw overflow();
  return micros;
}

function fractionOf(text: string | undefined): number {
  return text === undefined || text === '.' ? 0 : roundHalfEven(Number(`0${text}`) * 1e6);
}

/** The unit of a last number without one: seconds, or what the declaration ends with. */
function rightmostUnit(fields: IntervalFields | undefined): DateTimeUnit {
  return fields === undefined ? 'second' : (fields.split(' ').at(-1) as DateTimeUnit);
}
