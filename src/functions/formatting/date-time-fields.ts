import {
  dayOfWeek,
  daysFromCivil,
  isoWeekOf,
  isoYearOf,
  isoYearStart,
  splitMicros,
  civilFromDays,
  UNIX_EPOCH_JULIAN,
} from '../../types/civil.ts';
import type {Interval} from '../../types/datum.ts';

/** A point in time or an interval, split up for to_char. `days` (since 1970) is absent for intervals. */
export type DateTimeFields = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
  readonly days: number | undefined;
  readonly dayOfYear: number;
  /** Offset and abbreviation, for timestamptz. */
  readonly zone: {readonly offset: number; readonly name: string} | undefined;
};

const SECOND = 1_000_000;

export function fieldsOfTimestamp(localMicros: bigint, zone: DateTimeFields['zone']): DateTimeFields {
  const {days, time} = splitMicros(localMicros);
  const {year, month, day} = civilFromDays(days);
  return {...clockFields(time), year, month, day, days, dayOfYear: days - daysFromCivil(year, 1, 1) + 1, zone};
}

export function fieldsOfInterval({months, days, micros}: Interval): DateTimeFields {
  const hours = micros / 3_600_000_000n;
  const clock = clockFields(Number(micros - hours * 3_600_000_000n));
  const year = Math.trunc(months / 12);
  const month = months % 12;
  const dayOfYear = year * 365 + month * 30 + days;
  return {...clock, hour: Number(hours), year, month, day: days, days: undefined, dayOfYear, zone: undefined};
}

function clockFields(time: number): Pick<DateTimeFields, 'hour' | 'minute' | 'second' | 'micros'> {
  const seconds = Math.trunc(time / SECOND);
  return {
    hour: Math.trunc(seconds / 3600),
    minute: Math.trunc(seconds / 60) % 60,
    second: seconds % 60,
    micros: time % SECOND,
  };
}

export const weekdayOf = (fields: DateTimeFields): number => dayOfWeek(fields.days ?? 0);
export const isoYear = (fields: DateTimeFields): number => isoYearOf(fields.days ?? 0);
export const isoWeek = (fields: DateTimeFields): number => isoWeekOf(fields.days ?? 0);
export const isoDayOfYear = (fields: DateTimeFields): number => (fields.days ?? 0) - isoYearStart(isoYear(fields)) + 1;
export const julianDay = (fields: DateTimeFields): number => (fields.days ?? 0) + UNIX_EPOCH_JULIAN;
