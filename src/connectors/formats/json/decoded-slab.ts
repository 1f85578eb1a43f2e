import type {ColumnLocation} from '../../../runtime/ring/batch-message.ts';

/** A record that became no row. `record` is its index among the records of the call; `column` names what was wrong, '' = the record. */
export type DecodeError = {readonly record: number; readonly column: string; readonly reason: string};

/** What one decode call left in its region. */
export type DecodedSlab = {
  /** Records that became rows. */
  readonly rows: number;
  /** One for each output of the projection. */
  readonly columns: readonly ColumnLocation[];
  /** Address of the record index (Int32) of each row; 0 = row i is record i. */
  readonly sourceRows: number;
  /** Bytes of the region, from its base, that the columns need. The rest may be used again at once. */
  readonly usedBytes: number;
  readonly errors: readonly DecodeError[];
};
