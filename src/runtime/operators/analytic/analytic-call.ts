import {sqlError, type SqlError} from '../../../common/sql-error.ts';
import {unreachable} from '../../../common/unreachable.ts';
import {numericOverflow} from '../../../types/decimal.ts';
import type {PhysicalKind} from '../../../types/sql-type.ts';
import {BatchBuilder} from '../../batch/batch-builder.ts';
import type {Schema} from '../../batch/batch.ts';
import type {ColumnBuilder} from '../../batch/column-builder.ts';
import type {Column} from '../../batch/column.ts';
import type {F64ColumnBuilder, I32ColumnBuilder} from '../../batch/fixed-column-builders.ts';
import type {Int64ColumnBuilder} from '../../batch/int64-column-builder.ts';
import type {SortColumn} from '../sort-order.ts';
import {outputOf, reachOf, type AnalyticSpec, type Reach} from './analytic-spec.ts';
import {frameAggregate, type FrameAggregate} from './frame-aggregates.ts';
import {FrameBounds, isIncluded} from './frame-bounds.ts';
import type {PartitionSlice} from './partition-slice.ts';
import {appendSessions} from './session-bounds.ts';

const NOWHERE = -1;
/** For calls of which no row fails. */
const NONE_FAILS = new Uint8Array(0);

/**
 * What is known of the row before the first one evaluated: the call's own value there, in row 0, or that it failed, and that row's number
 * from 1.
 */
export type Predecessor = {readonly own: Column; readonly failed: boolean; readonly rowNumber: number};

/** A window function call: gives its values for positions of a slice. */
export class AnalyticCall {
  readonly output: PhysicalKind;
  readonly reach: Reach;
  /** Why a row may have no value; null = every row has one. */
  readonly failure: SqlError | null;
  readonly #spec: AnalyticSpec;
  readonly #kind: PhysicalKind | null;
  readonly #bounds: FrameBounds;
  readonly #aggregate: FrameAggregate | null;
  /** For aggregates: which positions count. */
  #counted = new Uint8Array(0);
  /** For value functions: the position whose value is the result. */
  #sources = new Int32Array(0);

