import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {
  formatDate,
  formatTime,
  formatTimestamp,
  formatTimestamptz,
  parseDate,
  parseTime,
  parseTimestamp,
  parseTimestamptz,
} from './date-time-text.ts';
import {dateBin, truncInterval, truncTimestamp, truncTimestamptz, truncUnit} from './date-trunc.ts';
import type {Decimal, Interval} from './datum.ts';
import {decimalToText} from './decimal.ts';
import {datePart, extractDate, extractInterval, extractTime, extractTimestamp, extractTimestamptz} from './extract-field.ts';
import {formatInterval} from './interval-text.ts';
import {
  intervalAdd,
  intervalCompare,
  intervalDivide,
  intervalMultiply,
  intervalNegate,
  intervalSubtract,
  justifyDays,
  justifyHours,
  justifyInterval,
} from './interval.ts';
import {makeDate, makeInterval, makeTime, makeTimestamp, makeTimestamptz, timestamptzOfEpoch} from './make-date-time.ts';
import {parseInterval} from './parse-interval.ts';
import {UTC_SETTINGS} from './text-settings.ts';
import {timeZone, toLocal, toUtc} from './time-zone.ts';
import {
  addToTime,
  addToTimestamp,
  addToTimestamptz,
  age,
  dateDifference,
  dateToTimestamp,
  timestampDifference,
} from './timestamp-arithmetic.ts';
import {differences, quoted, startOracle, type Case, type PostgresOracle} from './testing/postgres-oracle.ts';

let postgres: PostgresOracle;
beforeAll(async () => void (postgres = await startOracle()));
afterAll(() => postgres.close());
const agrees = async (cases: readonly Case[], zone = 'UTC') => expect(await differences(postgres, cases, zone)).toEqual([]);

const DATE_TEXTS = [
  '1999-01-08', 'January 8, 1999', '1/8/1999', '1/18/1999', '01/02/03', '1999-Jan-08', 'Jan-08-1999', '08-Jan-1999', '99-Jan-08', '08-Jan-99',
  'Jan-08-99', '19990108', '990108', '1999.008', 'J2451187', 'January 8, 99 BC', '2000-02-29', '1900-02-29', '2000-13-01', '2000-01-32', '2000-04-31',
  '0000-01-01', '0001-01-01 BC', '4714-11-24 BC', '4714-11-23 BC', '5874897-12-31', '5874898-01-01', 'infinity', '-infinity', 'epoch', 'foo', '', ' ',
  '1999-01', '1999', '12', '2020-1-5', '2020-001', '2020-366', '2019-366', 'Mon Jan 08 1999', '8 January 1999', '1999 Jan 8', 'Jan 8 1999',
  '1999-01-08 04:05:06', '1999-01-08 25:00:00', '20200101T101010', '2020/01/02', '2020.01.02', '1.2.2020', '13/13/2020', '31/12/2020', '10000-01-01',
  '123456-01-01', '2020-01-01 BC', '2020-01-01 AD', '2020-01-01 foo', '1999-01-08+02', '2000-W05', '1999-01-08 1999', "'", '2020-01-01-01',
  '1-1-1', '70-01-01', '99-12-31', 'Feb 30 2000', '2000-02-30', ' 2020-01-01 ', 'Infinity', 'J0', '2020-01-0a', '12.27.1999',
]; // prettier-ignore

