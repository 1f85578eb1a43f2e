import {SqlError, sqlError} from '../../common/sql-error.ts';
import {withoutModifiers} from '../../functions/polymorphism.ts';
import {castContext, type CastContext} from '../../types/cast-context.ts';
import {castDatum} from '../../types/cast-datum.ts';
import type {Datum} from '../../types/datum.ts';
import {formatTypeName} from '../../types/format-type.ts';
import {sameType, T, type SqlType} from '../../types/sql-type.ts';
import {decodeText} from '../../types/text-codec.ts';
import {constant} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {StatementContext} from './statement-context.ts';

const RANK: Readonly<Record<CastContext, number>> = {implicit: 0, assignment: 1, explicit: 2};

/** Whether a value of type `from` may become `to` where only casts of this context are allowed. */
export function canCoerce(from: SqlType, to: SqlType, context: CastContext): boolean {
  const needed = castContext(from, to);
  return needed !== undefined && RANK[needed] <= RANK[context];
}

/**
 * The expression as a value of `type`: literals are read, parameters decided, everything else is cast. Undefined when no cast is allowed.
 * Errors: those of reading the literal, with its position.
 */
export function tryCoerce(
  statement: StatementContext,
  e: TypedExpression,
  type: SqlType,
  context: CastContext,
  position: number | undefined = statement.positionOf(e),
): TypedExpression | undefined {
  if (sameType(e.type, type)) return e;
  if (e.type.kind === 'unknown') {
    if (e.kind === 'constant') return readLiteral(statement, e.value, type, context, position);
    if (e.kind === 'parameter') {
      statement.parameters.decide(e.index, withoutModifiers(type), position);
      return castTo(statement, {...e, type: withoutModifiers(type)}, type, context, position);
    }
  }
  if (e.kind === 'row' && type.kind === 'composite' && e.items.length === type.fields.length) return coerceRow(statement, e, type, context);
  return canCoerce(e.type, type, context) ? castTo(statement, e, type, context, position) : undefined;
}

type Composite = Extract<SqlType, {kind: 'composite'}>;

/** `ROW(…)` becomes a composite value field by field, so that its literals are read as what the fields are. */
function coerceRow(
  statement: StatementContext,
  e: Extract<TypedExpression, {kind: 'row'}>,
  type: Composite,
  context: CastContext,
): TypedExpression | undefined {
  const items = type.fields.flatMap((field, i) => {
    const item = e.items[i];
    return item === undefined ? [] : (tryCoerce(statement, asLiteral(statement, item), field.type, context) ?? []);
  });
  return items.length === type.fields.length ? at(statement, {...e, type, items}, statement.positionOf(e)) : undefined;
}

/** A text constant in a row was mostly a literal without a type, which the row has settled. */
function asLiteral(statement: StatementContext, e: TypedExpression): TypedExpression {
  return e.kind === 'constant' && e.type.kind === 'text' ? at(statement, {...e, type: T.unknown}, statement.positionOf(e)) : e;
}

/** As `tryCoerce`. Errors: 42846 (explicit) or 42804 when there is no such cast. */
export function coerce(
  statement: StatementContext,
  e: TypedExpression,
  type: SqlType,
  context: CastContext,
  position: number | undefined = statement.positionOf(e),
): TypedExpression {
  const coerced = tryCoerce(statement, e, type, context, position);
  if (coerced !== undefined) return coerced;
  throw sqlError('cannot_coerce', `cannot cast type ${formatTypeName(e.type)} to ${formatTypeName(type)}`, {position});
}

/** A condition. Errors: 42804 `argument of WHERE must be type boolean, not type integer`. */
export function coerceToBoolean(statement: StatementContext, e: TypedExpression, construct: string, position: number): TypedExpression {
  const coerced = tryCoerce(statement, e, T.bool, 'assignment', position);
  if (coerced !== undefined) return coerced;
  const message = `argument of ${construct} must be type boolean, not type ${formatTypeName(e.type)}`;
  throw sqlError('datatype_mismatch', message, {position});
}

/** What is still undetermined at the end is text. */
export function settleUnknown(statement: StatementContext, e: TypedExpression): TypedExpression {
  return e.type.kind === 'unknown' ? coerce(statement, e, T.text, 'implicit') : e;
}

/** Dropping modifiers (numeric(10,2) as numeric) changes no value and needs no cast. */
function castTo(
  statement: StatementContext,
  e: TypedExpression,
  type: SqlType,
  context: CastContext,
  position: number | undefined,
): TypedExpression {
  if (sameType(type, withoutModifiers(e.type))) return e;
  return at(statement, {kind: 'cast', type, explicit: context === 'explicit', arg: e}, statement.positionOf(e) ?? position);
}

function readLiteral(
  statement: StatementContext,
  value: Datum,
  type: SqlType,
  context: CastContext,
  position: number | undefined,
): TypedExpression {
  if (typeof value !== 'string') return at(statement, constant(null, type), position);
  try {
    // Modifiers are applied by a cast, which alone may cut a text that is too long.
    const base = withoutModifiers(type);
    const datum = decodeText(base, value, statement.settings);
    const fitted = castDatum(datum, base, type, {explicit: context === 'explicit', settings: statement.settings});
    return at(statement, constant(fitted, type), position);
  } catch (error) {
    if (error instanceof SqlError && error.fields.position === undefined) {
      throw new SqlError(error.condition, error.message, {...error.fields, position});
    }
    throw error;
  }
}

function at(statement: StatementContext, e: TypedExpression, position: number | undefined): TypedExpression {
  return position === undefined ? e : statement.at(e, position);
}
