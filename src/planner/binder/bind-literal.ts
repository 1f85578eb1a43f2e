import {sqlError} from '../../common/sql-error.ts';
import {unreachable} from '../../common/unreachable.ts';
import type {Literal} from '../../parser/ast/literal.ts';
import type {NamedType} from '../../parser/ast/type-name.ts';
import {decimalFromText} from '../../types/decimal.ts';
import type {IntervalFields} from '../../types/interval-fields.ts';
import {parseInterval} from '../../types/parse-interval.ts';
import {T, type SqlType} from '../../types/sql-type.ts';
import {constant} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {bindTypeName} from './bind-type-name.ts';
import {coerce} from './coerce.ts';
import type {StatementContext} from './statement-context.ts';

/** String literals and NULL are of type unknown until something decides. */
export function bindLiteral(statement: StatementContext, literal: Literal): TypedExpression {
  const position = literal.span.start;
  switch (literal.kind) {
    case 'integer-literal':
    case 'decimal-literal':
      return statement.at(numberConstant(literal.text), position);
    case 'string-literal':
      return statement.at(constant(literal.value, T.unknown), position);
    case 'null-literal':
      return statement.at(constant(null, T.unknown), position);
    case 'boolean-literal':
      return statement.at(constant(literal.value, T.bool), position);
    case 'typed-literal': {
      const type = bindTypeName(statement, literal.typeName);
      const text = constant(literal.value, T.unknown);
      const quote = literal.span.end - literal.value.replaceAll("'", "''").length - 2;
      const restricted = literal.typeName.kind === 'named-type' ? restrictedInterval(literal.value, literal.typeName, type) : undefined;
      return restricted ?? coerce(statement, text, type, 'explicit', quote);
    }
    case 'bit-string-literal':
      throw sqlError('feature_not_supported', 'bit strings are not supported', {position, hint: "Write bytea values as '\\x1f'::bytea."});
    default:
      return unreachable(literal);
  }
}

/** The smallest of integer, bigint and numeric that holds the number as written. */
export function numberConstant(text: string): TypedExpression {
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text);
    if (BigInt.asIntN(32, value) === value) return constant(Number(value), T.int4);
    if (BigInt.asIntN(64, value) === value) return constant(value, T.int8);
  }
  return constant(decimalFromText(text), T.numeric);
}

/** `interval '5' minute`: the fields say what a bare number means, and what is cut. */
function restrictedInterval(text: string, {intervalFields, modifiers}: NamedType, type: SqlType): TypedExpression | undefined {
  if (type.kind !== 'interval') return undefined;
  const fields = fieldsText(intervalFields);
  const [precision] = modifiers.map(m => (m.kind === 'integer-literal' ? Number(m.text) : undefined));
  if (fields === undefined && precision === undefined) return undefined;
  return constant(parseInterval(text, fields, precision), type);
}

function fieldsText(fields: NamedType['intervalFields']): IntervalFields | undefined {
  if (fields === undefined) return undefined;
  return (fields.to === undefined ? fields.from : `${fields.from} to ${fields.to}`) as IntervalFields;
}
