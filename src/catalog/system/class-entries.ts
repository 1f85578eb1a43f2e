import type {Catalog} from '../catalog.ts';
import type {CompositeTypeObject} from '../catalog-object.ts';
import {column, type Column} from '../column.ts';
import {systemColumnsOf, type Relation, type Table, type UniqueConstraint} from '../relation.ts';
import {perCatalog} from './system-context.ts';

/**
 * The rows of pg_class, as one list that the other relations start from.
 *
 *  table, stream              r   a stream's comment says what it is, unless it has its own
 *  view, $errors and $late    v   error relations are computed for the reader and cannot be written, which is what a view is
 *  materialized view          m
 *  primary key, unique        i   the index that PostgreSQL has behind the constraint
 *  composite type             c   its OID is the type's: pg_class and pg_type number separately
 *  sink                       –   it has no rows to read
 *  system relation            r, v
 */
export type ClassEntry = RelationEntry | IndexEntry | TypeClassEntry;

type EntryBase = {
  readonly oid: number;
  readonly name: string;
  readonly schema: string;
  readonly namespace: number;
  readonly columns: readonly Column[];
};
export type RelationEntry = EntryBase & {readonly relkind: 'r' | 'v' | 'm'; readonly relation: Exclude<Relation, {readonly kind: 'sink'}>};
export type IndexEntry = EntryBase & {
  readonly relkind: 'i';
  readonly table: Table;
  readonly constraint: UniqueConstraint;
  readonly primary: boolean;
};
export type TypeClassEntry = EntryBase & {readonly relkind: 'c'; readonly type: CompositeTypeObject};

export const classEntries = perCatalog((catalog): readonly ClassEntry[] => {
  const entries: ClassEntry[] = [];
  for (const object of catalog.objects()) {
    if (object.kind === 'schema' || object.kind === 'sink') continue;
    const {id: oid, name, schema} = object;
    const namespace = namespaceOid(catalog, schema);
    if (object.kind === 'type') {
      const columns = object.fields.map(field => column(field.name, field.type));
      entries.push({relkind: 'c', oid, name, schema, namespace, columns, type: object});
      continue;
    }
    entries.push({relkind: relkindOf(object), oid, name, schema, namespace, columns: object.columns, relation: object});
    if (object.kind === 'table') entries.push(...indexEntries(object, namespace));
  }
  return entries.sort((a, b) => a.oid - b.oid);
});

export function namespaceOid(catalog: Catalog, schema: string): number {
  return catalog.schema(schema)?.id ?? 0;
}

function relkindOf(relation: RelationEntry['relation']): RelationEntry['relkind'] {
  switch (relation.kind) {
    case 'table':
    case 'stream':
      return 'r';
    case 'view':
    case 'errors':
      return 'v';
    case 'materialized-view':
      return 'm';
    default:
      return relation.relkind;
  }
}

function indexEntries(table: Table, namespace: number): readonly IndexEntry[] {
  const {primaryKey, unique, schema} = table;
  const entry = (constraint: UniqueConstraint, primary: boolean): IndexEntry => {
    const columns = constraint.columns.flatMap(ordinal => table.columns[ordinal] ?? []).map(c => column(c.name, c.type));
    return {relkind: 'i', oid: constraint.id, name: constraint.name, schema, namespace, columns, table, constraint, primary};
  };
  return [...(primaryKey ? [entry(primaryKey, true)] : []), ...unique.map(constraint => entry(constraint, false))];
}

const entriesByOid = perCatalog(catalog => new Map(classEntries(catalog).map(entry => [entry.oid, entry])));

export function classEntry(catalog: Catalog, oid: number): ClassEntry | undefined {
  return entriesByOid(catalog).get(oid);
}

export const isRelationEntry = (entry: ClassEntry): entry is RelationEntry => 'relation' in entry;
export const isIndexEntry = (entry: ClassEntry): entry is IndexEntry => entry.relkind === 'i';

export const relationEntries = perCatalog(catalog => classEntries(catalog).filter(isRelationEntry));
export const indexEntriesOf = perCatalog(catalog => classEntries(catalog).filter(isIndexEntry));

/** Whether the relation belongs to the system's schemas. */
export const isSystemEntry = (entry: ClassEntry): boolean => 'relation' in entry && entry.relation.kind === 'system';

/** A column with its pg_attribute.attnum: from 1 up, below 0 for columns that are not part of `*`. */
export type AttributeEntry = {readonly entry: ClassEntry; readonly column: Column; readonly attnum: number};

/** PostgreSQL's numbers of the two system columns that the tables of pg_catalog have. */
const CATALOG_ATTNUMS: Readonly<Record<string, number>> = {tableoid: -6, xmin: -2};

export const attributeEntries = perCatalog((catalog): readonly AttributeEntry[] =>
  classEntries(catalog).flatMap(entry => [
    ...entry.columns.map((c, i) => ({entry, column: c, attnum: i + 1})),
    ...(isRelationEntry(entry)
      ? systemColumnsOf(entry.relation).map((c, i) => ({entry, column: c, attnum: CATALOG_ATTNUMS[c.name] ?? -1 - i}))
      : []),
  ]),
);
