import {sqlError} from '../../common/sql-error.ts';
import {dateBin, truncInterval, truncTimestamp, truncTimestamptz, truncUnit} from '../../types/date-trunc.ts';
import {isInfiniteDate, isInfiniteTimestamp} from '../../types/date-time-limits.ts';
import type {Decimal, Interval} from '../../types/datum.ts';
import {decimalToNumber} from '../../types/decimal-convert.ts';
import {splitMicros} from '../../types/civil.ts';
import {datePart, extractDate, extractInterval, extractTime, extractTimestamp, extractTimestamptz} from '../../types/extract-field.ts';
import {justifyDays, justifyHours, justifyInterval} from '../../types/interval.ts';
import {makeDate, makeInterval, makeTime, makeTimestamp, makeTimestamptz, timestamptzOfEpoch} from '../../types/make-date-time.ts';
import {fixedZone, timeZone, toLocal, toUtc, type TimeZone} from '../../types/time-zone.ts';
import {age, dateToTimestamp} from '../../types/timestamp-arithmetic.ts';
import type {FunctionDefinition} from '../definition.ts';
import type {EvaluationContext} from '../evaluation-context.ts';
import {definer} from '../signature.ts';

const {strict} = definer('date and time');

const stable = {volatility: 'stable'} as const;
const infallible = {fallible: false};
const zoneOf = (context: EvaluationContext) => timeZone(context.timeZone);
const asNumber = (value: Decimal | null) => (value === null ? null : decimalToNumber(value));

/** Offset of AT TIME ZONE INTERVAL. 22023 when it has months or days. */
function offsetZone(offset: Interval) {
  if (offset.months !== 0 || offset.days !== 0) {
    throw sqlError('invalid_parameter_value', 'interval time zone must not include months or days');
  }
  return fixedZone('', Number(offset.micros / 1_000_000n));
}

/** A numeric zone counts eastward here, unlike in AT TIME ZONE. */
function isoZone(name: string): TimeZone {
  const numeric = /^([+-])(\d{1,2})(?::?(\d\d))?$/.exec(name);
  if (numeric === null) return timeZone(name);
  const seconds = Number(numeric[2]) * 3600 + Number(numeric[3] ?? 0) * 60;
  return fixedZone(name, numeric[1] === '-' ? -seconds : seconds);
}

function midnightToday(context: EvaluationContext): bigint {
  return truncTimestamp('day', toLocal(zoneOf(context), context.now));
}

const local = (at: bigint, zone: () => TimeZone) => (isInfiniteTimestamp(at) ? at : toLocal(zone(), at));
const utc = (at: bigint, zone: () => TimeZone) => (isInfiniteTimestamp(at) ? at : toUtc(zone(), at));

const EXTRACT = 'A field of the value';
const TRUNC = 'Cut to a unit';
const ZONE = 'Shifted between a time zone and UTC';

const FIELDS: readonly FunctionDefinition[] = [
  strict('extract', 6199, 'text,date', 'numeric', EXTRACT, (field, a) => extractDate(datePart(field, 'date'), a)),
  strict('extract', 6200, 'text,time', 'numeric', EXTRACT, (field, a) => extractTime(datePart(field, 'time'), a)),
  strict('extract', 6202, 'text,timestamp', 'numeric', EXTRACT, (field, a) => extractTimestamp(datePart(field, 'timestamp'), a)),
  strict(
    'extract',
    6203,
    'text,timestamptz',
    'numeric',
    EXTRACT,
    (field, a, context) => extractTimestamptz(datePart(field, 'timestamptz'), a, zoneOf(context)),
    stable,
  ),
  strict('extract', 6204, 'text,interval', 'numeric', EXTRACT, (field, a) => extractInterval(datePart(field, 'interval'), a)),
  strict('date_part', 1384, 'text,date', 'float8', EXTRACT, (field, a) =>
    asNumber(extractTimestamp(datePart(field, 'timestamp'), dateToTimestamp(a))),
  ),
  strict('date_part', 1385, 'text,time', 'float8', EXTRACT, (field, a) => asNumber(extractTime(datePart(field, 'time'), a))),
  strict('date_part', 2021, 'text,timestamp', 'float8', EXTRACT, (field, a) => asNumber(extractTimestamp(datePart(field, 'timestamp'), a))),
  strict(
    'date_part',
    1171,
    'text,timestamptz',
    'float8',
    EXTRACT,
    (field, a, context) => asNumber(extractTimestamptz(datePart(field, 'timestamptz'), a, zoneOf(context))),
    stable,
  ),
  strict('date_part', 1172, 'text,interval', 'float8', EXTRACT, (field, a) => asNumber(extractInterval(datePart(field, 'interval'), a))),
  strict('date_trunc', 2020, 'text,timestamp', 'timestamp', TRUNC, (unit, a) =>
    truncTimestamp(truncUnit(unit, 'timestamp without time zone'), a),
  ),
  strict(
    'date_trunc',
    1217,
    'text,timestamptz',
    'timestamptz',
    TRUNC,
    (unit, a, context) => truncTimestamptz(truncUnit(unit, 'timestamp with time zone'), a, zoneOf(context)),
    stable,
  ),
  strict('date_trunc', 1284, 'text,timestamptz,text', 'timestamptz', `${TRUNC} in a time zone`, (unit, a, zone) =>
    truncTimestamptz(truncUnit(unit, 'timestamp with time zone'), a, timeZone(zone)),
  ),
  strict('date_trunc', 1218, 'text,interval', 'interval', TRUNC, (unit, a) => truncInterval(truncUnit(unit, 'interval'), a)),
  strict('date_bin', 6177, 'interval,timestamp,timestamp', 'timestamp', 'Start of the bin, counted from an origin', dateBin),
  strict('date_bin', 6178, 'interval,timestamptz,timestamptz', 'timestamptz', 'Start of the bin, counted from an origin', dateBin),
];

