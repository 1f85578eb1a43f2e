import type {SqlType, TypeKind} from '../../types/sql-type.ts';
import type {InputExpression, TypedExpression} from './typed-expression.ts';

/** Casts that keep different values different, and their order: from, then to. */
const INJECTIVE: Partial<Record<TypeKind, readonly TypeKind[]>> = {
  int2: ['int4', 'int8', 'numeric'],
  int4: ['int8', 'numeric'],
  int8: ['numeric'],
  varchar: ['text'],
  name: ['text'],
  text: ['varchar'],
  float4: ['float8'],
};

export function isInjectiveCast(from: SqlType, to: SqlType): boolean {
  if ((to.kind === 'numeric' && to.precision !== undefined) || (to.kind === 'varchar' && to.length !== undefined)) return false;
  return INJECTIVE[from.kind]?.includes(to.kind) ?? false;
}

/** The column that an expression is, but for casts that lose nothing. */
export function columnBehind(e: TypedExpression): InputExpression | undefined {
  if (e.kind === 'input') return e;
  return e.kind === 'cast' && isInjectiveCast(e.arg.type, e.type) ? columnBehind(e.arg) : undefined;
}
