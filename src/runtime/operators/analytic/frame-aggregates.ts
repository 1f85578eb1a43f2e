import {unreachable} from '../../../common/unreachable.ts';
import {decimal, decimalAdd, decimalFromBigint, isDecimalOverflow, unboundedSum} from '../../../types/decimal.ts';
import type {Decimal} from '../../../types/datum.ts';
import type {PhysicalKind} from '../../../types/sql-type.ts';
import {BatchBuilder} from '../../batch/batch-builder.ts';
import type {ColumnBuilder} from '../../batch/column-builder.ts';
import type {Column} from '../../batch/column.ts';
import type {DecimalColumnBuilder} from '../../batch/decimal-column-builder.ts';
import type {F64ColumnBuilder, U8ColumnBuilder} from '../../batch/fixed-column-builders.ts';
import {formMismatch} from '../../batch/form-mismatch.ts';
import type {Int64ColumnBuilder} from '../../batch/int64-column-builder.ts';
import type {BytesOrder} from '../../rows/compare-stored.ts';
import {decimalOfBytes} from '../../rows/stored-decimal.ts';
import {rowOrder, type RowOrder} from '../sort-order.ts';
import type {FrameAggregateFunction} from './analytic-spec.ts';

/** An aggregate over a frame that moves. Rows are positions of the column given last; NULLs are left out by whoever calls. */
export interface FrameAggregate {
  /** Rows can leave, in the order in which they came. */
  readonly removable: boolean;
  /** The argument's values; absent for count(*). */
  use(column: Column | null, rows: number): void;
  reset(): void;
  add(row: number): void;
  remove(row: number): void;
  /** Goes on from an earlier result, not NULL, in row 0 of `result`, in place of `reset`. */
  resume(result: Column): void;
  /** Appends the value, or NULL and answers false where it is out of range. */
  append(out: ColumnBuilder): boolean;
}

export function frameAggregate(name: FrameAggregateFunction, kind: PhysicalKind | null, order: BytesOrder | undefined): FrameAggregate {
  switch (name) {
    case 'count':
      return new FrameCount();
    case 'min':
    case 'max':
      return new FrameExtreme(kind!, name === 'min', order);
    case 'bool-and':
    case 'bool-or':
      return new FrameBoolean(name === 'bool-and');
    case 'sum':
      if (kind === 'f64') return new FrameFloatSum();
      if (kind === 'decimal') return new FrameDecimalSum();
      if (kind === 'i32' || kind === 'i64') return new FrameIntegerSum(kind === 'i32');
      throw new Error(`internal error: no sum over columns of kind ${kind}`);
    default:
      return unreachable(name);
  }
}

class FrameCount implements FrameAggregate {
  readonly removable = true;
  #count = 0;

  use(): void {}

  reset(): void {
    this.#count = 0;
  }

  add(): void {
    this.#count++;
  }

  remove(): void {
    this.#count--;
  }

  resume(result: Column): void {
    this.#count = result.form === 'i64n' ? result.values[0]! : 0;
  }

  append(out: ColumnBuilder): boolean {
    (out as Int64ColumnBuilder).append(this.#count);
    return true;
  }
}

/** Exact: a double while that is, else a bigint. */
class FrameIntegerSum implements FrameAggregate {
  readonly removable = true;
  readonly #small: boolean;
  #values: ArrayLike<number> | null = null;
  #wide: BigInt64Array | null = null;
  #count = 0;
  #sum = 0;
  #exact: bigint | null = null;

  constructor(small: boolean) {
    this.#small = small;
  }

  use(column: Column | null): void {
    if (column?.form === 'i64w') this.#wide = column.values;
    else if (column?.form === 'i32' || column?.form === 'i64n') {
      this.#wide = null;
      this.#values = column.values;
    } else throw formMismatch('i64', column!);
  }

  reset(): void {
    this.#count = this.#sum = 0;
    this.#exact = null;
  }

  add(row: number): void {
    this.#count++;
    this.#change(row, 1);
  }

  remove(row: number): void {
    this.#count--;
    this.#change(row, -1);
  }

  #change(row: number, sign: number): void {
    if (this.#exact === null && this.#wide === null) {
      const sum = this.#sum + sign * this.#values![row]!;
      if (Number.isSafeInteger(sum)) {
        this.#sum = sum;
        return;
      }
    }
    const value = this.#wide === null ? BigInt(this.#values![row]!) : this.#wide[row]!;
    this.#exact = (this.#exact ?? BigInt(this.#sum)) + (sign > 0 ? value : -value);
  }

