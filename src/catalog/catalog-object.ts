import type {CompositeField, CompositeType} from '../types/sql-type.ts';
import type {Relation} from './relation.ts';

export type CatalogObject = Schema | Relation | CompositeTypeObject;

export type Schema = {
  readonly kind: 'schema';
  readonly id: number;
  readonly name: string;
  readonly comment?: string | undefined;
};

/** CREATE TYPE name AS (…). Its array type has the OID `id + 1`. */
export type CompositeTypeObject = {
  readonly kind: 'type';
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  readonly fields: readonly CompositeField[];
  readonly dependsOn: readonly number[];
  readonly comment?: string | undefined;
};

export function isRelation(object: CatalogObject | undefined): object is Relation {
  return object !== undefined && object.kind !== 'schema' && object.kind !== 'type';
}

/** The SQL type that a composite type's object stands for. */
export function compositeTypeOf(object: CompositeTypeObject): CompositeType {
  return {kind: 'composite', name: object.name, oid: object.id, fields: object.fields};
}

/** The highest id that an object takes up: array types and the indexes of constraints have ids of their own. */
export function lastIdOf(object: CatalogObject): number {
  if (object.kind === 'type') return object.id + 1;
  if (object.kind !== 'table') return object.id;
  return Math.max(object.id, object.primaryKey?.id ?? 0, ...object.unique.map(c => c.id));
}

/** What errors and notices call it: `table`, `materialized view`. */
export function objectKindName(object: CatalogObject): string {
  switch (object.kind) {
    case 'materialized-view':
      return 'materialized view';
    case 'system':
      return object.relkind === 'v' ? 'view' : 'table';
    case 'errors':
      return 'error relation';
    default:
      return object.kind;
  }
}
