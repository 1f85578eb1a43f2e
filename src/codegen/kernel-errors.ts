import {sqlError, type SqlError} from '../common/sql-error.ts';
import {floatOverflow, floatUnderflow} from '../functions/scalar/float-arithmetic.ts';
import {integerOutOfRange} from '../functions/scalar/integer-range.ts';
import {divisionByZero} from '../types/decimal-divide.ts';

/** Errors that inlined code raises. One instance serves all rows: what differs between rows is kept beside it. */
export const KERNEL_ERRORS: Readonly<Record<'int2' | 'int4' | 'int8' | 'zeroDivisor' | 'overflow' | 'underflow', SqlError>> = {
  int2: integerOutOfRange('int2'),
  int4: integerOutOfRange('int4'),
  int8: integerOutOfRange('int8'),
  zeroDivisor: divisionByZero(),
  overflow: floatOverflow(),
  underflow: floatUnderflow(),
};

export function numericFieldOverflow(precision: number, scale: number): SqlError {
  const limit = precision === scale ? '1' : `10^${precision - scale}`;
  return sqlError('numeric_value_out_of_range', 'numeric field overflow', {
    detail: `A field with precision ${precision}, scale ${scale} must round to an absolute value less than ${limit}.`,
  });
}