  resume(result: Column): void {
    this.reset();
    this.#count = 1;
    if (result.form === 'i64n') this.#sum = result.values[0]!;
    else if (result.form === 'i64w') this.#exact = result.values[0]!;
    else if (result.form === 'dec') this.#sum = result.values[0]!;
    else if (result.form === 'bytes') this.#exact = decimalOfBytes(result.data, result.starts[0]!, result.ends[0]!).unscaled;
  }

  append(out: ColumnBuilder): boolean {
    if (this.#count === 0) out.appendNull();
    else if (this.#small) return appendInt64(out as Int64ColumnBuilder, this.#exact ?? this.#sum);
    else if (this.#exact === null) (out as DecimalColumnBuilder).appendScaled(this.#sum === 0 ? 0 : this.#sum, 0);
    else (out as DecimalColumnBuilder).appendDecimal(decimalFromBigint(this.#exact));
    return true;
  }
}

function appendInt64(out: Int64ColumnBuilder, sum: number | bigint): boolean {
  const isInRange = typeof sum === 'number' || BigInt.asIntN(64, sum) === sum;
  if (typeof sum === 'number') out.append(sum === 0 ? 0 : sum);
  else if (isInRange) out.appendBigint(sum);
  else out.appendNull();
  return isInRange;
}

/**
 * Exact; as many digits after the point as the value with the most of them. Values leave only while all have equally many. A sum that has once
 * left numeric's range has no value.
 */
class FrameDecimalSum implements FrameAggregate {
  removable = true;
  #column: Column | null = null;
  #count = 0;
  /** Scaled by `scale` while #exact is null. */
  #sum = 0;
  #scale = 0;
  #exact: Decimal | null = null;
  #overflown = false;

  use(column: Column | null): void {
    if (column?.form !== 'dec' && column?.form !== 'bytes') throw formMismatch('decimal', column!);
    this.#column = column;
    this.removable = column.form === 'dec';
  }

  reset(): void {
    this.#count = this.#sum = this.#scale = 0;
    this.#exact = null;
    this.#overflown = false;
  }

  add(row: number): void {
    this.#count++;
    if (!this.#overflown) this.#change(row, 1);
  }

  remove(row: number): void {
    this.#count--;
    this.#change(row, -1);
  }

  #change(row: number, sign: number): void {
    const column = this.#column!;
    if (column.form === 'dec') {
      const value = sign * column.values[row]!;
      if (this.#exact === null && (this.#scale === column.scale || this.#sum === 0) && Number.isSafeInteger(this.#sum + value)) {
        // A sum of 0 is so at any scale; what it has been made of shows at no less than its own.
        this.#sum += value;
        this.#scale = Math.max(this.#scale, column.scale);
        if (this.#scale === column.scale) return;
        this.#exact = decimalAdd(decimal(0n, this.#scale), decimal(BigInt(this.#sum), column.scale));
        return;
      }
      this.#exact = decimalAdd(this.#value(), decimal(BigInt(value), column.scale));
    } else if (column.form === 'bytes') {
      const sum = unboundedSum(this.#value(), decimalOfBytes(column.data, column.starts[row]!, column.ends[row]!));
      if (isDecimalOverflow(sum)) this.#overflown = true;
      else this.#exact = sum;
    }
  }

  #value(): Decimal {
    return this.#exact ?? decimal(BigInt(this.#sum), this.#scale);
  }

  resume(result: Column): void {
    this.reset();
    this.#count = 1;
    if (result.form === 'dec') {
      this.#sum = result.values[0]!;
      this.#scale = result.scale;
    } else if (result.form === 'bytes') this.#exact = decimalOfBytes(result.data, result.starts[0]!, result.ends[0]!);
  }

  append(out: ColumnBuilder): boolean {
    const target = out as DecimalColumnBuilder;
    if (this.#count === 0 || this.#overflown) target.appendNull();
    else if (this.#exact === null) target.appendScaled(this.#sum === 0 ? 0 : this.#sum, this.#scale);
    else target.appendDecimal(this.#exact);
    return !this.#overflown;
  }
}

/**
 * Added up in the order of the rows, as PostgreSQL does: what has been rounded away does not come back, so no row can leave. A sum of finite
 * values that has once left the range of a double has no value.
 */
class FrameFloatSum implements FrameAggregate {
  readonly removable = false;
  #values: Float64Array = new Float64Array(0);
  #count = 0;
  #sum = 0;
  #overflown = false;

  use(column: Column | null): void {
    if (column?.form !== 'f64') throw formMismatch('f64', column!);
    this.#values = column.values;
  }

  reset(): void {
    this.#count = this.#sum = 0;
    this.#overflown = false;
  }

  add(row: number): void {
    const value = this.#values[row]!;
    const sum = this.#sum + value;
    if (!Number.isFinite(sum) && Number.isFinite(this.#sum) && Number.isFinite(value)) this.#overflown = true;
    this.#count++;
    this.#sum = sum;
  }

  remove(): void {
    throw new Error('internal error: a row leaves a sum of floats');
  }

  resume(result: Column): void {
    this.reset();
    this.#count = 1;
    this.#sum = result.form === 'f64' ? result.values[0]! : NaN;
  }

  append(out: ColumnBuilder): boolean {
    if (this.#count === 0 || this.#overflown) out.appendNull();
    else (out as F64ColumnBuilder).append(this.#sum);
    return !this.#overflown;
  }
}

class FrameBoolean implements FrameAggregate {
  readonly removable = true;
  readonly #and: boolean;
  #values: Uint8Array = new Uint8Array(0);
  #trues = 0;
  #falses = 0;

  constructor(and: boolean) {
    this.#and = and;
  }

  use(column: Column | null): void {
    if (column?.form !== 'u8') throw formMismatch('u8', column!);
    this.#values = column.values;
  }

  reset(): void {
    this.#trues = this.#falses = 0;
  }

  add(row: number): void {
    this.#count(this.#values[row] !== 0, 1);
  }

  remove(row: number): void {
    this.#count(this.#values[row] !== 0, -1);
  }

  #count(isTrue: boolean, by: number): void {
    if (isTrue) this.#trues += by;
    else this.#falses += by;
  }

  resume(result: Column): void {
    this.reset();
    this.#count(result.form === 'u8' && result.values[0] !== 0, 1);
  }

  append(out: ColumnBuilder): boolean {
    if (this.#trues + this.#falses === 0) out.appendNull();
    else (out as U8ColumnBuilder).append(Number(this.#and ? this.#falses === 0 : this.#trues > 0));
    return true;
  }
}

/** Keeps the rows that may become the extreme when those before them leave: ever worse ones behind the best. */
class FrameExtreme implements FrameAggregate {
  readonly removable = true;
  readonly #kind: PhysicalKind;
  readonly #sort: {
    readonly column: number;
    readonly descending: boolean;
    readonly nullsFirst: boolean;
    readonly order: BytesOrder | undefined;
  };
  #column: Column | null = null;
  #rows = 0;
  #order: RowOrder = () => 0;
  #candidates = new Int32Array(16);
  #first = 0;
  #end = 0;
  readonly #best = new Int32Array(1);

  constructor(kind: PhysicalKind, least: boolean, order: BytesOrder | undefined) {
    this.#kind = kind;
    this.#sort = {column: 0, descending: !least, nullsFirst: false, order};
  }

  use(column: Column | null, rows: number): void {
    this.#column = column;
    this.#rows = rows;
    this.#order = rowOrder([this.#kind], [this.#sort], [column!]);
    if (this.#candidates.length < rows + 1) this.#candidates = new Int32Array(2 * rows + 1);
    this.reset();
  }

  reset(): void {
    this.#first = this.#end = 0;
  }

  add(row: number): void {
    while (this.#end > this.#first && this.#order(this.#candidates[this.#end - 1]!, row) > 0) this.#end--;
    this.#candidates[this.#end++] = row;
  }

  remove(row: number): void {
    if (this.#end > this.#first && this.#candidates[this.#first] === row) this.#first++;
  }

  /** The earlier result becomes one more row behind the others. */
  resume(result: Column): void {
    const builder = new BatchBuilder([this.#kind]);
    builder.columns[0]!.appendRange(this.#column!, 0, this.#rows);
    builder.columns[0]!.appendRange(result, 0, 1);
    const rows = this.#rows;
    this.use(builder.columns[0]!.build(), rows + 1);
    this.#rows = rows;
    this.add(rows);
  }

  append(out: ColumnBuilder): boolean {
    if (this.#end === this.#first) {
      out.appendNull();
      return true;
    }
    this.#best[0] = this.#candidates[this.#first]!;
    out.gather(this.#column!, this.#best, 0, 1);
    return true;
  }
}
