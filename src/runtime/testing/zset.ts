import {parseDecimal, decimalToText} from '../../types/decimal.ts';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Batch, Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BytesColumnBuilder} from '../batch/bytes-column-builder.ts';
import type {Column} from '../batch/column.ts';
import type {ColumnBuilder} from '../batch/column-builder.ts';
import type {DecimalColumnBuilder} from '../batch/decimal-column-builder.ts';
import type {F64ColumnBuilder, I32ColumnBuilder, U8ColumnBuilder} from '../batch/fixed-column-builders.ts';
import type {Int64ColumnBuilder} from '../batch/int64-column-builder.ts';

/** A value as text, null = NULL. Booleans are t and f. */
export type Cell = string | null;
export type ZRow = {readonly cells: readonly Cell[]; readonly weight: number};

/** A Z-set written as a table: one row a line, cells split by blanks, ∅ = NULL, '' = empty text, the weight last. */
export function z(text: TemplateStringsArray, ...values: readonly (string | number)[]): ZRow[] {
  return String.raw({raw: text}, ...values)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(line => {
      const words = line.split(/\s+/);
      const cells = words.slice(0, -1).map(word => (word === '∅' ? null : word === "''" ? '' : word));
      return {cells, weight: Number(words.at(-1))};
    });
}

const SEPARATOR = '\u0001';
const NULL_MARK = '\u0000';

/** Adds up equal rows; rows of weight 0 vanish. */
export class ZSet {
  readonly weights = new Map<string, number>();

  static of(...deltas: readonly (readonly ZRow[])[]): ZSet {
    const set = new ZSet();
    for (const delta of deltas) set.add(delta);
    return set;
  }

  add(rows: readonly ZRow[], sign = 1): this {
    for (const {cells, weight} of rows) {
      const key = cells.map(cell => cell ?? NULL_MARK).join(SEPARATOR);
      const sum = (this.weights.get(key) ?? 0) + weight * sign;
      if (sum === 0) this.weights.delete(key);
      else this.weights.set(key, sum);
    }
    return this;
  }

  rows(): ZRow[] {
    return [...this.weights].map(([key, weight]) => ({cells: cellsOf(key), weight}));
  }

  /** Sorted lines, for comparisons. */
  lines(): string[] {
    return [...this.weights].map(([key, weight]) => `${key.replaceAll(SEPARATOR, ' | ').replaceAll(NULL_MARK, '∅')} ×${weight}`).sort();
  }
}

const cellsOf = (key: string): Cell[] => (key === '' ? [''] : key.split(SEPARATOR).map(cell => (cell === NULL_MARK ? null : cell)));

/** Rows as a batch of their own arrays. `wide` = 64-bit integers in wide form whatever their size. */
export function toBatch(schema: Schema, rows: readonly ZRow[], wide = false): Batch {
  const builder = new BatchBuilder(schema);
  if (wide) for (const column of builder.columns) if ('widen' in column) (column as Int64ColumnBuilder).widen();
  for (const {cells, weight} of rows) {
    schema.forEach((kind, c) => append(kind, builder.columns[c]!, cells[c] ?? null));
    builder.added(1, weight);
  }
  return builder.build();
}

function append(kind: PhysicalKind, column: ColumnBuilder, cell: Cell): void {
  if (cell === null) {
    column.appendNull();
    return;
  }
  switch (kind) {
    case 'u8':
      (column as U8ColumnBuilder).append(cell === 't' ? 1 : 0);
      break;
    case 'i32':
      (column as I32ColumnBuilder).append(Number(cell));
      break;
    case 'f64':
      (column as F64ColumnBuilder).append(Number(cell));
      break;
    case 'i64':
      (column as Int64ColumnBuilder).appendBigint(BigInt(cell));
      break;
    case 'decimal':
      (column as DecimalColumnBuilder).appendDecimal(parseDecimal(cell)!);
      break;
    case 'bytes': {
      const bytes = Buffer.from(cell);
      (column as BytesColumnBuilder).append(bytes, 0, bytes.length);
      break;
    }
  }
}

export function fromBatch(schema: Schema, batch: Batch): ZRow[] {
  const rows: ZRow[] = [];
  for (let i = 0; i < batch.length; i++) {
    const cells = batch.columns.map((column, c) => cellAt(schema[c]!, column, i));
    rows.push({cells, weight: batch.weights === null ? 1 : batch.weights[i]!});
  }
  return rows;
}

function cellAt(kind: PhysicalKind, column: Column, i: number): Cell {
  if (column.validity !== null && column.validity[i] === 0) return null;
  switch (column.form) {
    case 'u8':
      return column.values[i] === 0 ? 'f' : 't';
    case 'dec':
      return decimalToText({tag: 'decimal', unscaled: BigInt(column.values[i]!), scale: column.scale});
    case 'bytes': {
      const text = Buffer.from(column.data.subarray(column.starts[i]!, column.ends[i]!)).toString();
      return kind === 'decimal' ? decimalToText(parseDecimal(text)!) : text;
    }
    default:
      return String(column.values[i]!);
  }
}
