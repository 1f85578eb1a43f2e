import {unreachable} from '../../common/unreachable.ts';
import {pow10} from '../../types/pow10.ts';
import type {ByteArena} from './byte-arena.ts';
import {storedDecimal} from './compare-stored.ts';
import type {Field} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import {isText, scaleOf} from './stored-decimal.ts';

/** Digits after the point that a numeric's prefix tells apart. */
const PREFIX_SCALE = 6;

/**
 * A double that grows with the `field` of a stored row (not NULL): a < b implies prefix(a) ≤ prefix(b). Rows with equal prefixes are
 * compared in full; for most data there are few.
 */
export function orderPrefix(pages: RowPages, arena: ByteArena, field: Field, row: number): number {
  const ints = pages.ints[row >> pages.shift]!;
  const at = (row & pages.mask) * pages.stride + field.at;
  switch (field.kind) {
    case 'u8':
      return (ints[at]! & field.valueMask) === 0 ? 0 : 1;
    case 'i32':
      return ints[at]!;
    case 'i64':
      return ints[at + 1]! * 4294967296 + (ints[at]! >>> 0);
    case 'f64': {
      const value = pages.floats[row >> pages.shift]![at >> 1]!;
      return value === value ? value : Infinity;
    }
    case 'decimal':
      return decimalPrefix(arena, ints, at);
    case 'bytes': {
      const size = ints[at + 1]!;
      if (size === 0) return 0;
      const page = arena.pageOf(ints[at]!);
      const start = arena.startOf(ints[at]!);
      let prefix = 0;
      for (let i = 0; i < 6; i++) prefix = prefix * 256 + (i < size ? page[start + i]! : 0);
      return prefix;
    }
    default:
      return unreachable(field.kind);
  }
}

/** floor(value · 10^6), exactly, then as a double: both steps are monotone. */
function decimalPrefix(arena: ByteArena, ints: Int32Array, at: number): number {
  const meta = ints[at + 2]!;
  if (!isText(meta) && scaleOf(meta) <= PREFIX_SCALE) {
    const scaled = (ints[at + 1]! * 4294967296 + (ints[at]! >>> 0)) * 10 ** (PREFIX_SCALE - scaleOf(meta));
    if (Number.isSafeInteger(scaled)) return scaled;
  }
  const value = storedDecimal(arena, ints, at);
  if (value.special !== undefined) return value.special === '-Infinity' ? -Infinity : Infinity;
  if (value.scale <= PREFIX_SCALE) return Number(value.unscaled * pow10(PREFIX_SCALE - value.scale));
  const divisor = pow10(value.scale - PREFIX_SCALE);
  const quotient = value.unscaled / divisor;
  return Number(value.unscaled < 0n && quotient * divisor !== value.unscaled ? quotient - 1n : quotient);
}
