import {sqlError} from '../../common/sql-error.ts';

/** What PostgreSQL's range errors call the integer types. */
export const INTEGER_NAMES = {int2: 'smallint', int4: 'integer', int8: 'bigint'} as const;
export type IntegerKind = keyof typeof INTEGER_NAMES;

export const INT8_MAX = 9223372036854775807n;
export const INT8_MIN = -9223372036854775808n;

export function integerOutOfRange(kind: IntegerKind) {
  return sqlError('numeric_value_out_of_range', `${INTEGER_NAMES[kind]} out of range`);
}

export function checkInt2(value: number): number {
  if ((value << 16) >> 16 !== value) throw integerOutOfRange('int2');
  return value | 0;
}

export function checkInt4(value: number): number {
  if ((value | 0) !== value) throw integerOutOfRange('int4');
  return value | 0;
}

export function checkInt8(value: bigint): bigint {
  if (value > INT8_MAX || value < INT8_MIN) throw integerOutOfRange('int8');
  return value;
}
