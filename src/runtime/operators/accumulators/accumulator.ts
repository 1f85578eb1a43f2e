import type {SqlError} from '../../../common/sql-error.ts';
import type {PhysicalKind} from '../../../types/sql-type.ts';
import type {Column} from '../../batch/column.ts';
import type {ColumnBuilder} from '../../batch/column-builder.ts';
import type {Extra, ExtraKind, Field} from '../../rows/row-layout.ts';
import type {RowPages} from '../../rows/row-pages.ts';
import type {RowStore} from '../../rows/row-store.ts';

/**
 * One aggregate's state in the rows of its groups, worked column-wise. `update` adds rows `from … to` of a column: row `from + k` belongs to
 * the touched group `groups[k]` and counts `weights[k]` times (0 = not at all; negative = retracted). NULLs are skipped by it.
 */
export interface Accumulator {
  update(groups: Int32Array, column: Column | null, from: number, to: number, weights: Int32Array): void;
  /** Appends the aggregate's value for each of the rows `rows[from … to)`, from live pages or saved ones. */
  read(pages: RowPages, rows: Int32Array, from: number, to: number, out: ColumnBuilder): void;
  /** Adds the rows of group `from`, which is given up, to group `into`; both are touched, and neither has had a row retracted. */
  merge(into: number, from: number): void;
  /** Why the aggregate of a row has no value; null when it has. Absent: it always has. */
  failure?(pages: RowPages, row: number): SqlError | null;
}

/** Those that may have no value, each once. */
export function fallibleOf(accumulators: readonly Accumulator[]): readonly Required<Accumulator>[] {
  return [...new Set(accumulators)].filter((a): a is Required<Accumulator> => a.failure !== undefined);
}

/** Why one of the aggregates of a row has no value; null when all have. */
export function failureOf(fallible: readonly Required<Accumulator>[], pages: RowPages, row: number): SqlError | null {
  for (let f = 0; f < fallible.length; f++) {
    const error = fallible[f]!.failure(pages, row);
    if (error !== null) return error;
  }
  return null;
}

/** What an aggregate wants in the row of a group; `bind` gets the places in the same order. */
export type AccumulatorDefinition = {
  readonly output: PhysicalKind;
  /** Stored columns, NULL at first. */
  readonly columns: readonly PhysicalKind[];
  /** Words, zero at first. */
  readonly extras: readonly ExtraKind[];
  bind(places: AccumulatorPlaces): Accumulator;
};

export type AccumulatorPlaces = {readonly store: RowStore; readonly fields: readonly Field[]; readonly extras: readonly Extra[]};

/** Adds the double at word `at` of one row to that of another. */
export function addDouble({floats, shift, mask, stride}: RowPages, at: number, into: number, from: number): void {
  floats[into >> shift]![((into & mask) * stride + at) >> 1]! += floats[from >> shift]![((from & mask) * stride + at) >> 1]!;
}

/** Sets every row of `out` to NULL whose count at double `countAt` is 0; the rows are written, not yet counted in `out.length`. */
export function nullWhereEmpty(pages: RowPages, countAt: number, rows: Int32Array, from: number, to: number, out: ColumnBuilder): void {
  const {floats, shift, mask, stride} = pages;
  const start = out.length - from;
  for (let k = from; k < to; k++) {
    const row = rows[k]!;
    if (floats[row >> shift]![((row & mask) * stride + countAt) >> 1] === 0) out.setNull(start + k);
  }
}
