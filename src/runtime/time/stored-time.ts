import type {Field} from '../rows/row-layout.ts';
import type {RowPages} from '../rows/row-pages.ts';

/** A date is the µs at which it begins. */
export const DAY_MICROS = 86_400_000_000;

/**
 * The int64 or date `field` of a stored row as a double: exact up to the year 2255, to a millisecond in all that PostgreSQL knows; NaN for
 * NULL.
 */
export function timeOf(pages: RowPages, field: Field, row: number): number {
  const ints = pages.ints[row >> pages.shift]!;
  const base = (row & pages.mask) * pages.stride;
  if ((ints[base + field.nullWord]! & field.nullMask) !== 0) return NaN;
  if (field.kind === 'i32') return ints[base + field.at]! * DAY_MICROS;
  return ints[base + field.at + 1]! * 0x1_0000_0000 + (ints[base + field.at]! >>> 0);
}
