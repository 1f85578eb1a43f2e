import type {Batch, Schema} from '../batch/batch.ts';
import type {BatchBuilder} from '../batch/batch-builder.ts';
import type {Pin} from '../rows/pin.ts';

/**
 * Rows that readers can get at: a view's store, a table, or the state of an operator that holds its own result. Every read is of a published
 * step: that of `at`, or the last one (null). Rows are appended to `out` with their weights: weight k stands for k equal rows.
 */
export interface ReadableRows {
  readonly schema: Schema;
  /** Columns by which `lookup` finds the at most one row; null = no lookup. */
  readonly key: readonly number[] | null;
  /** Stored rows (equal ones may be stored once). */
  rowCount(at: Pin | null): number;
  /** Pins the last published step; `release()` it. */
  pin(): Pin;
  /** Appends the row whose key equals row `row` of `keys`, whose columns are the key columns in order; NULL finds NULL. Returns the rows appended. */
  lookup(keys: Batch, row: number, out: BatchBuilder, at: Pin | null): number;
  /**
   * Appends the rows among the next `max` places from place `from` on (0 = the beginning). Returns the place to go on from, −1 at the end.
   * Places keep their meaning as long as `at` is pinned.
   */
  scan(from: number, max: number, out: BatchBuilder, at: Pin | null): number;
}
