import type {Batch} from '../../runtime/batch/batch.ts';
import type {BatchBuilder} from '../../runtime/batch/batch-builder.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import type {Pin} from '../../runtime/rows/pin.ts';
import type {ReadableRows} from '../../runtime/views/readable-rows.ts';
import type {WriteTarget} from './write-target.ts';

/** The rows of a relation as they were when the transaction began. */
export type BaseRows = {readonly rows: ReadableRows; readonly pin: Pin};

/** What became of a row that was to be added. */
export const ADDED = 0;
/** Its key was there before the statement. */
export const KEY_EXISTS = 1;
/** Its key was put there by this statement. */
export const KEY_ADDED_BY_STATEMENT = 2;

/**
 * `checked`: the newest step is younger than the base. `time` is that of the step in which the delta is applied, `nextOffset` where a log goes
 * on in it.
 */
export type DeltaArgs = {readonly newest: ReadableRows; readonly checked: boolean; readonly time: number; readonly nextOffset: number};

/**
 * The changes that one transaction has made to one relation, over a published step. Statements see the changes of those before them, never
 * their own: what they write is theirs until `endStatement`.
 */
export interface TableChanges {
  readonly target: WriteTarget;
  beginStatement(): void;
  endStatement(): void;
  undoStatement(): void;
  /** Takes rows away; `removed[row]` = how many copies, at most the row's weight: fewer when this statement has taken them already. */
  remove(batch: Batch, removed: Int32Array): void;
  /** Puts rows in, each with its weight (1 where there is a key); `outcome[row]` is one of the constants above. */
  add(batch: Batch, outcome: Uint8Array): void;
  /** Appends the row that has the key of row `row`, as it was when the statement began; returns the rows appended. */
  existing(batch: Batch, row: number, out: BatchBuilder): number;
  /** The row with these values of its key columns; undefined without a key. */
  readonly find?: ((key: Batch) => Batch | null) | undefined;
  /** Pins the changes of the finished statements, for `scan`. */
  pin(): Pin;
  /** All rows, changes up to `own` included; weights are positive. */
  scan(own: Pin, out: BatchSink): Slices;
  /**
   * What the changes mean for the rows of the newest step; 40001 when a changed row has been changed since the base.
   */
  delta(args: DeltaArgs, out: BatchSink): Slices;
  /** The same without base rows: TRUNCATE. */
  emptied(): TableChanges;
}
