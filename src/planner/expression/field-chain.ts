import type {TypedExpression} from './typed-expression.ts';

/** A field chain `((c).a).b` over an input column: the column and the field numbers from the outside in; none = the column itself. */
export type FieldChain = {readonly column: number; readonly path: readonly number[]};

export function fieldChain(e: TypedExpression): FieldChain | undefined {
  if (e.kind === 'input') return {column: e.index, path: []};
  if (e.kind !== 'field') return undefined;
  const inner = fieldChain(e.arg);
  return inner === undefined ? undefined : {column: inner.column, path: [...inner.path, e.index]};
}
