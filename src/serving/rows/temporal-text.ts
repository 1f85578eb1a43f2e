import {RowWriter} from './row-writer.ts';

const DAY_MICROS = 86_400_000_000;

/** `YYYY-MM-DD` of days since 1970-01-01 for years 1 to 9999 (the caller checks); proleptic Gregorian (Hinnant, civil_from_days). */
export function writeDate(w: RowWriter, days: number): void {
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const doe = z - era * 146097;
  const yoe = ((doe - ((doe / 1460) | 0) + ((doe / 36524) | 0) - ((doe / 146096) | 0)) / 365) | 0;
  const doy = doe - (365 * yoe + ((yoe / 4) | 0) - ((yoe / 100) | 0));
  const mp = ((5 * doy + 2) / 153) | 0;
  const month = mp < 10 ? mp + 3 : mp - 9;
  w.padded(yoe + era * 400 + (month <= 2 ? 1 : 0), 4);
  w.byte(45);
  w.padded(month, 2);
  w.byte(45);
  w.padded(doy - (((153 * mp + 2) / 5) | 0) + 1, 2);
}

/** `hh:mm:ss[.ffffff]` without trailing zeros of the fraction, as PostgreSQL prints time. */
export function writeTimeOfDay(w: RowWriter, micros: number): void {
  const minutes = Math.floor(micros / 60_000_000);
  w.padded((minutes / 60) | 0, 2);
  w.byte(58);
  w.padded(minutes % 60, 2);
  w.byte(58);
  writeSeconds(w, micros - minutes * 60_000_000);
}

/** `ss[.ffffff]` of less than a minute. */
function writeSeconds(w: RowWriter, micros: number): void {
  const seconds = (micros / 1_000_000) | 0;
  let fraction = micros - seconds * 1_000_000;
  w.padded(seconds, 2);
  if (fraction === 0) return;
  w.byte(46);
  let width = 6;
  while (fraction % 10 === 0) {
    fraction /= 10;
    width--;
  }
  w.padded(fraction, width);
}

/** Years 1 to 9999, the range in which the fixed-width fast path holds. */
export const FIRST_PLAIN_MICROS = -719162 * DAY_MICROS;
export const LAST_PLAIN_MICROS = 2932897 * DAY_MICROS - 1;

const MINUTE_MICROS = 60_000_000;
/** The minute that was written last, and its text up to the seconds: times that come one after the other share it. */
let lastMinute = NaN;
const minuteText = new RowWriter(32);

/** `YYYY-MM-DD hh:mm:ss[.ffffff]` of µs since 1970-01-01 within the plain range. */
export function writeTimestamp(w: RowWriter, micros: number): void {
  const minute = Math.floor(micros / MINUTE_MICROS);
  if (minute !== lastMinute) {
    lastMinute = minute;
    minuteText.position = 0;
    const days = Math.floor(micros / DAY_MICROS);
    writeDate(minuteText, days);
    minuteText.byte(32);
    writeTimeOfDay(minuteText, minute * MINUTE_MICROS - days * DAY_MICROS);
  }
  w.copy(minuteText.bytes, 0, 17);
  writeSeconds(w, micros - minute * MINUTE_MICROS);
}
