import type {Catalog} from '../catalog/catalog.ts';
import {conjuncts} from './expression/build-expression.ts';
import type {TypedExpression} from './expression/typed-expression.ts';
import {keyEqualities} from './key-equalities.ts';
import type {LogicalPlan, LogicalTop} from './logical/logical-plan.ts';

/**
 * A query for at most one row of a keyed relation. `keyExpressions[i]` (without inputs, of the key column's type; NULL finds nothing) is the value of `key[i]`, an
 * ordinal. `predicates` and `projections` read the relation's `columns` (ordinals) by position.
 */
export type PointLookup = {
  readonly relation: number;
  readonly key: readonly number[];
  readonly keyExpressions: readonly TypedExpression[];
  readonly columns: readonly number[];
  readonly predicates: readonly TypedExpression[];
  readonly projections: readonly TypedExpression[];
};

/** Recognises a SELECT whose WHERE equates every column of a table's primary key or a view's key to a constant or parameter. */
export function pointLookup(plan: LogicalPlan, catalog: Catalog): PointLookup | undefined {
  const root = plan.kind === 'top' && keepsOneRow(plan) ? plan.input : plan;
  const project = root.kind === 'project' ? root : undefined;
  const filter = project?.input ?? root;
  if (filter.kind !== 'filter' || filter.input.kind !== 'scan') return undefined;
  const scan = filter.input;
  const predicates = filter.predicates.flatMap(conjuncts);
  const found = keyEqualities(scan.relation, scan.columns, predicates, catalog);
  if (found === undefined) return undefined;
  return {
    relation: scan.relation,
    key: found.key,
    keyExpressions: found.values,
    columns: scan.columns,
    predicates: predicates.filter(p => !found.predicates.has(p)),
    projections: project?.expressions ?? scan.types.map((type, index) => ({kind: 'input', type, index})),
  };
}

/** At most one row needs no order, and a limit only if that is zero. */
function keepsOneRow({limit, offset}: LogicalTop): boolean {
  const isPositive = limit === undefined || (limit.kind === 'constant' && typeof limit.value === 'bigint' && limit.value > 0n);
  return isPositive && offset === undefined;
}
