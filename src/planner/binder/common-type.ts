import {sqlError} from '../../common/sql-error.ts';
import {withoutModifiers} from '../../functions/polymorphism.ts';
import {castContext} from '../../types/cast-context.ts';
import {formatTypeName} from '../../types/format-type.ts';
import {sameType, T, type SqlType} from '../../types/sql-type.ts';
import {isPreferred, typeCategory} from '../../types/type-category.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {tryCoerce} from './coerce.ts';
import type {StatementContext} from './statement-context.ts';

const implicitly = (from: SqlType, to: SqlType) => castContext(from, to) === 'implicit';

/** PostgreSQL's select_common_type; the place of the first type that does not fit when there is none. */
export function selectCommonType(
  types: readonly SqlType[],
): {readonly type: SqlType} | {readonly misfit: number; readonly chosen: SqlType} {
  const [first] = types;
  if (first !== undefined && first.kind !== 'unknown' && types.every(t => sameType(t, first))) return {type: first};
  let chosen: SqlType = T.unknown;
  for (const [i, given] of types.entries()) {
    const type = withoutModifiers(given);
    if (type.kind === 'unknown' || sameType(type, chosen)) continue;
    if (chosen.kind === 'unknown') chosen = type;
    else if (typeCategory(chosen) !== typeCategory(type)) return {misfit: i, chosen};
    else if (!isPreferred(chosen) && implicitly(chosen, type) && !implicitly(type, chosen)) chosen = type;
  }
  return {type: chosen.kind === 'unknown' ? T.text : chosen};
}

/**
 * Brings expressions to their common type. `construct` is CASE, COALESCE, UNION, …
 * Errors: 42804 `CASE types integer and text cannot be matched`, 42846.
 */
export function coerceToCommonType(
  statement: StatementContext,
  expressions: readonly TypedExpression[],
  construct: string,
  positions: readonly (number | undefined)[],
): {readonly type: SqlType; readonly expressions: readonly TypedExpression[]} {
  const selected = selectCommonType(expressions.map(e => e.type));
  if ('misfit' in selected) throw mismatch(construct, selected.chosen, expressions[selected.misfit]?.type, positions[selected.misfit]);
  const {type} = selected;
  return {
    type,
    expressions: expressions.map((e, i) => {
      const coerced = tryCoerce(statement, e, type, 'implicit', positions[i]);
      if (coerced !== undefined) return coerced;
      const message = `${construct} could not convert type ${formatTypeName(e.type)} to ${formatTypeName(type)}`;
      throw sqlError('cannot_coerce', message, {position: positions[i]});
    }),
  };
}

export function mismatch(construct: string, chosen: SqlType, other: SqlType | undefined, position: number | undefined) {
  const message = `${construct} types ${formatTypeName(chosen)} and ${formatTypeName(other ?? T.unknown)} cannot be matched`;
  return sqlError('datatype_mismatch', message, {position});
}
