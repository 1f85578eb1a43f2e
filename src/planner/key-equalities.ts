import type {Catalog} from '../catalog/catalog.ts';
import {withoutModifiers} from '../functions/polymorphism.ts';
import {isHashableKey} from '../types/hashable-key.ts';
import {sameType, type SqlType, type TypeKind} from '../types/sql-type.ts';
import {compare, conjunction, constant, nullOf} from './expression/build-expression.ts';
import {columnBehind} from './expression/injective-cast.ts';
import {readsInput} from './expression/references.ts';
import type {TypedExpression} from './expression/typed-expression.ts';
import {volatilityOf} from './expression/volatility.ts';

/**
 * `values[i]` (without inputs, of the key column's type; NULL finds nothing) is what `key[i]`, an ordinal, is equal to, and `predicates` are
 * the conjuncts that say so.
 */
export type KeyEqualities = {
  readonly key: readonly number[];
  readonly values: readonly TypedExpression[];
  readonly predicates: ReadonlySet<TypedExpression>;
};

/**
 * What a condition says of the key by which a relation's rows can be looked up: a table's primary key, a view's key. `columns` are the
 * ordinals that the conjuncts read by position. Undefined unless every column of it is equated to a constant or parameter.
 */
export function keyEqualities(
  relation: number,
  columns: readonly number[],
  conjuncts: readonly TypedExpression[],
  catalog: Catalog,
): KeyEqualities | undefined {
  const key = keyOf(relation, catalog);
  if (key === undefined || key.length === 0 || !key.every(c => isLookedUp(relation, c, catalog))) return undefined;
  const predicates = new Set<TypedExpression>();
  const values: TypedExpression[] = [];
  for (const ordinal of key) {
    const column = columns.indexOf(ordinal);
    const found = column < 0 ? undefined : equatedTo(conjuncts, column);
    if (found === undefined) return undefined;
    predicates.add(found.predicate);
    values.push(found.value);
  }
  return {key, values, predicates};
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
