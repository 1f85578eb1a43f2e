import type {SqlType} from '../../../types/sql-type.ts';

/** A column that JSON records are decoded into: the value of the record's key of this name. */
export type DecodeColumn = {readonly name: string; readonly type: SqlType; readonly notNull?: boolean | undefined};

export type TimestampFormat = 'iso' | 'epoch_s' | 'epoch_ms' | 'epoch_us' | 'epoch_ns';

export type JsonOptions = {
  /** What values of timestamp and timestamptz columns are; default iso. */
  readonly timestampFormat?: TimestampFormat | undefined;
  /** Accept `"42"` for numeric types; default false. */
  readonly coerceStrings?: boolean | undefined;
};

/** A column (`path` empty) or what lies in a composite column, by field numbers. */
export type LeafPath = {readonly column: number; readonly path: readonly number[]};

/**
 * Records as ranges of one buffer: record i is bytes [valueStart[i], valueEnd[i]), ordered and not overlapping; valueStart −1 = no value
 * (a tombstone). count ≤ 8192.
 */
export type LocatedRecords = {
  readonly bytes: Uint8Array;
  readonly valueStart: Int32Array;
  readonly valueEnd: Int32Array;
  readonly count: number;
};
