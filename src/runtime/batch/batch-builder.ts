import {unreachable} from '../../common/unreachable.ts';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {BatchSink, Slices} from '../graph/operator.ts';
import {MAX_BATCH_ROWS, type Batch, type Schema} from './batch.ts';
import {BytesColumnBuilder} from './bytes-column-builder.ts';
import type {ColumnBuilder} from './column-builder.ts';
import {DecimalColumnBuilder} from './decimal-column-builder.ts';
import {F64ColumnBuilder, I32ColumnBuilder, U8ColumnBuilder} from './fixed-column-builders.ts';
import {Int64ColumnBuilder} from './int64-column-builder.ts';

/**
 * Collects output rows column by column and hands them on as batches; its arrays are reused. Whoever appends to the columns directly
 * appends the same number of rows to each, then calls `added(n, weight)`.
 */
export class BatchBuilder {
  readonly schema: Schema;
  readonly columns: readonly ColumnBuilder[];
  length = 0;
  readonly #wide: readonly BytesColumnBuilder[];
  #weights = new Int32Array(64);
  #weighted = false;

  constructor(schema: Schema) {
    this.schema = schema;
    this.columns = schema.map(columnBuilder);
    this.#wide = this.columns.filter(column => column instanceof BytesColumnBuilder);
  }

  get full(): boolean {
    return this.length >= MAX_BATCH_ROWS;
  }

  /** Bytes of variable-width values so far. */
  get dataBytes(): number {
    let bytes = 0;
    for (const column of this.#wide) bytes += column.used;
    return bytes;
  }

  /** Notes that `count` rows of one weight were appended to every column. */
  added(count: number, weight: number): void {
    const end = this.length + count;
    if (weight !== 1) this.#startWeights();
    if (this.#weighted) this.#growWeights(end).fill(weight, this.length, end);
    this.length = end;
  }

  /** Notes one row each of the given weights (times `sign`). */
  addedWeights(weights: Int32Array | null, rows: Int32Array, from: number, to: number, sign = 1): void {
    if (weights === null) {
      this.added(to - from, sign);
      return;
    }
    this.#startWeights();
    const own = this.#growWeights(this.length + to - from);
    for (let k = from, at = this.length; k < to; k++, at++) own[at] = weights[rows[k]!]! * sign;
    this.length += to - from;
  }

  /** Appends rows `rows[from … to)` of a batch with its weights. */
  gather(batch: Batch, rows: Int32Array, from: number, to: number): void {
    for (let c = 0; c < this.columns.length; c++) this.columns[c]!.gather(batch.columns[c]!, rows, from, to);
    this.addedWeights(batch.weights, rows, from, to);
  }

  /** Appends rows `from … to` of a batch, all with `weight`. */
  appendRange(batch: Batch, from: number, to: number, weight = 1): void {
    for (let c = 0; c < this.columns.length; c++) this.columns[c]!.appendRange(batch.columns[c]!, from, to);
    this.added(to - from, weight);
  }

  /** The rows so far. Valid until `reset`. */
  build(): Batch {
    return {length: this.length, columns: this.columns.map(c => c.build()), weights: this.#weighted ? this.#weights : null};
  }

  reset(): void {
    this.length = 0;
    this.#weighted = false;
    for (const column of this.columns) column.reset();
  }

  /** Emits what is there, if anything, and starts anew. */
  *emit(out: BatchSink): Slices {
    if (this.length === 0) return;
    yield* out.emit(this.build());
    this.reset();
  }

  #startWeights(): void {
    if (this.#weighted) return;
    this.#weighted = true;
    this.#growWeights(this.length).fill(1, 0, this.length);
  }

  #growWeights(needed: number): Int32Array {
    if (this.#weights.length < needed) {
      const grown = new Int32Array(Math.max(needed, this.#weights.length * 2));
      grown.set(this.#weights);
      this.#weights = grown;
    }
    return this.#weights;
  }
}

function columnBuilder(kind: PhysicalKind): ColumnBuilder {
  switch (kind) {
    case 'u8':
      return new U8ColumnBuilder();
    case 'i32':
      return new I32ColumnBuilder();
    case 'f64':
      return new F64ColumnBuilder();
    case 'i64':
      return new Int64ColumnBuilder();
    case 'decimal':
      return new DecimalColumnBuilder();
    case 'bytes':
      return new BytesColumnBuilder();
    default:
      return unreachable(kind);
  }
}
