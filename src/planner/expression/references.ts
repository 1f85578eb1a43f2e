import {rewrite, some, walk} from './map-expression.ts';
import type {TypedExpression} from './typed-expression.ts';

/** The input columns that expressions read. */
export function inputsRead(expressions: Iterable<TypedExpression>): Set<number> {
  const columns = new Set<number>();
  for (const expression of expressions) {
    walk(expression, e => {
      if (e.kind === 'input') columns.add(e.index);
    });
  }
  return columns;
}

export const readsInput = (e: TypedExpression): boolean => some(e, n => n.kind === 'input');
/** Reads columns of enclosing queries, at any depth. */
export const readsOuter = (e: TypedExpression): boolean => some(e, n => n.kind === 'outer');

/** The same expression over other positions: column i becomes `to(i)`. */
export function remapInputs(e: TypedExpression, to: (index: number) => number): TypedExpression {
  return rewrite(e, n => {
    if (n.kind !== 'input') return undefined;
    const index = to(n.index);
    return index === n.index ? n : {...n, index};
  });
}

export const shiftInputs = (e: TypedExpression, by: number): TypedExpression => (by === 0 ? e : remapInputs(e, i => i + by));

/** Puts `values[i]` in the place of input column i: the expression as it reads below the projection of `values`. */
export function substituteInputs(e: TypedExpression, values: readonly TypedExpression[]): TypedExpression {
  return rewrite(e, n => (n.kind === 'input' ? (values[n.index] ?? n) : undefined));
}
