import type {Catalog} from '../catalog/catalog.ts';
import {withoutModifiers} from '../functions/polymorphism.ts';
import {isHashableKey} from '../types/hashable-key.ts';
import {sameType, type SqlType, type TypeKind} from '../types/sql-type.ts';
import {compare, conjunction, conjuncts, constant, nullOf} from './expression/build-expression.ts';
import {columnBehind} from './expression/injective-cast.ts';
import {readsInput} from './expression/references.ts';
import type {TypedExpression} from './expression/typed-expression.ts';
import {volatilityOf} from './expression/volatility.ts';
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
  const key = keyOf(scan.relation, catalog);
  if (key === undefined || key.length === 0 || !key.every(c => isLookedUp(scan.relation, c, catalog))) return undefined;
  const predicates = filter.predicates.flatMap(conjuncts);
  const used = new Set<TypedExpression>();
  const keyExpressions: TypedExpression[] = [];
  for (const ordinal of key) {
    const column = scan.columns.indexOf(ordinal);
    const found = column < 0 ? undefined : equatedTo(predicates, column);
    if (found === undefined) return undefined;
    used.add(found.predicate);
    keyExpressions.push(found.value);
  }
  return {
    relation: scan.relation,
    key,
    keyExpressions,
    columns: scan.columns,
    predicates: predicates.filter(p => !used.has(p)),
    projections: project?.expressions ?? scan.types.map((type, index) => ({kind: 'input', type, index})),
  };
}

/** At most one row needs no order, and a limit only if that is zero. */
function keepsOneRow({limit, offset}: LogicalTop): boolean {
  const isPositive = limit === undefined || (limit.kind === 'constant' && typeof limit.value === 'bigint' && limit.value > 0n);
  return isPositive && offset === undefined;
}

/** A key that has several spellings is not found by its bytes. */
function isLookedUp(relation: number, ordinal: number, catalog: Catalog): boolean {
  const found = catalog.relation(relation);
  return found !== undefined && isHashableKey(found.columns[ordinal]?.type ?? {kind: 'record'});
}

function keyOf(relation: number, catalog: Catalog): readonly number[] | undefined {
  const found = catalog.relation(relation);
  if (found?.kind === 'table') return found.primaryKey?.columns;
  return found?.kind === 'materialized-view' ? (found.key ?? undefined) : undefined;
}

function equatedTo(
  predicates: readonly TypedExpression[],
  column: number,
): {readonly predicate: TypedExpression; readonly value: TypedExpression} | undefined {
  for (const predicate of predicates) {
    if (predicate.kind !== 'compare' || predicate.op !== '=') continue;
    const {left, right} = predicate;
    for (const [side, value] of [
      [left, right],
      [right, left],
    ] as const) {
      const behind = columnBehind(side);
      const key = behind?.index === column && isFixed(value) ? asKey(value, behind.type) : undefined;
      if (key !== undefined) return {predicate, value: key};
    }
  }
  return undefined;
}

/** A value compared with a widened column, as a value of the column: NULL where no value of the column is equal. */
function asKey(value: TypedExpression, given: SqlType): TypedExpression | undefined {
  const type = withoutModifiers(given);
  if (sameType(value.type, type)) return value;
  const narrowed: TypedExpression = {kind: 'cast', type, explicit: true, arg: value};
  if (type.kind === 'varchar' || type.kind === 'text') return narrowed;
  const range = value.type.kind === 'int4' || value.type.kind === 'int8' ? RANGES[type.kind] : undefined;
  if (range === undefined) return undefined;
  const bound = (n: bigint) => constant(value.type.kind === 'int8' ? n : Number(n), value.type);
  const inside = conjunction([compare('>=', value, bound(range[0])), compare('<=', value, bound(range[1]))]);
  return {kind: 'case', type, branches: [{when: inside, then: narrowed}], otherwise: nullOf(type)};
}

const RANGES: Partial<Record<TypeKind, readonly [bigint, bigint]>> = {
  int2: [-32768n, 32767n],
  int4: [-2147483648n, 2147483647n],
};

const isFixed = (e: TypedExpression) => !readsInput(e) && volatilityOf(e) !== 'volatile';
