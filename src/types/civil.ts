/** Proleptic Gregorian calendar on plain numbers. Years are astronomical (0 is 1 BC); days count from 1970-01-01. */

export type Civil = {readonly year: number; readonly month: number; readonly day: number};

export const MICROS_PER_SECOND = 1_000_000n;
export const MICROS_PER_MINUTE = 60_000_000n;
export const MICROS_PER_HOUR = 3_600_000_000n;
export const MICROS_PER_DAY = 86_400_000_000n;
/** Days from 4714-11-24 BC, the Julian day 0, to 1970-01-01. */
export const UNIX_EPOCH_JULIAN = 2440588;
/** Days and microseconds from 1970-01-01 to 2000-01-01, where PostgreSQL's binary formats start. */
export const POSTGRES_EPOCH_DAYS = 10957;
export const POSTGRES_EPOCH_MICROS = 946_684_800_000_000n;

export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

export function civilFromDays(days: number): Civil {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 31);
}

/** 0 = Sunday … 6 = Saturday. */
export function dayOfWeek(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

/** Days of the Monday that starts the ISO week of `days`. */
export function isoWeekStart(days: number): number {
  return days - ((dayOfWeek(days) + 6) % 7);
}

/** Days of the Monday of ISO week 1 of an ISO year: the week that contains January 4. */
export function isoYearStart(isoYear: number): number {
  return isoWeekStart(daysFromCivil(isoYear, 1, 4));
}

export function isoYearOf(days: number): number {
  const {year} = civilFromDays(days);
  if (days >= isoYearStart(year + 1)) return year + 1;
  return days >= isoYearStart(year) ? year : year - 1;
}

export function isoWeekOf(days: number): number {
  return Math.floor((days - isoYearStart(isoYearOf(days))) / 7) + 1;
}

/** Splits microseconds into the day and the microseconds within it (0 … 86,399,999,999). */
export function splitMicros(micros: bigint): {readonly days: number; readonly time: number} {
  let days = micros / MICROS_PER_DAY;
  let time = micros - days * MICROS_PER_DAY;
  if (time < 0n) {
    days -= 1n;
    time += MICROS_PER_DAY;
  }
  return {days: Number(days), time: Number(time)};
}

export function joinMicros(days: number, time: number): bigint {
  return BigInt(days) * MICROS_PER_DAY + BigInt(time);
}
