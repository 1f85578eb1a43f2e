import {unreachable} from '../../common/unreachable.ts';
import type {ByteArena} from './byte-arena.ts';
import {finishHash, mixBytes, mixDouble, mixWord, NULL_HASH} from './hash-mix.ts';
import type {Field} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import {isText, scaleOf} from './stored-decimal.ts';

/** Hash of the key `fields` of stored row `row`: the same as hash-column.ts gives for the row it was stored from. */
export function hashRow(pages: RowPages, arena: ByteArena, fields: readonly Field[], row: number): number {
  const ints = pages.ints[row >> pages.shift]!;
  const base = (row & pages.mask) * pages.stride;
  let hash = 0;
  for (let f = 0; f < fields.length; f++) {
    const field = fields[f]!;
    const at = base + field.at;
    if ((ints[base + field.nullWord]! & field.nullMask) !== 0) {
      hash = mixWord(hash, NULL_HASH);
      continue;
    }
    switch (field.kind) {
      case 'u8':
        hash = mixWord(hash, (ints[at]! & field.valueMask) === 0 ? 0 : 1);
        break;
      case 'i32':
        hash = mixWord(hash, ints[at]!);
        break;
      case 'i64':
        hash = mixWord(mixWord(hash, ints[at]!), ints[at + 1]!);
        break;
      case 'f64':
        hash = mixDouble(hash, pages.floats[row >> pages.shift]![at >> 1]!);
        break;
      case 'decimal':
        if (isText(ints[at + 2]!)) hash = mixStored(hash, arena, ints[at]!, ints[at + 1]!);
        else hash = mixWord(mixWord(mixWord(hash, ints[at]!), ints[at + 1]!), scaleOf(ints[at + 2]!));
        break;
      case 'bytes':
        hash = mixStored(hash, arena, ints[at]!, ints[at + 1]!);
        break;
      default:
        unreachable(field.kind);
    }
  }
  return finishHash(hash);
}

const NOTHING = new Uint8Array(0);

function mixStored(hash: number, arena: ByteArena, ref: number, size: number): number {
  if (size === 0) return mixBytes(hash, NOTHING, 0, 0);
  const start = arena.startOf(ref);
  return mixBytes(hash, arena.pageOf(ref), start, start + size);
}
