import {isInfiniteTimestamp, checkDate, checkTimestamp} from '../../types/date-time-limits.ts';
import {joinMicros} from '../../types/civil.ts';
import {decimalFromNumber} from '../../types/decimal-convert.ts';
import {decimalFromBigint, DECIMAL_INFINITY, DECIMAL_MINUS_INFINITY, DECIMAL_NAN} from '../../types/decimal.ts';
import type {Decimal} from '../../types/datum.ts';
import {secondsOf, timeZone, toLocal, toUtc} from '../../types/time-zone.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';
import {formatByPattern} from './date-pattern.ts';
import {fieldsOfInterval, fieldsOfTimestamp} from './date-time-fields.ts';
import {formatDateTime} from './format-date-time.ts';
import {formatNumber} from './format-number.ts';
import {parseByTemplate} from './parse-date-time-template.ts';
import {parseNumber} from './parse-number.ts';
import {zoneAbbreviation} from './zone-abbreviation.ts';

const {strict} = definer('formatting');

const stable = {volatility: 'stable'} as const;
const TO_CHAR = 'Text by a template';
const DATE_FORMAT = 'Text by a pattern of letters: yyyy-MM-dd HH:mm:ss.SSS';

function floatDecimal(value: number, digits: 15 | 6): Decimal {
  if (Number.isNaN(value)) return DECIMAL_NAN;
  if (!Number.isFinite(value)) return value > 0 ? DECIMAL_INFINITY : DECIMAL_MINUS_INFINITY;
  return decimalFromNumber(value, digits);
}

export const FORMATTING_FUNCTIONS: readonly FunctionDefinition[] = [
  strict(
    'to_char',
    2049,
    'timestamp,text',
    'text',
    TO_CHAR,
    (a, template) => (isInfiniteTimestamp(a) || template === '' ? null : formatDateTime(fieldsOfTimestamp(a, undefined), template)),
    stable,
  ),
  strict(
    'to_char',
    1770,
    'timestamptz,text',
    'text',
    TO_CHAR,
    (a, template, context) => {
      if (isInfiniteTimestamp(a) || template === '') return null;
      const zone = timeZone(context.timeZone);
      const seconds = secondsOf(a);
      const shown = {offset: zone.offsetAt(seconds), name: zoneAbbreviation(context.timeZone, seconds)};
      return formatDateTime(fieldsOfTimestamp(toLocal(zone, a), shown), template);
    },
    stable,
  ),
  strict(
    'to_char',
    1768,
    'interval,text',
    'text',
    TO_CHAR,
    (a, template) => (template === '' ? null : formatDateTime(fieldsOfInterval(a), template)),
    stable,
  ),
  strict('to_char', 1772, 'numeric,text', 'text', TO_CHAR, (a, template) => formatNumber(a, template), stable),
  strict('to_char', 1773, 'int4,text', 'text', TO_CHAR, (a, template) => formatNumber(decimalFromBigint(BigInt(a)), template), stable),
  strict('to_char', 1774, 'int8,text', 'text', TO_CHAR, (a, template) => formatNumber(decimalFromBigint(a), template), stable),
  strict('to_char', 1775, 'float4,text', 'text', TO_CHAR, (a, template) => formatNumber(floatDecimal(a, 6), template, 6), stable),
  strict('to_char', 1776, 'float8,text', 'text', TO_CHAR, (a, template) => formatNumber(floatDecimal(a, 15), template, 15), stable),
  strict(
    'to_date',
    1780,
    'text,text',
    'date',
    'Date of a text by a template',
    (text, template) => checkDate(parseByTemplate(text, template).days),
    stable,
  ),
  strict(
    'to_timestamp',
    1778,
    'text,text',
    'timestamptz',
    'Timestamp of a text by a template',
    (text, template, context) => {
      const {days, micros, offset} = parseByTemplate(text, template);
      const local = joinMicros(days, 0) + micros;
      return checkTimestamp(offset === undefined ? toUtc(timeZone(context.timeZone), local) : local - BigInt(offset) * 1_000_000n);
    },
    stable,
  ),
  strict(
    'to_number',
    1777,
    'text,text',
    'numeric',
    'Number of a text by a template',
    (text, template) => parseNumber(text, template),
    stable,
  ),
  strict('date_format', 12050, 'timestamp,text', 'text', DATE_FORMAT, (a, pattern) =>
    isInfiniteTimestamp(a) ? null : formatByPattern(fieldsOfTimestamp(a, undefined), pattern),
  ),
  strict(
    'date_format',
    12051,
    'timestamptz,text',
    'text',
    DATE_FORMAT,
    (a, pattern, context) =>
      isInfiniteTimestamp(a) ? null : formatByPattern(fieldsOfTimestamp(toLocal(timeZone(context.timeZone), a), undefined), pattern),
    stable,
  ),
];
