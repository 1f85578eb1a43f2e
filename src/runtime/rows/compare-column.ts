import {unreachable} from '../../common/unreachable.ts';
import {decimal, decimalCompare} from '../../types/decimal.ts';
import type {Column} from '../batch/column.ts';
import type {ByteArena} from './byte-arena.ts';
import {compareBytes, compareDoubles, storedDecimal, type BytesOrder} from './compare-stored.ts';
import type {Field} from './row-layout.ts';
import type {RowPages} from './row-pages.ts';
import {decimalOfBytes} from './stored-decimal.ts';

const NOTHING = new Uint8Array(0);

/** Compares row `i` of a batch column with the `field` of stored row `row`, neither NULL: negative, 0, positive, as compareStored does. */
export function compareColumnToStored(
  pages: RowPages,
  arena: ByteArena,
  field: Field,
  column: Column,
  i: number,
  row: number,
  order: BytesOrder = compareBytes,
): number {
  const ints = pages.ints[row >> pages.shift]!;
  const at = (row & pages.mask) * pages.stride + field.at;
  switch (column.form) {
    case 'u8':
      return Number(column.values[i] !== 0) - Number((ints[at]! & field.valueMask) !== 0);
    case 'i32':
      return Math.sign(column.values[i]! - ints[at]!);
    case 'i64n': {
      const value = column.values[i]!;
      const high = Math.floor(value / 4294967296);
      return high - ints[at + 1]! || value - high * 4294967296 - (ints[at]! >>> 0);
    }
    case 'i64w': {
      const stored = (BigInt(ints[at + 1]!) << 32n) | BigInt(ints[at]! >>> 0);
      const value = column.values[i]!;
      return value < stored ? -1 : value > stored ? 1 : 0;
    }
    case 'f64':
      return compareDoubles(column.values[i]!, pages.floats[row >> pages.shift]![at >> 1]!);
    case 'dec':
      return decimalCompare(decimal(BigInt(column.values[i]!), column.scale), storedDecimal(arena, ints, at));
    case 'bytes': {
      if (field.kind === 'decimal') {
        return decimalCompare(decimalOfBytes(column.data, column.starts[i]!, column.ends[i]!), storedDecimal(arena, ints, at));
      }
      const size = ints[at + 1]!;
      const start = arena.startOf(ints[at]!);
      return order(column.data, column.starts[i]!, column.ends[i]!, size === 0 ? NOTHING : arena.pageOf(ints[at]!), start, start + size);
    }
    default:
      return unreachable(column);
  }
}
