import {sqlError} from '../common/sql-error.ts';
import {trimSpace} from './trim-space.ts';

type IntRange = {readonly name: string; readonly min: bigint; readonly max: bigint};

const RANGES = {
  int2: {name: 'smallint', min: -32768n, max: 32767n},
  int4: {name: 'integer', min: -2147483648n, max: 2147483647n},
  int8: {name: 'bigint', min: -9223372036854775808n, max: 9223372036854775807n},
} as const satisfies Record<string, IntRange>;

/** int2in, int4in. 22P02 for what is no integer, 22003 outside the type's range. */
export function parseInt2(text: string): number {
  return Number(parseInteger(text, RANGES.int2));
}

export function parseInt4(text: string): number {
  return Number(parseInteger(text, RANGES.int4));
}

export function parseInt8(text: string): bigint {
  return parseInteger(text, RANGES.int8);
}

function parseInteger(text: string, {name, min, max}: IntRange): bigint {
  const match = /^([+-]?\d+)(.*)$/s.exec(trimSpace(text));
  if (match !== null) {
    const value = BigInt((match[1] ?? '').replace('+', ''));
    // Overflow is noticed before trailing junk, as PostgreSQL reads digit by digit.
    if (value < min || value > max) throw sqlError('numeric_value_out_of_range', `value "${text}" is out of range for type ${name}`);
    if (match[2] === '') return value;
  }
  throw sqlError('invalid_text_representation', `invalid input syntax for type ${name}: "${text}"`);
}

/** oidin (also for xid): unsigned 32 bit; negative numbers wrap around. */
export function parseOid(text: string, typeName = 'oid'): number {
  const trimmed = trimSpace(text);
  if (!/^[+-]?\d+$/.test(trimmed)) throw sqlError('invalid_text_representation', `invalid input syntax for type ${typeName}: "${text}"`);
  const value = BigInt(trimmed.replace('+', ''));
  if (value > 4294967295n || value < -2147483648n)
    throw sqlError('numeric_value_out_of_range', `value "${text}" is out of range for type ${typeName}`);
  return Number(BigInt.asUintN(32, value));
}
