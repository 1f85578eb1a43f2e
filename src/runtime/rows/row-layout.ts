import type {PhysicalKind} from '../../types/sql-type.ts';

/** Word 0 of a row: stamp of the step that touched it last, see RowStore.touch. */
export const TOUCH_WORD = 0;
/** Word 1: bit 0 = the row is in use, then null bits and booleans; further flag words follow where 31 bits do not do. */
export const FLAGS_WORD = 1;
export const LIVE = 1;
/** In a free row, word 2 chains the free list. */
export const NEXT_FREE_WORD = 2;

/**
 * Where a column lies in a row, as 4-byte words from the row's start.
 *
 *  u8       bit `valueMask` of word `at`
 *  i32      word `at`
 *  i64      words `at` (low) and `at + 1` (high): two's complement
 *  f64      words `at`, `at + 1`; `at` is even
 *  decimal  value-normalised: no trailing zeros after the point. Word `at + 2` is (scale << 16 | display scale) with the unscaled int64
 *           in `at`, `at + 1`; or ~display scale with the arena reference and length of the normalised text in `at`, `at + 1`
 *  bytes    word `at` = arena reference, `at + 1` = length in bytes
 *
 * NULL: bit `nullMask` of word `nullWord`; the value words are then zero.
 */
export type Field = {
  readonly kind: PhysicalKind;
  readonly at: number;
  readonly valueMask: number;
  readonly nullWord: number;
  readonly nullMask: number;
};

/** Operator data in a row: a 4-byte word, an aligned double, or one flag bit. */
export type ExtraKind = 'word' | 'double' | 'bit';
export type Extra = {readonly at: number; readonly mask: number};

/** `stride` in words, always even. */
export type RowLayout = {
  readonly stride: number;
  readonly fields: readonly Field[];
  readonly extras: readonly Extra[];
  /** Fields that may refer to the arena. */
  readonly variable: readonly Field[];
};

const WORDS: Readonly<Record<PhysicalKind, number>> = {u8: 0, i32: 1, i64: 2, f64: 2, decimal: 3, bytes: 2};

/** Places columns and operator data in a row: header, flag bits, doubles, then everything else. */
export function layoutRows(columns: readonly PhysicalKind[], extraKinds: readonly ExtraKind[] = []): RowLayout {
  let bit = 1;
  const nextBit = () => {
    const place = {at: FLAGS_WORD + Math.floor(bit / 32), mask: 1 << (bit % 32)};
    bit++;
    return place;
  };
  const nulls = columns.map(nextBit);
  const booleans = columns.map(kind => (kind === 'u8' ? nextBit() : null));
  const bits = extraKinds.map(kind => (kind === 'bit' ? nextBit() : null));

  let next = FLAGS_WORD + Math.ceil(bit / 32);
  const gap = next % 2 === 1 ? next++ : -1;
  const doubles = (isDouble: boolean) => (isDouble ? (next += 2) - 2 : -1);
  const doubleColumns = columns.map(kind => doubles(kind === 'f64'));
  const doubleExtras = extraKinds.map(kind => doubles(kind === 'double'));

  let free = gap;
  const words = (count: number) => {
    if (count === 1 && free >= 0) {
      const at = free;
      free = -1;
      return at;
    }
    next += count;
    return next - count;
  };
  const fields = columns.map((kind, c): Field => {
    const at = booleans[c]?.at ?? (kind === 'f64' ? doubleColumns[c]! : words(WORDS[kind]));
    return {kind, at, valueMask: booleans[c]?.mask ?? 0, nullWord: nulls[c]!.at, nullMask: nulls[c]!.mask};
  });
  const extras = extraKinds.map((kind, e): Extra => {
    if (kind === 'bit') return bits[e]!;
    return {at: kind === 'double' ? doubleExtras[e]! : words(1), mask: 0};
  });
  // A free row needs word 2 for its list.
  const stride = Math.max(4, next + (next % 2));
  return {stride, fields, extras, variable: fields.filter(f => f.kind === 'bytes' || f.kind === 'decimal')};
}
