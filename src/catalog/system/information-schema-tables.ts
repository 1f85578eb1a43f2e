import type {Datum} from '../../types/datum.ts';
import {oidOf, typmodOf} from '../../types/oids.ts';
import type {Column} from '../column.ts';
import {classEntries, relationEntries, type RelationEntry, type TypeClassEntry} from './class-entries.ts';
import {schemas} from './class-rows.ts';
import {viewText} from './definition-text.ts';
import {typeColumns} from './information-schema-type.ts';
import {OWNER_NAME} from './owners.ts';
import {rowsOf, type ColumnValues} from './row-provider.ts';
import {perCatalog, type SystemContext} from './system-context.ts';
import {takesInsert, takesUpdate} from './writable-events.ts';

export const yesOrNo = (yes: boolean): Datum => (yes ? 'YES' : 'NO');
export const database = (_: unknown, {session}: SystemContext): Datum => session.database;

const withoutMaterialized = perCatalog(catalog => relationEntries(catalog).filter(e => e.relkind !== 'm'));

/** Relations that information_schema shows. */
export function shownRelations({catalog, listMaterializedViews = true}: SystemContext): readonly RelationEntry[] {
  return listMaterializedViews ? relationEntries(catalog) : withoutMaterialized(catalog);
}
const shownViews = (context: SystemContext) => shownRelations(context).filter(e => e.relkind !== 'r');

export type ColumnEntry = {readonly entry: RelationEntry; readonly column: Column; readonly ordinal: number};

export const columnsOfEntry = (entry: RelationEntry): readonly ColumnEntry[] =>
  entry.columns.map((column, i) => ({entry, column, ordinal: i + 1}));

const allColumns = perCatalog(catalog => relationEntries(catalog).flatMap(columnsOfEntry));

export function shownColumns(context: SystemContext): readonly ColumnEntry[] {
  const {catalog, listMaterializedViews = true} = context;
  return listMaterializedViews ? allColumns(catalog) : allColumns(catalog).filter(c => c.entry.relkind !== 'm');
}

/** The catalog, schema and name columns by which most of these relations name a table. */
export const TABLE_NAMES = {
  table_catalog: database,
  table_schema: (e: {readonly schema: string}): Datum => e.schema,
  table_name: (e: {readonly name: string}): Datum => e.name,
} as const;

export const COLUMN_NAMES: ColumnValues<ColumnEntry> = {
  table_catalog: database,
  table_schema: c => c.entry.schema,
  table_name: c => c.entry.name,
  column_name: c => c.column.name,
};

const SCHEMATA = rowsOf('information_schema.schemata', ({catalog}) => schemas(catalog), {
  catalog_name: database,
  schema_name: s => s.name,
  schema_owner: OWNER_NAME,
});

const TABLES = rowsOf<RelationEntry>('information_schema.tables', shownRelations, {
  ...TABLE_NAMES,
  table_type: e => (e.relkind === 'r' ? 'BASE TABLE' : 'VIEW'),
  is_insertable_into: e => yesOrNo(takesInsert(e.relation)),
  is_typed: 'NO',
});

const VIEWS = rowsOf<RelationEntry>('information_schema.views', shownViews, {
  ...TABLE_NAMES,
  view_definition: e => viewText(e.relation) ?? null,
  check_option: 'NONE',
  is_updatable: 'NO',
  is_insertable_into: 'NO',
  is_trigger_updatable: 'NO',
  is_trigger_deletable: 'NO',
  is_trigger_insertable_into: 'NO',
});

const typeOf = ({column}: {readonly column: Column}) => ({oid: oidOf(column.type), typmod: typmodOf(column.type)});

const COLUMNS = rowsOf<ColumnEntry>('information_schema.columns', shownColumns, {
  ...COLUMN_NAMES,
  ...typeColumns<ColumnEntry>(typeOf),
  ordinal_position: c => c.ordinal,
  column_default: c => c.column.default ?? null,
  is_nullable: c => yesOrNo(!c.column.notNull),
  dtd_identifier: c => String(c.ordinal),
  is_self_referencing: 'NO',
  is_identity: 'NO',
  identity_cycle: 'NO',
  is_generated: 'NEVER',
  is_updatable: c => yesOrNo(takesUpdate(c.entry.relation)),
});

/** Columns of array types, with the type of their elements. */
type ElementEntry = ColumnEntry & {readonly element: Column};
const elements = (context: SystemContext): readonly ElementEntry[] =>
  shownColumns(context).flatMap(c => {
    const {type, name} = c.column;
    return type.kind === 'array' ? [{...c, element: {name, type: type.element, notNull: false}}] : [];
  });

const ELEMENT_TYPES = rowsOf<ElementEntry>('information_schema.element_types', elements, {
  object_catalog: database,
  object_schema: c => c.entry.schema,
  object_name: c => c.entry.name,
  object_type: c => (c.entry.relkind === 'r' ? 'TABLE' : 'VIEW'),
  collection_type_identifier: c => String(c.ordinal),
  dtd_identifier: c => `a${c.ordinal}`,
  ...elementColumns(),
});

/** Of arrays PostgreSQL keeps the modifiers with the column and shows none for the element. */
function elementColumns(): ColumnValues<ElementEntry> {
  const unmodified = typeColumns<ElementEntry>(c => ({oid: oidOf(c.element.type), typmod: -1}));
  return {
    data_type: unmodified['data_type'] ?? null,
    udt_catalog: database,
    udt_schema: unmodified['udt_schema'] ?? null,
    udt_name: unmodified['udt_name'] ?? null,
  };
}

const composites = perCatalog(catalog => classEntries(catalog).filter((e): e is TypeClassEntry => e.relkind === 'c'));
type FieldEntry = {readonly entry: TypeClassEntry; readonly column: Column; readonly ordinal: number};
const fields = perCatalog(catalog =>
  composites(catalog).flatMap(entry => entry.columns.map((column, i): FieldEntry => ({entry, column, ordinal: i + 1}))),
);

const ATTRIBUTES = rowsOf<FieldEntry>('information_schema.attributes', ({catalog}) => fields(catalog), {
  ...typeColumns<FieldEntry>(typeOf, 'attribute_'),
  udt_catalog: database,
  udt_schema: f => f.entry.schema,
  udt_name: f => f.entry.name,
  attribute_name: f => f.column.name,
  ordinal_position: f => f.ordinal,
  is_nullable: 'YES',
  dtd_identifier: f => String(f.ordinal),
  is_derived_reference_attribute: 'NO',
});

const USER_TYPES = rowsOf<TypeClassEntry>('information_schema.user_defined_types', ({catalog}) => composites(catalog), {
  user_defined_type_catalog: database,
  user_defined_type_schema: e => e.schema,
  user_defined_type_name: e => e.name,
  user_defined_type_category: 'STRUCTURED',
  is_instantiable: 'YES',
});

const CHARACTER_SETS = rowsOf('information_schema.character_sets', () => ['UTF8'], {
  character_set_name: 'UTF8',
  character_repertoire: 'UCS',
  form_of_use: 'UTF8',
  default_collate_catalog: database,
  default_collate_schema: 'pg_catalog',
  default_collate_name: 'default',
});

const CATALOG_NAME = rowsOf('information_schema.information_schema_catalog_name', () => [null], {catalog_name: database});

export const INFORMATION_SCHEMA_TABLE_ROWS = [
  SCHEMATA,
  TABLES,
  VIEWS,
  COLUMNS,
  ELEMENT_TYPES,
  ATTRIBUTES,
  USER_TYPES,
  CHARACTER_SETS,
  CATALOG_NAME,
];
