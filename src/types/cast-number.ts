import {sqlError} from '../common/sql-error.ts';
import {asBigint, asDecimal, asNumber} from './datum-kind.ts';
import type {Datum, Decimal} from './datum.ts';
import {decimalFromBigint, decimalToText} from './decimal.ts';
import {decimalFromNumber, decimalToInteger} from './decimal-convert.ts';
import {decimalFit} from './decimal-round.ts';
import {parseFloat4, parseFloat8} from './float-text.ts';
import {roundHalfEven} from './round-half-even.ts';
import type {SqlType} from './sql-type.ts';

type IntKind = 'int2' | 'int4' | 'int8';
const INTS: Readonly<Record<IntKind, {readonly name: string; readonly min: bigint; readonly max: bigint}>> = {
  int2: {name: 'smallint', min: -32768n, max: 32767n},
  int4: {name: 'integer', min: -2147483648n, max: 2147483647n},
  int8: {name: 'bigint', min: -9223372036854775808n, max: 9223372036854775807n},
};

/** Between int2, int4, int8, float4, float8 and numeric. 22003 where the value does not fit the target. */
export function castNumber(datum: Exclude<Datum, null>, from: SqlType, to: SqlType): Datum {
  switch (to.kind) {
    case 'int2':
    case 'int4':
    case 'int8': {
      const value = toInteger(datum, from, to.kind);
      return to.kind === 'int8' ? value : Number(value);
    }
    case 'float4':
      return toFloat4(datum, from);
    case 'float8':
      return toFloat8(datum, from);
    case 'numeric': {
      const value = toDecimal(datum, from);
      return to.precision === undefined ? value : decimalFit(value, to.precision, to.scale ?? 0);
    }
    default:
      throw new Error(`internal error: ${to.kind} is no number type`);
  }
}

export function isNumberKind(type: SqlType): boolean {
  return type.kind in INTS || type.kind === 'float4' || type.kind === 'float8' || type.kind === 'numeric';
}

/** Floats round half to even, numeric half away from zero. */
function toInteger(datum: Exclude<Datum, null>, from: SqlType, target: IntKind): bigint {
  const {name, min, max} = INTS[target];
  if (from.kind === 'numeric') return decimalToInteger(asDecimal(from, datum), min, max, name);
  const value = typeof datum === 'bigint' ? datum : floatToBigint(asNumber(from, datum), name);
  if (value < min || value > max) throw outOfRange(name);
  return value;
}

function floatToBigint(value: number, name: string): bigint {
  if (!Number.isFinite(value)) throw outOfRange(name);
  return BigInt(roundHalfEven(value));
}

function outOfRange(name: string) {
  return sqlError('numeric_value_out_of_range', `${name} out of range`);
}

function toFloat8(datum: Exclude<Datum, null>, from: SqlType): number {
  if (from.kind === 'numeric') return parseFloat8(decimalToText(asDecimal(from, datum)));
  return Number(typeof datum === 'bigint' ? datum : asNumber(from, datum));
}

function toFloat4(datum: Exclude<Datum, null>, from: SqlType): number {
  if (from.kind === 'numeric') return parseFloat4(decimalToText(asDecimal(from, datum)));
  const value = Number(typeof datum === 'bigint' ? datum : asNumber(from, datum));
  const single = Math.fround(value);
  if (!Number.isFinite(single) && Number.isFinite(value)) throw sqlError('numeric_value_out_of_range', 'value out of range: overflow');
  if (single === 0 && value !== 0) throw sqlError('numeric_value_out_of_range', 'value out of range: underflow');
  return single;
}

function toDecimal(datum: Exclude<Datum, null>, from: SqlType): Decimal {
  switch (from.kind) {
    case 'numeric':
      return asDecimal(from, datum);
    case 'int8':
      return decimalFromBigint(asBigint(from, datum));
    default:
      return decimalFromNumber(asNumber(from, datum), from.kind === 'float4' ? 6 : 15);
  }
}
