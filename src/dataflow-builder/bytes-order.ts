import type {BytesOrder} from '../runtime/rows/compare-stored.ts';
import {compareBytes} from '../types/compare.ts';
import {physicalOf, type SqlType} from '../types/sql-type.ts';

const BYTEWISE = new Set(['text', 'varchar', 'name', 'bytea', 'uuid']);

/** The order of a bytes column where it is not that of its bytes. */
export function bytesOrder(type: SqlType): BytesOrder | undefined {
  if (physicalOf(type) !== 'bytes' || BYTEWISE.has(type.kind)) return undefined;
  return (a, aStart, aEnd, b, bStart, bEnd) => compareBytes(type, a.subarray(aStart, aEnd), b.subarray(bStart, bEnd));
}
