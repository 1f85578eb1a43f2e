import type {Datum} from '../types/datum.ts';
import type {SqlType} from '../types/sql-type.ts';

/**
 * How generated code holds a value of the current row.
 *  bool    a JavaScript boolean            i32, f64   a number
 *  i64n    a safe integer                  i64w       a bigint
 *  dec     a safe integer, value = code · 10^−scale
 *  bytes   a range: `code` is the buffer, `start` and `end` its bounds
 *  string  a JavaScript string (text kinds)
 *  datum   the datum itself (everything else, general numeric included)
 */
export type ValueForm = 'bool' | 'i32' | 'f64' | 'i64n' | 'i64w' | 'dec' | 'bytes' | 'string' | 'datum';

/**
 * A value in generated code. `code`, `start`, `end` and `isNull` are expressions without side effects, cheap to repeat: names, literals and
 * array elements. `code` may be evaluated only where `isNull` does not hold.
 */
export type KernelValue = {
  readonly form: ValueForm;
  readonly type: SqlType;
  readonly code: string;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly scale?: number | undefined;
  /** The input column in whose buffer a range lies. */
  readonly source?: number | undefined;
  /** Undefined = never NULL. */
  readonly isNull: string | undefined;
  /** Evaluating it may set `err`. */
  readonly fallible: boolean;
  /** Known at compile time. */
  readonly constant?: {readonly value: Datum} | undefined;
};