const TIMESTAMP_TEXTS = [
  ...DATE_TEXTS, '2020-01-01 00:00:00', '2020-01-01T12:34:56.789Z', '2020-01-01 12:34:56.123456789+05:30', '2020-01-01 12:34', '2020-01-01 1:2:3',
  '2020-01-01 24:00:00', '2020-01-01 24:00:01', '2020-01-01 23:59:60', '2020-01-01 23:60:00', '2020-01-01 12:00 PM', '2020-01-01 12:00 AM',
  '2020-01-01 13:00 PM', '2020-01-01 1:00pm', '2020-01-01 00:00 America/New_York', '2020-07-01 00:00 america/new_york', '2020-01-01 00:00 PST',
  '2020-01-01 00:00 EDT', '2020-01-01 00:00 America/Nowhere', '2020-01-01 00:00:00 +16:00', '2020-01-01 00:00:00+15:59:59', '2020-01-01 00:00:00-1530',
  '2020-01-01 04:05:06.0000005', '2020-01-01 04:05:06.9999999', '20200101 040506', '20200101 0405', '20200101T040506.789', '20200101040506',
  '2020-01-01 04:05:06 UTC', '2020-01-01 04:05:06 Z', '2020-01-01 04:05:06 zulu', 'Wed Jan 01 04:05:06 2020 PST', 'Jan 01 04:05:06 2020',
  '2020-01-01 BC 04:05', '294247-01-01 00:00:00', '294999-01-01 00:00:00', '4714-11-24 00:00:00 BC', '4714-11-23 23:59:59 BC', '12:00', '1970-01-01',
  '1969-12-31 23:59:59.999999', '0099-01-01 00:00', '2020-01-01T', '2020-01-01 04:', '2020-01-01 04:05:', '2020-01-01 :05', '2020-01-01 4pm', 'now x',
  '2020-01-01 10:00:00+2', '2020-01-01 10:00:00 +02', '2020-01-01 10:00:00 + 02', '2020-01-01 10:00:00GMT', '2020-01-01 10:00:00 GMT+3', 't', 'T10:00',
  '2020-03-08 02:30:00', '2020-11-01 01:30:00', '2020-11-01 00:30', '2020-11-01 02:00', '2020-03-29 02:30', '2020-10-25 02:30', '1850-01-01 00:00',
  '3000-07-01 12:00', '2020-01-01 10.5', '2020-01-01 10:20.5', '2020-01-01, 10:20', '(2020-01-01)', '2020-01-01 today', '2020-01-01 10:00 10:00',
  '2020-01-01T10:00:00.123456', '2020-01-01T10:00:00,5', '2020-01-01 10:00:00.', '2020-01-01 10:00:00.5.5', '١٢', '2020-01-01\u00a010:00',
]; // prettier-ignore

const TIME_TEXTS = [
  '04:05:06.789', '04:05:06', '04:05', '040506', '0405', '04:05 AM', '04:05 PM', '04:05:06-08:00', '04:05:06 PST', '24:00:00', '24:00:00.1', '23:59:60',
  '23:59:59.9999999', '25:00', '04:60', '12:00 AM', '00:00 PM', 'allballs', '2020-01-01 04:05', '2020-01-01', 'x', '', '1', '4', '04:05:06.1234567',
  'T040506', '4:5:6', '04:05:61', '040506.789', '-01:00', '13:00 PM', '040506+02', '040506-08', '04:05:06z',
]; // prettier-ignore

const INTERVAL_TEXTS = [
  '1 day', '1 day 2 hours', '1 day 02:03:04.5', '02:03:04', '-02:03:04', '1-2', '-1-2', '1-2 3 4:05:06', '-1-2 +3 -4:05:06', '1 year 2 months 3 days ago',
  'P1Y2M3DT4H5M6S', 'P1Y2M3DT4H5M6.789S', 'P0001-02-03T04:05:06', 'P1W', 'PT1.5H', 'P-1Y', 'PT-1M', 'P00010203T040506', 'PT10:20', 'P', 'PT', 'P1', 'P1Y2',
  '1', '1.5', '100 seconds', '1.5 days', '1.5 months', '1.5 years', '1.5 weeks', '0.7 years', '1 mon 1 mon', '1 decade', '1 century 1 millennium', '5 minutes',
  '5 min 6 sec', '3 hours 3 minutes', '10:20', '10:20.5', '10:20:30.1234567', '99999:00:00', '1 day 99:99:99', '23:60', '100:59:59', 'foo', '', ' ', '1 foo',
  'day', '3 days 4', '4 3 days', '1 day -1 hour', '-1 day +1 hour', '-1 day 1 hour', '@ 1 minute', '@ 1 hour ago', '1h', '1h30m', '1d2h', '2y',
  '1 microsecond', '5 milliseconds', '5.5 ms', '0.0000005 s', '1.0000005 s', '2147483647 months', '2147483648 months', '178956970 years', '178956971 years', '2147483648 days',
  '9223372036854775807 us', '9223372036854775808 us', '1e3 s', '1 week', '1.1 week', '.5 day', '-.5 day', '1 2:03', '1 2:03:04', '1 day 1 day', '1:2:3:4',
  '1 year -13 months', '-1 month 1 day', '1 mon -1 day 00:00:01', 'infinity', '1 quarter', '1 hour 00:30', '1 second 5 ms', '1.5 second 5 ms', '0', '00:00', '-0 days',
  '1 day, 2 hours', '12:34:56.789 ago', '-1.5 months', '-1.75 years', '1 year 1.5 months 2.25 days', '-1:30', '+1:30', '- 1:30', '1 month -1:30',
]; // prettier-ignore

