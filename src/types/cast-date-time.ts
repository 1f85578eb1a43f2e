import {joinMicros, splitMicros} from './civil.ts';
import {asBigint, asInterval, asNumber} from './datum-kind.ts';
import {DATE_INFINITY, DATE_MINUS_INFINITY, TIMESTAMP_INFINITY, type Datum} from './datum.ts';
import {checkTimestamp, isInfiniteDate, isInfiniteTimestamp} from './date-time-limits.ts';
import {interval} from './interval.ts';
import type {SqlType} from './sql-type.ts';
import type {TextSettings} from './text-settings.ts';
import {timeZone, toLocal, toUtc} from './time-zone.ts';
import {addToTime, dateToTimestamp} from './timestamp-arithmetic.ts';

const KINDS: ReadonlySet<string> = new Set(['date', 'time', 'timestamp', 'timestamptz', 'interval']);

export function isDateTimeKind(type: SqlType): boolean {
  return KINDS.has(type.kind);
}

/** Between date, time, timestamp, timestamptz and interval as pg_cast has it; wall clocks are those of the session's zone. */
export function castDateTime(datum: Exclude<Datum, null>, from: SqlType, to: SqlType, settings: TextSettings): Datum {
  switch (from.kind) {
    case 'date': {
      const local = dateToTimestamp(asNumber(from, datum));
      return to.kind === 'timestamptz' ? localToUtc(local, settings) : local;
    }
    case 'time':
      return interval(0, 0, asBigint(from, datum));
    case 'interval':
      return addToTime(0n, asInterval(from, datum));
    case 'timestamp': {
      const local = asBigint(from, datum);
      return to.kind === 'timestamptz' ? localToUtc(local, settings) : fromLocal(local, to);
    }
    case 'timestamptz': {
      const utc = asBigint(from, datum);
      return fromLocal(isInfiniteTimestamp(utc) ? utc : toLocal(timeZone(settings.timeZone), utc), to);
    }
    default:
      throw new Error(`internal error: no cast from ${from.kind} to ${to.kind}`);
  }
}

function localToUtc(local: bigint, settings: TextSettings): bigint {
  return isInfiniteTimestamp(local) ? local : checkTimestamp(toUtc(timeZone(settings.timeZone), local));
}

/** The timestamp itself, its date, or its time of day (NULL for infinities). */
function fromLocal(local: bigint, to: SqlType): Datum {
  switch (to.kind) {
    case 'date':
      if (isInfiniteTimestamp(local)) return local === TIMESTAMP_INFINITY ? DATE_INFINITY : DATE_MINUS_INFINITY;
      return splitMicros(local).days;
    case 'time':
      return isInfiniteTimestamp(local) ? null : BigInt(splitMicros(local).time);
    default:
      return local;
  }
}

/** Midnight of a day in the session's zone, in UTC microseconds. */
export function dateToTimestamptz(days: number, settings: TextSettings): bigint {
  if (isInfiniteDate(days)) return dateToTimestamp(days);
  return localToUtc(joinMicros(days, 0), settings);
}
