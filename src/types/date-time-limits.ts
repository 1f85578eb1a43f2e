import {sqlError} from '../common/sql-error.ts';
import {DATE_INFINITY, DATE_MINUS_INFINITY, TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY} from './datum.ts';

/** 4714-11-24 BC, the first day of dates and timestamps. */
export const MIN_DAYS = -2440588;
/** 5874897-12-31. */
export const MAX_DAYS = 2145042905;
export const MIN_TIMESTAMP = BigInt(MIN_DAYS) * 86_400_000_000n;
/**
 * 294247-01-10: the microseconds since 1970 that 64 bits hold. PostgreSQL counts from 2000 and so ends 30 years later, in 294276.
 * The largest value means infinity.
 */
export const MAX_TIMESTAMP = TIMESTAMP_INFINITY - 1n;

export function isInfiniteTimestamp(micros: bigint): boolean {
  return micros === TIMESTAMP_INFINITY || micros === TIMESTAMP_MINUS_INFINITY;
}

export function isInfiniteDate(days: number): boolean {
  return days === DATE_INFINITY || days === DATE_MINUS_INFINITY;
}

/** The value itself; 22008 when it is outside the range of timestamps. */
export function checkTimestamp(micros: bigint): bigint {
  if (micros < MIN_TIMESTAMP || micros > MAX_TIMESTAMP) throw timestampOutOfRange();
  return micros;
}

export function checkDate(days: number): number {
  if (!(days >= MIN_DAYS && days <= MAX_DAYS)) throw sqlError('datetime_field_overflow', 'date out of range');
  return days;
}

export function timestampOutOfRange() {
  return sqlError('datetime_field_overflow', 'timestamp out of range');
}