const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Apia',
  'Asia/Tokyo',
];

describe('text in and out agrees with PostgreSQL', () => {
  test('date', () => agrees(DATE_TEXTS.map(t => [`${quoted(t)}::date`, () => formatDate(parseDate(t, UTC_SETTINGS))])));
  test('time', () => agrees(TIME_TEXTS.map(t => [`${quoted(t)}::time`, () => formatTime(parseTime(t, UTC_SETTINGS))])));
  test('timestamp', () =>
    agrees(TIMESTAMP_TEXTS.map(t => [`${quoted(t)}::timestamp`, () => formatTimestamp(parseTimestamp(t, UTC_SETTINGS))])));
  test.each(ZONES)('timestamptz in %s', zone =>
    agrees(
      TIMESTAMP_TEXTS.map(t => [
        `${quoted(t)}::timestamptz`,
        () => formatTimestamptz(parseTimestamptz(t, {timeZone: zone}), {timeZone: zone}),
      ]),
      zone,
    ),
  );
  test.each(ZONES)('random instants in %s', zone => {
    const settings = {timeZone: zone};
    const seconds = fc.sample(fc.integer({min: -6_000_000_000, max: 2_900_000_000}), {numRuns: 150, seed: 11});
    return agrees(
      seconds.flatMap((s): Case[] => {
        const utc = BigInt(s) * 1_000_000n;
        const local = formatTimestamp(utc);
        return [
          [`to_timestamp(${s})`, () => formatTimestamptz(utc, settings)],
          [`${quoted(local)}::timestamptz`, () => formatTimestamptz(parseTimestamptz(local, settings), settings)],
          [`date_trunc('day', to_timestamp(${s}))`, () => formatTimestamptz(truncTimestamptz('day', utc, timeZone(zone)), settings)],
        ];
      }),
      zone,
    );
  });
  test('interval', () => {
    // PostgreSQL 17 got infinite intervals.
    const texts = INTERVAL_TEXTS.filter(t => postgres.version < 17 || t !== 'infinity');
    return agrees(texts.map(t => [`${quoted(t)}::interval`, () => formatInterval(parseInterval(t))]));
  });
  test('interval with fields', () => {
    const fields = [
      'year',
      'month',
      'day',
      'hour',
      'minute',
      'second',
      'year to month',
      'day to hour',
      'day to minute',
      'day to second',
      'hour to minute',
      'hour to second',
      'minute to second',
    ] as const;
    const texts = ['1', '1-2', '1 year 2 months 3 days 4:05:06.789', '10:20', '-10:20', '1 10:20:30', '1.5', '-3 days 23:59:59.9999'];
    return agrees(fields.flatMap(f => texts.map((t): Case => [`${quoted(t)}::interval ${f}`, () => formatInterval(parseInterval(t, f))])));
  });
});

