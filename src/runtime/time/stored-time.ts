import type {Field} from '../rows/row-layout.ts';
import type {RowPages} from '../rows/row-pages.ts';

/** The int64 `field` of a stored row as a double: exact up to the year 2255, to a millisecond in all that PostgreSQL knows; NaN for NULL. */
export function timeOf(pages: RowPages, field: Field, row: number): number {
  const ints = pages.ints[row >> pages.shift]!;
  const base = (row & pages.mask) * pages.stride;
  if ((ints[base + field.nullWord]! & field.nullMask) !== 0) return NaN;
  return ints[base + field.at + 1]! * 0x1_0000_0000 + (ints[base + field.at]! >>> 0);
}