const CLOCK = 'A field of the time of day';
const DAY_MICROS = 86_400_000_000;

/** `HOUR(ts)`: microseconds of the day divided by a unit, modulo how many there are. */
function clockField(name: string, oid: number, unit: number, count: number): FunctionDefinition {
  return strict(
    name,
    oid,
    'timestamp',
    'int4',
    CLOCK,
    a => (isInfiniteTimestamp(a) ? null : Math.floor(splitMicros(a).time / unit) % count),
    {
      fallible: false,
      inline: {narrow: {code: `(Math.floor(($0 - Math.floor($0 / ${DAY_MICROS}) * ${DAY_MICROS}) / ${unit}) % ${count})`}},
    },
  );
}

const CLOCK_FIELDS: readonly FunctionDefinition[] = [
  clockField('hour', 12056, 3_600_000_000, 24),
  clockField('minute', 12057, 60_000_000, 60),
  clockField('second', 12058, 1_000_000, 60),
];

const DIFFERENCES: readonly FunctionDefinition[] = [
  strict('age', 2058, 'timestamp,timestamp', 'interval', 'Difference in years, months and days', age),
  strict(
    'age',
    1199,
    'timestamptz,timestamptz',
    'interval',
    'Difference in years, months and days',
    (a, b, context) => age(toLocal(zoneOf(context), a), toLocal(zoneOf(context), b)),
    stable,
  ),
  strict('age', 2059, 'timestamp', 'interval', 'Difference to midnight today', (a, context) => age(midnightToday(context), a), stable),
  strict(
    'age',
    1386,
    'timestamptz',
    'interval',
    'Difference to midnight today',
    (a, context) => age(midnightToday(context), toLocal(zoneOf(context), a)),
    stable,
  ),
  strict('justify_days', 1295, 'interval', 'interval', '30 days as a month', a => justifyDays(a)),
  strict('justify_hours', 1175, 'interval', 'interval', '24 hours as a day', a => justifyHours(a)),
  strict('justify_interval', 2711, 'interval', 'interval', 'Hours as days, days as months', a => justifyInterval(a)),
  strict('isfinite', 1373, 'date', 'bool', 'Not infinite', a => !isInfiniteDate(a), infallible),
  strict('isfinite', 1389, 'timestamptz', 'bool', 'Not infinite', a => !isInfiniteTimestamp(a), infallible),
  strict('isfinite', 2048, 'timestamp', 'bool', 'Not infinite', a => !isInfiniteTimestamp(a), infallible),
  strict('isfinite', 1390, 'interval', 'bool', 'Not infinite', () => true, infallible),
];

const MAKE: readonly FunctionDefinition[] = [
  strict('make_date', 3846, 'int4,int4,int4', 'date', 'Date of year, month and day', (y, m, d) => makeDate(y, m, d)),
  strict('make_time', 3847, 'int4,int4,float8', 'time', 'Time of hour, minute and second', (h, m, s) => makeTime(h, m, s)),
  strict('make_timestamp', 3461, 'int4,int4,int4,int4,int4,float8', 'timestamp', 'Timestamp of its fields', (y, mo, d, h, mi, s) =>
    makeTimestamp(y, mo, d, h, mi, s),
  ),
  strict(
    'make_timestamptz',
    3462,
    'int4,int4,int4,int4,int4,float8',
    'timestamptz',
    'Timestamp of its fields in the session time zone',
    (y, mo, d, h, mi, s, context) => makeTimestamptz([y, mo, d], [h, mi, s], zoneOf(context)),
    stable,
  ),
  strict(
    'make_timestamptz',
    3463,
    'int4,int4,int4,int4,int4,float8,text',
    'timestamptz',
    'Timestamp of its fields in a time zone',
    (y, mo, d, h, mi, s, zone) => makeTimestamptz([y, mo, d], [h, mi, s], isoZone(zone)),
    stable,
  ),
  strict(
    'make_interval',
    3464,
    'int4,int4,int4,int4,int4,int4,float8',
    'interval',
    'Interval of its fields',
    (years, months, weeks, days, hours, mins, secs) => makeInterval({years, months, weeks, days, hours, mins, secs}),
    {defaults: 7},
  ),
  strict('to_timestamp', 1158, 'float8', 'timestamptz', 'Timestamp of seconds since 1970', a => timestamptzOfEpoch(a)),
];

const ZONES: readonly FunctionDefinition[] = [
  strict('timezone', 1159, 'text,timestamptz', 'timestamp', ZONE, (zone, a) => local(a, () => timeZone(zone))),
  strict('timezone', 2069, 'text,timestamp', 'timestamptz', ZONE, (zone, a) => utc(a, () => timeZone(zone))),
  strict('timezone', 1026, 'interval,timestamptz', 'timestamp', ZONE, (offset, a) => local(a, () => offsetZone(offset))),
  strict('timezone', 2070, 'interval,timestamp', 'timestamptz', ZONE, (offset, a) => utc(a, () => offsetZone(offset))),
];

export const DATE_TIME_FUNCTIONS: readonly FunctionDefinition[] = [...FIELDS, ...CLOCK_FIELDS, ...DIFFERENCES, ...MAKE, ...ZONES];
