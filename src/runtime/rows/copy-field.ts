import type {ByteArena} from './byte-arena.ts';
import {compareBytes} from './compare-stored.ts';
import type {Field} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import {variableSize, writeNull} from './write-field.ts';

type Place = {readonly pages: RowPages; readonly arena: ByteArena; readonly field: Field; readonly row: number};

const VALUE_WORDS = {u8: 0, i32: 1, i64: 2, f64: 2, decimal: 3, bytes: 2} as const;

/** Copies a stored value to a field of the same kind in a touched row, possibly of another store. Equal bytes are left alone. */
export function copyField(from: Place, to: Place): void {
  const source = from.pages.ints[from.row >> from.pages.shift]!;
  const target = to.pages.ints[to.row >> to.pages.shift]!;
  const a = (from.row & from.pages.mask) * from.pages.stride;
  const b = (to.row & to.pages.mask) * to.pages.stride;
  if ((source[a + from.field.nullWord]! & from.field.nullMask) !== 0) {
    writeNull(to.pages, to.arena, to.field, to.row);
    return;
  }
  const size = variableSize(from.field, source, a);
  const old = variableSize(to.field, target, b);
  const at = b + to.field.at;
  target[b + to.field.nullWord]! &= ~to.field.nullMask;
  if (from.field.kind === 'u8') {
    if ((source[a + from.field.at]! & from.field.valueMask) === 0) target[at]! &= ~to.field.valueMask;
    else target[at]! |= to.field.valueMask;
    return;
  }
  if (size === 0) {
    if (old > 0) to.arena.free(target[at]!, old);
    for (let w = 0; w < VALUE_WORDS[from.field.kind]; w++) target[at + w] = source[a + from.field.at + w]!;
    return;
  }
  const ref = source[a + from.field.at]!;
  const page = from.arena.pageOf(ref);
  const start = from.arena.startOf(ref);
  const decimal = from.field.kind === 'decimal';
  if (size === old && (!decimal || source[a + from.field.at + 2] === target[at + 2])) {
    const there = to.arena.startOf(target[at]!);
    if (compareBytes(page, start, start + size, to.arena.pageOf(target[at]!), there, there + size) === 0) return;
  }
  if (old > 0) to.arena.free(target[at]!, old);
  target[at] = to.arena.put(page, start, start + size);
  target[at + 1] = size;
  if (decimal) target[at + 2] = source[a + from.field.at + 2]!;
}
