import type {Interval} from './datum.ts';
import {fractionText} from './date-time-text.ts';

/** interval_out in style postgres: `1 year 2 mons -3 days +04:05:06.7`. */
export function formatInterval(value: Interval): string {
  const parts: string[] = [];
  // After a negative part a positive one carries its sign, so that it is not read as negative too.
  let afterNegative = false;
  const add = (n: number, unit: string) => {
    if (n === 0) return;
    parts.push(`${afterNegative && n > 0 ? '+' : ''}${n} ${unit}${n === 1 ? '' : 's'}`);
    afterNegative = n < 0;
  };
  add(Math.trunc(value.months / 12), 'year');
  add(value.months % 12, 'mon');
  add(value.days, 'day');
  if (value.micros !== 0n || parts.length === 0) parts.push(clock(value.micros, afterNegative));
  return parts.join(' ');
}

function clock(micros: bigint, afterNegative: boolean): string {
  const negative = micros < 0n;
  const size = negative ? -micros : micros;
  const hours = size / 3_600_000_000n;
  const rest = Number(size - hours * 3_600_000_000n);
  const seconds = Math.floor(rest / 1e6);
  const two = (n: number) => String(n).padStart(2, '0');
  const sign = negative ? '-' : afterNegative ? '+' : '';
  return `${sign}${String(hours).padStart(2, '0')}:${two(Math.floor(seconds / 60))}:${two(seconds % 60)}${fractionText(rest % 1e6)}`;
}
