import type {TypedExpression} from './typed-expression.ts';

/** Structural equality of plain data: expressions, types, datums (bigints and bytes included). Fields that are undefined do not count. */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  const keys = Object.keys(left).filter(k => left[k] !== undefined);
  if (keys.length !== Object.keys(right).filter(k => right[k] !== undefined).length) return false;
  return keys.every(k => sameData(left[k], right[k]));
}

/** Whether two expressions are the same text after binding: they give the same value on the same row (unless volatile). */
export const sameExpression = (a: TypedExpression, b: TypedExpression): boolean => sameData(a, b);
