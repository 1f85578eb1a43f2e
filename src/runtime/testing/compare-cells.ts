import {decimalCompare, parseDecimal} from '../../types/decimal.ts';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {SortColumn} from '../operators/sort-order.ts';
import type {Schema} from '../batch/batch.ts';
import type {Cell} from './zset.ts';

/** Order of two values in text form, as PostgreSQL has it: NaN is the greatest number. */
export function compareCells(kind: PhysicalKind, a: string, b: string): number {
  switch (kind) {
    case 'decimal':
      return decimalCompare(parseDecimal(a)!, parseDecimal(b)!);
    case 'bytes':
      return Buffer.compare(Buffer.from(a), Buffer.from(b));
    case 'i64':
      return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
    case 'f64': {
      const [x, y] = [Number(a), Number(b)];
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      return x < y ? -1 : x > y ? 1 : 0;
    }
    case 'u8':
      return Number(a === 't') - Number(b === 't');
    case 'i32':
      return Number(a) - Number(b);
  }
}

/** Order of two rows by some sort keys; 0 = peers. */
export function compareRows(schema: Schema, sort: readonly SortColumn[], a: readonly Cell[], b: readonly Cell[]): number {
  for (const {column, descending, nullsFirst} of sort) {
    const x = a[column]!;
    const y = b[column]!;
    if (x === null && y === null) continue;
    if (x === null || y === null) return (x === null) === nullsFirst ? -1 : 1;
    const difference = compareCells(schema[column]!, x, y);
    if (difference !== 0) return descending ? -difference : difference;
  }
  return 0;
}

/** The rows in groups that agree in some columns. */
export function partitionRows<R extends {readonly cells: readonly Cell[]}>(rows: readonly R[], columns: readonly number[]): R[][] {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const name = JSON.stringify(columns.map(c => row.cells[c]));
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups.values()];
}
