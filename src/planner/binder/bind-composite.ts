import {sqlError} from '../../common/sql-error.ts';
import {quoteIdentifier} from '../../catalog/system/quote-identifier.ts';
import {elementType, withoutModifiers} from '../../functions/polymorphism.ts';
import type {ArrayConstructor, Expression, FieldAccess, RowConstructor, Slice, Subscript} from '../../parser/ast/expression.ts';
import type {Identifier} from '../../parser/ast/names.ts';
import {formatTypeName} from '../../types/format-type.ts';
import {arrayOf, T, type SqlType} from '../../types/sql-type.ts';
import {constant} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {applyOperator} from './bind-operator.ts';
import {coerce, settleUnknown, tryCoerce} from './coerce.ts';
import {coerceToCommonType} from './common-type.ts';
import type {ExpressionContext} from './expression-context.ts';

export function bindRow(context: ExpressionContext, e: RowConstructor): TypedExpression {
  const items = e.elements.map(element => settleUnknown(context.statement, context.bind(element)));
  const fields = items.map((item, i) => ({name: `f${i + 1}`, type: item.type}));
  return {kind: 'row', type: {kind: 'composite', fields}, items};
}

/** `ARRAY[…]`; `target` is the element type when a cast around it says so. */
export function bindArray(context: ExpressionContext, e: ArrayConstructor, target?: SqlType): TypedExpression {
  const position = e.span.start;
  if (e.elements.some(element => element.kind === 'array')) {
    throw sqlError('feature_not_supported', 'multidimensional arrays are not supported', {position});
  }
  const bound = e.elements.map(context.bind);
  if (target !== undefined) {
    const items = bound.map((item, i) => coerce(context.statement, item, target, 'explicit', e.elements[i]?.span.start));
    return {kind: 'array', type: arrayOf(target), items};
  }
  if (bound.length === 0) {
    const hint = 'Explicitly cast to the desired type, for example ARRAY[]::integer[].';
    throw sqlError('indeterminate_datatype', 'cannot determine type of empty array', {position, hint});
  }
  const positions = e.elements.map(element => element.span.start);
  const {type, expressions} = coerceToCommonType(context.statement, bound, 'ARRAY', positions);
  return {kind: 'array', type: arrayOf(type), items: expressions};
}

export function bindSubscript(context: ExpressionContext, e: Subscript): TypedExpression {
  const arg = context.bind(e.operand);
  const index = context.bind(e.index);
  const position = e.span.start;
  if (arg.type.kind === 'jsonb') {
    return applyOperator(
      context.statement,
      '->',
      arg,
      index.type.kind === 'unknown' ? settleUnknown(context.statement, index) : index,
      position,
    );
  }
  const element = elementOf(arg.type, position);
  return {kind: 'subscript', type: element, arg, index: arrayIndex(context, index, e.index)};
}

const LOWEST = -2147483648;
const HIGHEST = 2147483647;

export function bindSlice(context: ExpressionContext, e: Slice): TypedExpression {
  const arg = context.bind(e.operand);
  const element = elementOf(arg.type, e.span.start);
  const bound = (given: Expression | undefined, missing: number) =>
    given === undefined ? constant(missing, T.int4) : arrayIndex(context, context.bind(given), given);
  return {
    kind: 'subscript',
    type: arg.type.kind === 'array' ? arg.type : arrayOf(element),
    arg,
    index: bound(e.lower, LOWEST),
    upper: bound(e.upper, HIGHEST),
  };
}

function elementOf(type: SqlType, position: number): SqlType {
  const element = elementType(type);
  if (element !== undefined) return element;
  const message = `cannot subscript type ${formatTypeName(type)} because it does not support subscripting`;
  throw sqlError('datatype_mismatch', message, {position});
}

function arrayIndex({statement}: ExpressionContext, index: TypedExpression, written: Expression): TypedExpression {
  const coerced = tryCoerce(statement, index, T.int4, 'assignment', written.span.start);
  if (coerced !== undefined) return coerced;
  throw sqlError('datatype_mismatch', 'array subscript must have type integer', {position: written.span.start});
}

export function bindFieldAccess(context: ExpressionContext, e: FieldAccess): TypedExpression {
  const arg = context.bind(e.operand);
  const position = e.operand.span.start;
  const isWholeRow = e.operand.kind === 'column-ref' && arg.kind === 'row' && arg.type.kind === 'composite';
  if (isWholeRow && !arg.type.fields.some(f => f.name === e.field.name)) {
    const table = e.operand.parts.at(-1)?.name ?? '';
    throw sqlError('undefined_column', `column ${table}.${e.field.name} does not exist`, {position});
  }
  return fieldOf(arg, e.field, position);
}

function fieldOf(arg: TypedExpression, field: Identifier, position: number): TypedExpression {
  const {type} = arg;
  if (type.kind !== 'composite') {
    if (type.kind === 'record')
      throw sqlError('undefined_column', `could not identify column "${field.name}" in record data type`, {position});
    const message = `column notation .${field.name} applied to type ${formatTypeName(type)}, which is not a composite type`;
    throw sqlError('wrong_object_type', message, {position});
  }
  const index = type.fields.findIndex(f => f.name === field.name);
  const found = type.fields[index];
  if (found !== undefined) return fieldAt(arg, index, found.type);
  const hint = `Its fields are ${type.fields.map(f => quoteIdentifier(f.name)).join(', ')}.`;
  if (type.name === undefined) {
    throw sqlError('undefined_column', `could not identify column "${field.name}" in record data type`, {position, hint});
  }
  throw sqlError('undefined_column', `column "${field.name}" not found in data type ${type.name}`, {position, hint});
}

/** A field of a row that is built on the spot is its item. */
export function fieldAt(arg: TypedExpression, index: number, type: SqlType): TypedExpression {
  const item = arg.kind === 'row' ? arg.items[index] : undefined;
  return item ?? {kind: 'field', type, arg, index};
}

/** The columns of `(x).*`. */
export function expandFields(
  arg: TypedExpression,
  position: number,
): readonly {readonly name: string; readonly expression: TypedExpression}[] {
  const {type} = arg;
  if (type.kind !== 'composite') {
    throw sqlError('wrong_object_type', `type ${formatTypeName(withoutModifiers(type))} is not composite`, {position});
  }
  return type.fields.map((field, i) => ({name: field.name, expression: fieldAt(arg, i, field.type)}));
}
