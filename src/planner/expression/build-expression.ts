import {T, type SqlType} from '../../types/sql-type.ts';
import type {CompareOp, InputExpression, TypedExpression} from './typed-expression.ts';
import type {Datum} from '../../types/datum.ts';

export const input = (index: number, type: SqlType): InputExpression => ({kind: 'input', index, type});
export const constant = (value: Datum, type: SqlType): TypedExpression => ({kind: 'constant', value, type});
export const TRUE = constant(true, T.bool);
export const FALSE = constant(false, T.bool);
export const nullOf = (type: SqlType): TypedExpression => constant(null, type);

export function compare(op: CompareOp, left: TypedExpression, right: TypedExpression): TypedExpression {
  return {kind: 'compare', type: T.bool, op, left, right};
}
export function isNull(arg: TypedExpression, negated = false): TypedExpression {
  return {kind: 'is-null', type: T.bool, negated, arg};
}
export function not(arg: TypedExpression): TypedExpression {
  return {kind: 'not', type: T.bool, arg};
}
/** `left IS NOT DISTINCT FROM right` */
export function sameValue(left: TypedExpression, right: TypedExpression): TypedExpression {
  return {kind: 'distinct', type: T.bool, negated: true, left, right};
}

/** The conjuncts of a predicate, nested ANDs opened. */
export function conjuncts(e: TypedExpression): readonly TypedExpression[] {
  return e.kind === 'and' ? e.args.flatMap(conjuncts) : [e];
}

/** The AND of any number of predicates; TRUE for none. */
export function conjunction(list: readonly TypedExpression[]): TypedExpression {
  const [first] = list;
  if (first === undefined) return TRUE;
  return list.length === 1 ? first : {kind: 'and', type: T.bool, args: list};
}
