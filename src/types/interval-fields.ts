import type {Interval} from './datum.ts';
import {interval} from './interval.ts';

/** The field restriction of an interval declaration, as SQL writes it in lower case. */
export type IntervalFields =
  | 'year'
  | 'month'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'
  | 'year to month'
  | 'day to hour'
  | 'day to minute'
  | 'day to second'
  | 'hour to minute'
  | 'hour to second'
  | 'minute to second';

const FIELD_MICROS: Readonly<Record<string, bigint>> = {hour: 3_600_000_000n, minute: 60_000_000n, second: 1n};

/** Cuts what lies below the last field of the restriction, and rounds seconds to `precision` digits (0…6). */
export function restrictInterval(value: Interval, fields: IntervalFields | undefined, precision?: number): Interval {
  let {months, days, micros} = value;
  const last = fields?.split(' ').at(-1) ?? 'second';
  switch (last) {
    case 'year':
      months = Math.trunc(months / 12) * 12;
      days = 0;
      micros = 0n;
      break;
    case 'month':
      days = 0;
      micros = 0n;
      break;
    case 'day':
      micros = 0n;
      break;
    default: {
      const unit = FIELD_MICROS[last] ?? 1n;
      micros = (micros / unit) * unit;
    }
  }
  if (last === 'second' && precision !== undefined && precision < 6) {
    const unit = 10n ** BigInt(6 - precision);
    const half = unit / 2n;
    micros = ((micros < 0n ? micros - half : micros + half) / unit) * unit;
  }
  return interval(months, days, micros);
}