  constructor(input: Schema, spec: AnalyticSpec, sort: readonly SortColumn[]) {
    this.output = outputOf(input, spec);
    this.reach = reachOf(spec);
    this.#spec = spec;
    this.#kind = spec.column === undefined ? null : input[spec.column]!;
    this.failure = failureOf(spec, this.#kind);
    this.#bounds = new FrameBounds(spec.frame, input, sort);
    this.#aggregate = aggregateOf(spec, this.#kind);
  }

  /**
   * Appends the values of positions `from … to`. The slice reaches as far as the call does; of a call with the reach `tail`, `previous` stands
   * for all that is before `from`. A row that has none gets NULL, and 1 in `failed`, which is all 0 before.
   */
  evaluate(
    slice: PartitionSlice,
    from: number,
    to: number,
    previous: Predecessor | null,
    out: ColumnBuilder,
    failed: Uint8Array = NONE_FAILS,
  ): void {
    switch (this.#spec.function) {
      case 'row-number':
      case 'rank':
      case 'dense-rank':
        this.#rank(slice, from, to, previous, out as Int64ColumnBuilder);
        return;
      case 'percent-rank':
      case 'cume-dist':
        this.#share(slice, from, to, out as F64ColumnBuilder);
        return;
      case 'ntile':
        this.#bucket(slice, from, to, out as I32ColumnBuilder, failed);
        return;
      case 'lag':
      case 'lead':
        this.#shift(slice, from, to, out);
        return;
      case 'first-value':
      case 'last-value':
      case 'nth-value':
        this.#pick(slice, from, to, previous, out, failed);
        return;
      case 'session-start':
      case 'session-end':
        appendSessions(
          slice,
          this.#spec.column!,
          this.#spec.gap!,
          this.#spec.function === 'session-end',
          from,
          to,
          out as Int64ColumnBuilder,
        );
        return;
      case 'count':
      case 'sum':
      case 'min':
      case 'max':
      case 'bool-and':
      case 'bool-or':
        this.#aggregateFrames(this.#aggregate!, slice, from, to, previous, out, failed);
        return;
      default:
        unreachable(this.#spec.function);
    }
  }

  #rank(slice: PartitionSlice, from: number, to: number, previous: Predecessor | null, out: Int64ColumnBuilder): void {
    let number = previous?.rowNumber ?? 0;
    if (this.#spec.function === 'row-number') {
      for (let i = from; i < to; i++) out.append(++number);
      return;
    }
    const dense = this.#spec.function === 'dense-rank';
    let rank = dense && previous !== null && previous.own.form === 'i64n' ? previous.own.values[0]! : 0;
    const {firstPeer} = slice;
    for (let i = from; i < to; i++) {
      number++;
      if (i === from || firstPeer[i] === i) rank = dense ? rank + 1 : number;
      out.append(rank);
    }
  }

  #share(slice: PartitionSlice, from: number, to: number, out: F64ColumnBuilder): void {
    const {count, firstPeer, afterPeers} = slice;
    for (let i = from; i < to; i++) {
      if (this.#spec.function === 'cume-dist') out.append(afterPeers[i]! / count);
      else out.append(count <= 1 ? 0 : firstPeer[i]! / (count - 1));
    }
  }

  #bucket(slice: PartitionSlice, from: number, to: number, out: I32ColumnBuilder, failed: Uint8Array): void {
    // As in PostgreSQL, the argument is that of the first row that has one; rows before it are in no bucket.
    const column = slice.column(this.#spec.column!);
    let first = 0;
    while (first < slice.count && integerAt(column, first) === null) first++;
    const buckets = first === slice.count ? null : integerAt(column, first);
    const start = Math.min(to, Math.max(from, first));
    if (buckets === null || buckets <= 0) {
      out.appendNulls(to - from);
      failed.fill(1, start - from, to - from);
      return;
    }
    if (start > from) out.appendNulls(start - from);
    const size = Math.floor(slice.count / buckets);
    const larger = slice.count % buckets;
    const inLarger = larger * (size + 1);
    for (let i = start - first; i < to - first; i++) {
      out.append(i < inLarger ? Math.floor(i / (size + 1)) + 1 : larger + Math.floor((i - inLarger) / size) + 1);
    }
  }

  #shift(slice: PartitionSlice, from: number, to: number, out: ColumnBuilder): void {
    const {distance, second, fallback} = this.#spec;
    const sign = this.#spec.function === 'lag' ? -1 : 1;
    const sources = this.#sourcesFor(to - from);
    const column = slice.column(this.#spec.column!);
    for (let i = from; i < to; i++) {
      const by = distance ?? integerAt(slice.column(second!), i);
      const at = by === null ? NOWHERE : i + sign * by;
      // Without a distance the result is NULL and not the fallback.
      const missing = by === null || fallback === undefined ? NOWHERE : slice.count + i;
      sources[i - from] = by !== null && at >= 0 && at < slice.count ? at : missing;
    }
    if (fallback === undefined) this.#gather(column, sources, to - from, out);
    else this.#gather(joined(this.#kind!, column, slice.count, slice.column(fallback), slice.count), sources, to - from, out);
  }

  #pick(slice: PartitionSlice, from: number, to: number, previous: Predecessor | null, out: ColumnBuilder, failed: Uint8Array): void {
    const {frame, second} = this.#spec;
    const sources = this.#sourcesFor(to - from);
    const column = slice.column(this.#spec.column!);
    if (this.reach.kind === 'tail') {
      sources.fill(previous === null ? from : slice.count, 0, to - from);
      this.#gather(previous === null ? column : joined(this.#kind!, column, slice.count, previous.own, 1), sources, to - from, out);
      return;
    }
    this.#bounds.find(slice, from, to);
    const {starts, ends} = this.#bounds;
    for (let i = from; i < to; i++) {
      const [start, end] = [starts[i - from]!, ends[i - from]!];
      let wanted = 1;
      if (second !== undefined) {
        const n = integerAt(slice.column(second), i);
        if (n !== null && n <= 0) failed[i - from] = 1;
        wanted = n === null || n <= 0 ? Infinity : n;
      }
      let found = NOWHERE;
      if (frame.exclude === 'no-others' && this.#spec.function !== 'last-value') {
        if (start + wanted - 1 < end) found = start + wanted - 1;
      } else if (this.#spec.function === 'last-value') {
        for (let j = end - 1; j >= start && found < 0; j--) if (isIncluded(frame.exclude, slice, i, j)) found = j;
      } else {
        for (let j = start; j < end && found < 0; j++) if (isIncluded(frame.exclude, slice, i, j) && --wanted === 0) found = j;
      }
      sources[i - from] = found;
    }
    this.#gather(column, sources, to - from, out);
  }

  #aggregateFrames(
    aggregate: FrameAggregate,
    slice: PartitionSlice,
    from: number,
    to: number,
    previous: Predecessor | null,
    out: ColumnBuilder,
    failed: Uint8Array,
  ): void {
    const {column, frame} = this.#spec;
    aggregate.use(column === undefined ? null : slice.column(column), slice.count);
    const counted = this.#count(slice);
    if (this.reach.kind === 'tail') {
      aggregate.reset();
      if (previous !== null && previous.own.validity?.[0] !== 0) aggregate.resume(previous.own);
      let hasFailed = previous?.failed === true;
      const peers = frame.mode === 'rows' ? null : slice.afterPeers;
      for (let i = from, end = from; i < to; i++) {
        for (const next = peers === null ? i + 1 : peers[i]!; end < next; end++) if (counted[end] !== 0) aggregate.add(end);
        // What follows goes on from a value that is none.
        if (hasFailed) out.appendNull();
        else hasFailed = !aggregate.append(out);
        if (hasFailed) failed[i - from] = 1;
      }
      return;
    }
    this.#bounds.find(slice, from, to);
    const {starts, ends} = this.#bounds;
    if (frame.exclude !== 'no-others') {
      for (let i = from; i < to; i++) {
        aggregate.reset();
        for (let j = starts[i - from]!; j < ends[i - from]!; j++) {
          if (counted[j] !== 0 && isIncluded(frame.exclude, slice, i, j)) aggregate.add(j);
        }
        if (!aggregate.append(out)) failed[i - from] = 1;
      }
      return;
    }
    let start = 0;
    let end = 0;
    aggregate.reset();
    for (let k = 0; k < to - from; k++) {
      const nextStart = starts[k]!;
      const nextEnd = Math.max(nextStart, ends[k]!);
      if (nextStart >= end || nextStart < start || nextEnd < end || (nextStart > start && !aggregate.removable)) {
        aggregate.reset();
        end = nextStart;
      } else for (; start < nextStart; start++) if (counted[start] !== 0) aggregate.remove(start);
      start = nextStart;
      for (; end < nextEnd; end++) if (counted[end] !== 0) aggregate.add(end);
      if (!aggregate.append(out)) failed[k] = 1;
    }
  }

