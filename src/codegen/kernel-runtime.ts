import {toSqlError, type SqlError} from '../common/sql-error.ts';
import type {EvaluationContext} from '../functions/evaluation-context.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import {castDatum} from '../types/cast-datum.ts';
import {compareDatums, compareFloats} from '../types/compare.ts';
import {compareText} from '../types/compare-text.ts';
import type {Datum, Decimal} from '../types/datum.ts';
import {decimalFromText} from '../types/decimal.ts';
import type {SqlType} from '../types/sql-type.ts';
import {
  byteCount,
  characterCountOfBytes,
  compareRanges,
  containsConstant,
  countByte,
  endsWithConstant,
  equalRanges,
  equalsConstant,
  startsWithConstant,
} from './byte-functions.ts';
import {datumOfRange, type SlicingBuffer} from './datum-column.ts';
import {interpret} from './interpret.ts';

/** What generated code calls; in its source this object is `rt`. */
export const KERNEL_RUNTIME = {
  byteCount,
  characterCount: characterCountOfBytes,
  compareRanges,
  contains: containsConstant,
  countByte,
  endsWith: endsWithConstant,
  equalRanges,
  equals: equalsConstant,
  startsWith: startsWithConstant,
  compareFloats,
  compareText,
  compare: (type: SqlType, a: Exclude<Datum, null>, b: Exclude<Datum, null>): number => compareDatums(type, a, b),
  error: (thrown: unknown): SqlError => toSqlError(thrown),
  text: (data: SlicingBuffer, start: number, end: number): string => data.utf8Slice(start, end),
  range: (type: SqlType, data: SlicingBuffer, start: number, end: number): Datum => datumOfRange(type, data, start, end),
  decimalOfText: (data: SlicingBuffer, start: number, end: number): Decimal => decimalFromText(data.latin1Slice(start, end)),
  decimal: (value: number, scale: number): Decimal => ({tag: 'decimal', unscaled: BigInt(value), scale}),
  /** a % b of integers, never −0. A floating-point remainder takes several times as long as one of 32-bit integers. */
  remainder: (a: number, b: number): number => {
    const a32 = a | 0;
    const b32 = b | 0;
    return a32 === a && b32 === b ? (a32 % b32) | 0 : (a % b) + 0;
  },
  /** value / divisor rounded half away from zero; both safe integers, so the quotient's integer part is exact. */
  roundQuotient: (value: number, divisor: number): number => {
    const quotient = Math.trunc(value / divisor);
    const rest = Math.abs(value - quotient * divisor);
    if (rest * 2 < divisor) return quotient + 0;
    return value < 0 ? quotient - 1 : quotient + 1;
  },
  cast: (datum: Datum, from: SqlType, to: SqlType, explicit: boolean, settings: EvaluationContext): Datum =>
    castDatum(datum, from, to, {explicit, settings}),
  interpret: (e: TypedExpression, row: readonly Datum[], parameters: readonly Datum[], context: EvaluationContext): Datum =>
    interpret(e, row, parameters, context),
};
export type KernelRuntime = typeof KERNEL_RUNTIME;