const STAMPS = [
  '1970-01-01 00:00:00', '2000-02-29 12:34:56.789012', '2020-12-31 23:59:59.999999', '2021-01-03 00:00:00', '1999-01-01 01:02:03', '0001-01-01 00:00:00',
  '0044-03-15 12:00:00 BC', '1900-12-31 10:00:00', '2001-01-01 00:00:00', '2020-03-08 07:30:00', '2020-11-01 05:30:00', '2020-11-01 06:30:00.5', '2024-01-31 10:00',
  '1815-06-18 11:35:00', '2400-02-29 00:00:00', '2020-03-29 01:30', '2020-10-25 01:30', '1001-01-01 00:00', '1000-12-31', '0100-01-01 BC', '0101-01-01 BC', 'infinity', '-infinity',
]; // prettier-ignore
const INTERVALS = [
  '1 day', '1 month', '-1 month', '1 year 2 months 3 days 04:05:06.789', '-1 day +23:00', '36 hours', '40 days', '-13 months 5 days -30:00', '1000 years', '0', '00:00:00.000001',
  '1 mon -1 day', '11 months 30 days 24 hours', '-100 days', '3 days 71:00', '15 minutes', '1 week', '90061.5 seconds',
]; // prettier-ignore
const UNITS = [
  'microseconds',
  'milliseconds',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'decade',
  'century',
  'millennium',
];
const PARTS = [
  ...UNITS,
  'epoch',
  'dow',
  'isodow',
  'doy',
  'isoyear',
  'julian',
  'timezone',
  'timezone_hour',
  'timezone_minute',
  'nonsense',
  'Y',
  'hrs',
];

const ts = (t: string) => parseTimestamp(t, UTC_SETTINGS);
const text = (value: Decimal | null) => value && decimalToText(value);
const bool = (value: boolean) => String(value);
const finite = STAMPS.filter(s => !s.includes('infinity'));

