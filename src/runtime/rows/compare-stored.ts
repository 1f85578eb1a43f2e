import {unreachable} from '../../common/unreachable.ts';
import {decimalCompare} from '../../types/decimal.ts';
import type {Decimal} from '../../types/datum.ts';
import type {ByteArena} from './byte-arena.ts';
import type {Field} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import {isText, scaleOf, toDecimal} from './stored-decimal.ts';

/** Order of two byte ranges that are not empty strings of C collation: for types whose order is not that of their bytes. */
export type BytesOrder = (a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number) => number;

const NOTHING = new Uint8Array(0);

/**
 * Compares the `field` of row `a` with that of row `b` (not NULL): negative, 0, positive. Numbers by value with NaN the greatest, text
 * bytewise unless `order` says otherwise.
 */
export function compareStored(pages: RowPages, arena: ByteArena, field: Field, a: number, b: number, order?: BytesOrder): number {
  return compareStoredFields(pages, arena, field, a, field, b, order);
}

/** As compareStored, of two fields of one kind: `field` of row `a` with `other` of row `b`. */
export function compareStoredFields(
  pages: RowPages,
  arena: ByteArena,
  field: Field,
  a: number,
  other: Field,
  b: number,
  order?: BytesOrder,
): number {
  const {shift, mask, stride} = pages;
  const ia = pages.ints[a >> shift]!;
  const ib = pages.ints[b >> shift]!;
  const wa = (a & mask) * stride + field.at;
  const wb = (b & mask) * stride + other.at;
  switch (field.kind) {
    case 'u8':
      return Number((ia[wa]! & field.valueMask) !== 0) - Number((ib[wb]! & other.valueMask) !== 0);
    case 'i32':
      return ia[wa]! < ib[wb]! ? -1 : ia[wa]! > ib[wb]! ? 1 : 0;
    case 'i64':
      return ia[wa + 1]! - ib[wb + 1]! || (ia[wa]! >>> 0) - (ib[wb]! >>> 0);
    case 'f64':
      return compareDoubles(pages.floats[a >> shift]![wa >> 1]!, pages.floats[b >> shift]![wb >> 1]!);
    case 'decimal': {
      const metaA = ia[wa + 2]!;
      const metaB = ib[wb + 2]!;
      if (!isText(metaA) && !isText(metaB) && scaleOf(metaA) === scaleOf(metaB)) {
        return ia[wa + 1]! - ib[wb + 1]! || (ia[wa]! >>> 0) - (ib[wb]! >>> 0);
      }
      return decimalCompare(storedDecimal(arena, ia, wa), storedDecimal(arena, ib, wb));
    }
    case 'bytes': {
      const sizeA = ia[wa + 1]!;
      const sizeB = ib[wb + 1]!;
      const pageA = sizeA === 0 ? NOTHING : arena.pageOf(ia[wa]!);
      const pageB = sizeB === 0 ? NOTHING : arena.pageOf(ib[wb]!);
      const startA = arena.startOf(ia[wa]!);
      const startB = arena.startOf(ib[wb]!);
      return (order ?? compareBytes)(pageA, startA, startA + sizeA, pageB, startB, startB + sizeB);
    }
    default:
      return unreachable(field.kind);
  }
}

export function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(a !== a) - Number(b !== b);
}

export function compareBytes(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): number {
  const common = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < common; i++) {
    const difference = a[aStart + i]! - b[bStart + i]!;
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

/** The numeric at words `at …`. */
export function storedDecimal(arena: ByteArena, ints: Int32Array, at: number): Decimal {
  const meta = ints[at + 2]!;
  const ref = ints[at]!;
  const start = arena.startOf(ref);
  const text = isText(meta) ? arena.pageOf(ref).subarray(start, start + ints[at + 1]!) : NOTHING;
  return toDecimal(ref, ints[at + 1]!, meta, text);
}
