import {sqlError} from '../../common/sql-error.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import {formatTypeName} from '../../types/format-type.ts';
import type {Interval} from '../../types/datum.ts';
import {T} from '../../types/sql-type.ts';
import {tryCoerce} from './coerce.ts';
import type {ExpressionContext} from './expression-context.ts';

const MICROS_PER_DAY = 86_400_000_000n;

/** Lengths of time are doubles later on. Errors: 22008 for one of more than 285 years. */
export function requireCountable(micros: bigint, what: string, position: number): bigint {
  if (Number.isSafeInteger(Number(micros))) return micros;
  throw sqlError('datetime_field_overflow', `${what} is out of range`, {position, hint: 'It can be up to 104,249 days.'});
}

/** Microseconds of a constant interval; `what` is `size of TUMBLE`. Errors: 42804 for another type, 0A000 where it is no literal or has months. */
export function constantInterval(context: ExpressionContext, e: Expression, what: string): bigint {
  const position = e.span.start;
  const bound = context.bind(e);
  const value = tryCoerce(context.statement, bound, T.interval, 'implicit', position);
  if (value === undefined) {
    throw sqlError('datatype_mismatch', `the ${what} must be type interval, not type ${formatTypeName(bound.type)}`, {position});
  }
  if (value.kind !== 'constant') throw sqlError('feature_not_supported', `the ${what} must be an interval literal`, {position});
  if (value.value === null) throw sqlError('null_value_not_allowed', `the ${what} must not be null`, {position});
  const {months, days, micros} = value.value as Interval;
  if (months !== 0) {
    const hint = 'Months differ in length. Give it in days or smaller units.';
    throw sqlError('feature_not_supported', `the ${what} must not have months`, {position, hint});
  }
  return requireCountable(BigInt(days) * MICROS_PER_DAY + micros, `the ${what}`, position);
}

/** As `constantInterval`. Errors: 22023 where it is not greater than zero. */
export function positiveInterval(context: ExpressionContext, e: Expression, what: string): bigint {
  const micros = constantInterval(context, e, what);
  if (micros <= 0n) {
    throw sqlError('invalid_parameter_value', `the ${what} must be greater than zero`, {position: e.span.start});
  }
  return micros;
}

/** As `constantInterval`. Errors: 22023 where it is less than zero. */
export function intervalFromZero(context: ExpressionContext, e: Expression, what: string): bigint {
  const micros = constantInterval(context, e, what);
  if (micros < 0n) throw sqlError('invalid_parameter_value', `the ${what} must not be less than zero`, {position: e.span.start});
  return micros;
}