  /** Which positions an aggregate counts: not those with a NULL, nor those that FILTER leaves out. */
  #count(slice: PartitionSlice): Uint8Array {
    if (this.#counted.length < slice.count) this.#counted = new Uint8Array(slice.rows.length);
    const counted = this.#counted;
    counted.fill(1, 0, slice.count);
    const {column, filter} = this.#spec;
    const validity = column === undefined ? null : slice.column(column).validity;
    if (validity !== null) for (let i = 0; i < slice.count; i++) if (validity[i] === 0) counted[i] = 0;
    if (filter !== undefined) {
      const passes = slice.column(filter);
      for (let i = 0; i < slice.count; i++) {
        if (passes.form !== 'u8' || passes.values[i] === 0 || passes.validity?.[i] === 0) counted[i] = 0;
      }
    }
    return counted;
  }

  #sourcesFor(count: number): Int32Array {
    if (this.#sources.length < count) this.#sources = new Int32Array(2 * count);
    return this.#sources;
  }

  #gather(column: Column, sources: Int32Array, count: number, out: ColumnBuilder): void {
    const at = out.length;
    const rows = sources.slice(0, count);
    for (let k = 0; k < count; k++) if (rows[k] === NOWHERE) rows[k] = 0;
    out.gather(column, rows, 0, count);
    for (let k = 0; k < count; k++) if (sources[k] === NOWHERE) out.setNull(at + k);
  }
}

function aggregateOf({function: name, order}: AnalyticSpec, kind: PhysicalKind | null): FrameAggregate | null {
  switch (name) {
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
    case 'bool-and':
    case 'bool-or':
      return frameAggregate(name, kind, order);
    default:
      return null;
  }
}

function failureOf({function: name}: AnalyticSpec, kind: PhysicalKind | null): SqlError | null {
  switch (name) {
    case 'ntile':
      return sqlError('invalid_argument_for_ntile_function', 'argument of ntile must be greater than zero');
    case 'nth-value':
      return sqlError('invalid_argument_for_nth_value_function', 'argument of nth_value must be greater than zero');
    case 'sum':
      if (kind === 'i32') return sqlError('numeric_value_out_of_range', 'bigint out of range');
      if (kind === 'decimal') return numericOverflow();
      return kind === 'f64' ? sqlError('numeric_value_out_of_range', 'value out of range: overflow') : null;
    default:
      return null;
  }
}

/** One column behind the other. */
function joined(kind: PhysicalKind, first: Column, firstRows: number, second: Column, secondRows: number): Column {
  const builder = new BatchBuilder([kind]);
  builder.columns[0]!.appendRange(first, 0, firstRows);
  builder.columns[0]!.appendRange(second, 0, secondRows);
  return builder.columns[0]!.build();
}

function integerAt(column: Column, row: number): number | null {
  if (column.validity?.[row] === 0) return null;
  return column.form === 'i32' ? column.values[row]! : Number(column.form === 'i64n' || column.form === 'i64w' ? column.values[row]! : NaN);
}