describe('calendar arithmetic agrees with PostgreSQL', () => {
  test('timestamp ± interval', () =>
    agrees(
      STAMPS.flatMap(s =>
        INTERVALS.flatMap((i): Case[] => [
          [`timestamp ${quoted(s)} + interval ${quoted(i)}`, () => formatTimestamp(addToTimestamp(ts(s), parseInterval(i)))],
          [
            `timestamp ${quoted(s)} - interval ${quoted(i)}`,
            () => formatTimestamp(addToTimestamp(ts(s), intervalNegate(parseInterval(i)))),
          ],
        ]),
      ),
    ));

  test('timestamp − timestamp and age', () =>
    agrees(
      finite.flatMap(a =>
        finite.flatMap((b): Case[] => [
          [`timestamp ${quoted(a)} - timestamp ${quoted(b)}`, () => formatInterval(timestampDifference(ts(a), ts(b)))],
          [`age(timestamp ${quoted(a)}, timestamp ${quoted(b)})`, () => formatInterval(age(ts(a), ts(b)))],
        ]),
      ),
    ));

  test.each(ZONES)('timestamptz arithmetic, date_trunc and AT TIME ZONE in %s', zone => {
    const z = timeZone(zone);
    const settings = {timeZone: zone};
    return agrees(
      STAMPS.flatMap((s): Case[] => {
        const utc = ts(s);
        const sql = `timestamptz ${quoted(s.includes('infinity') ? s : `${s} UTC`)}`;
        const infinite = s.includes('infinity');
        return [
          ...INTERVALS.slice(0, 8).map((i): Case => [
            `${sql} + interval ${quoted(i)}`,
            () => formatTimestamptz(addToTimestamptz(utc, parseInterval(i), z), settings),
          ]),
          ...UNITS.map((u): Case => [
            `date_trunc('${u}', ${sql})`,
            () => formatTimestamptz(truncTimestamptz(truncUnit(u, ''), utc, z), settings),
          ]),
          ...PARTS.map((p): Case => [`extract('${p}' from ${sql})`, () => text(extractTimestamptz(datePart(p, 'timestamptz'), utc, z))]),
          [`${sql} AT TIME ZONE ${quoted(zone)}`, () => formatTimestamp(infinite ? utc : toLocal(z, utc))],
          [`timestamp ${quoted(s)} AT TIME ZONE ${quoted(zone)}`, () => formatTimestamptz(infinite ? utc : toUtc(z, utc), settings)],
        ];
      }).filter(([sql]) => !sql.includes('nonsense') || !sql.includes('infinity')),
      zone,
    );
  });

  test('date_trunc and extract', () =>
    agrees([
      ...STAMPS.flatMap((s): Case[] => [
        ...UNITS.map((u): Case => [
          `date_trunc('${u}', timestamp ${quoted(s)})`,
          () => formatTimestamp(truncTimestamp(truncUnit(u, ''), ts(s))),
        ]),
        ...PARTS.filter(p => !p.startsWith('timezone') || !s.includes('infinity')).map((p): Case => [
          `extract('${p}' from timestamp ${quoted(s)})`,
          () => text(extractTimestamp(datePart(p, 'timestamp'), ts(s))),
        ]),
        ...PARTS.map((p): Case => [
          `extract('${p}' from date ${quoted(s)})`,
          () => text(extractDate(datePart(p, 'date'), parseDate(s, UTC_SETTINGS))),
        ]),
      ]),
      ...['00:00', '12:34:56.789', '24:00:00'].flatMap(t =>
        PARTS.map((p): Case => [
          `extract('${p}' from time ${quoted(t)})`,
          () => text(extractTime(datePart(p, 'time'), parseTime(t, UTC_SETTINGS))),
        ]),
      ),
      ...INTERVALS.flatMap((i): Case[] => [
        // PostgreSQL 18 answers week, and counts quarters of negative intervals in another way.
        ...PARTS.filter(p => postgres.version < 18 || (p !== 'week' && p !== 'quarter')).map((p): Case => [
          `extract('${p}' from interval ${quoted(i)})`,
          () => text(extractInterval(datePart(p, 'interval'), parseInterval(i))),
        ]),
        ...UNITS.map((u): Case => [
          `date_trunc('${u}', interval ${quoted(i)})`,
          () => formatInterval(truncInterval(truncUnit(u, ''), parseInterval(i))),
        ]),
      ]),
      [`date_trunc('nonsense', timestamp '2020-01-01')`, () => truncUnit('nonsense', 'timestamp without time zone')],
      [`date_trunc('dow', timestamp '2020-01-01')`, () => truncUnit('dow', 'timestamp without time zone')],
    ]));

  test('date_bin', () =>
    agrees(
      finite.flatMap(s =>
        ['15 minutes', '1 day', '1 week', '90061.5 seconds', '1 month', '0', '-1 hour'].map((i): Case => [
          `date_bin(${quoted(i)}, timestamp ${quoted(s)}, timestamp '2001-01-01 00:02:30')`,
          () => formatTimestamp(dateBin(parseInterval(i), ts(s), ts('2001-01-01 00:02:30'))),
        ]),
      ),
    ));

  test('interval arithmetic and order', () => {
    const pair = (f: (a: Interval, b: Interval) => Interval | boolean, a: string, b: string) => () => {
      const value = f(parseInterval(a), parseInterval(b));
      return typeof value === 'boolean' ? bool(value) : formatInterval(value);
    };
    return agrees([
      ...INTERVALS.flatMap(a =>
        INTERVALS.flatMap((b): Case[] => [
          [`interval ${quoted(a)} + interval ${quoted(b)}`, pair(intervalAdd, a, b)],
          [`interval ${quoted(a)} - interval ${quoted(b)}`, pair(intervalSubtract, a, b)],
          [`interval ${quoted(a)} < interval ${quoted(b)}`, pair((x, y) => intervalCompare(x, y) < 0, a, b)],
          [`interval ${quoted(a)} = interval ${quoted(b)}`, pair((x, y) => intervalCompare(x, y) === 0, a, b)],
        ]),
      ),
      ...INTERVALS.flatMap(a =>
        [2, -1, 0.5, 1.7, 0.333333, -3.1, 1e-6].flatMap((f): Case[] => [
          [`interval ${quoted(a)} * ${f}::float8`, () => formatInterval(intervalMultiply(parseInterval(a), f))],
          [`interval ${quoted(a)} / ${f}::float8`, () => formatInterval(intervalDivide(parseInterval(a), f))],
        ]),
      ),
      ...INTERVALS.flatMap((a): Case[] => [
        [`justify_hours(interval ${quoted(a)})`, () => formatInterval(justifyHours(parseInterval(a)))],
        [`justify_days(interval ${quoted(a)})`, () => formatInterval(justifyDays(parseInterval(a)))],
        [`justify_interval(interval ${quoted(a)})`, () => formatInterval(justifyInterval(parseInterval(a)))],
        [`time '23:00' + interval ${quoted(a)}`, () => formatTime(addToTime(23n * 3600000000n, parseInterval(a)))],
      ]),
      [`interval '1 day' / 0::float8`, () => formatInterval(intervalDivide(parseInterval('1 day'), 0))],
      [`interval '2000000000 days' * 2::float8`, () => formatInterval(intervalMultiply(parseInterval('2000000000 days'), 2))],
      [`interval '2000000000 days' + interval '2000000000 days'`, pair(intervalAdd, '2000000000 days', '2000000000 days')],
    ]);
  });

  test('make_date, make_time, make_timestamp, make_interval, to_timestamp and date differences', () => {
    const berlin = timeZone('Europe/Berlin');
    return agrees([
      ...(
        [
          [2020, 2, 29],
          [2019, 2, 29],
          [-44, 3, 15],
          [0, 1, 1],
          [2020, 13, 1],
          [2020, 1, 0],
        ] as const
      ).map(([y, m, d]): Case => [`make_date(${y}, ${m}, ${d})`, () => formatDate(makeDate(y, m, d))]),
      ...(
        [
          [8, 15, 23.5],
          [24, 0, 0],
          [24, 0, 1],
          [23, 59, 60],
          [1, 60, 0],
          [-1, 0, 0],
        ] as const
      ).map(([h, m, s]): Case => [`make_time(${h}, ${m}, ${s})`, () => formatTime(makeTime(h, m, s))]),
      ['make_timestamp(2013, 7, 15, 8, 15, 23.5)', () => formatTimestamp(makeTimestamp(2013, 7, 15, 8, 15, 23.5))],
      [
        `make_timestamptz(2013, 7, 15, 8, 15, 23.5, 'Europe/Berlin')`,
        () => formatTimestamptz(makeTimestamptz([2013, 7, 15], [8, 15, 23.5], berlin), UTC_SETTINGS),
      ],
      [
        'make_interval(1, 2, 3, 4, 5, 6, 7.89)',
        () => formatInterval(makeInterval({years: 1, months: 2, weeks: 3, days: 4, hours: 5, mins: 6, secs: 7.89})),
      ],
      ...[0, 1.5, -1e9, 1e10, 1284352323.123456, Infinity, 1e20].map((s): Case => [
        `to_timestamp('${s}'::float8)`,
        () => formatTimestamptz(timestamptzOfEpoch(s), UTC_SETTINGS),
      ]),
      [
        `date '2020-03-01' - date '2019-12-31'`,
        () => String(dateDifference(parseDate('2020-03-01', UTC_SETTINGS), parseDate('2019-12-31', UTC_SETTINGS))),
      ],
      [`date '2020-03-01'::timestamp`, () => formatTimestamp(dateToTimestamp(parseDate('2020-03-01', UTC_SETTINGS)))],
      [`date '5000000-03-01'::timestamp`, () => formatTimestamp(dateToTimestamp(parseDate('5000000-03-01', UTC_SETTINGS)))],
    ]);
  });
});
