import type {Datum} from '../../types/datum.ts';
import {indexEntriesOf, isSystemEntry, relationEntries, type IndexEntry} from './class-entries.ts';
import {columnsOfEntry, database, type ColumnEntry} from './information-schema-tables.ts';
import {rowsOf, type ColumnValues} from './row-provider.ts';
import {perCatalog} from './system-context.ts';

const notNullColumns = perCatalog(catalog =>
  relationEntries(catalog)
    .filter(e => e.relkind === 'r' && !isSystemEntry(e))
    .flatMap(e => columnsOfEntry(e).filter(c => c.column.notNull)),
);

/** PostgreSQL makes up the same names for NOT NULL. */
const notNullName = ({entry, ordinal}: ColumnEntry): string => `${entry.namespace}_${entry.oid}_${ordinal}_not_null`;

type ConstraintEntry = {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly type: 'PRIMARY KEY' | 'UNIQUE' | 'CHECK';
};
const constraints = perCatalog((catalog): readonly ConstraintEntry[] => [
  ...indexEntriesOf(catalog).map(({schema, table, name, primary}): ConstraintEntry => {
    return {schema, table: table.name, name, type: primary ? 'PRIMARY KEY' : 'UNIQUE'};
  }),
  // information_schema counts NOT NULL among the checks.
  ...notNullColumns(catalog).map((c): ConstraintEntry => {
    return {schema: c.entry.schema, table: c.entry.name, name: notNullName(c), type: 'CHECK'};
  }),
]);

const TABLE_CONSTRAINTS = rowsOf<ConstraintEntry>('information_schema.table_constraints', ({catalog}) => constraints(catalog), {
  constraint_catalog: database,
  constraint_schema: c => c.schema,
  constraint_name: c => c.name,
  table_catalog: database,
  table_schema: c => c.schema,
  table_name: c => c.table,
  constraint_type: c => c.type,
  is_deferrable: 'NO',
  initially_deferred: 'NO',
  enforced: 'YES',
  nulls_distinct: (c): Datum => (c.type === 'UNIQUE' ? 'YES' : null),
});

const CHECKS = rowsOf<ColumnEntry>('information_schema.check_constraints', ({catalog}) => notNullColumns(catalog), {
  constraint_catalog: database,
  constraint_schema: c => c.entry.schema,
  constraint_name: notNullName,
  check_clause: c => `${c.column.name} IS NOT NULL`,
});

type KeyColumn = {readonly index: IndexEntry; readonly column: string; readonly position: number};
const keyColumns = perCatalog(catalog =>
  indexEntriesOf(catalog).flatMap(index => index.columns.map((c, i): KeyColumn => ({index, column: c.name, position: i + 1}))),
);
const KEY_COLUMN: ColumnValues<KeyColumn> = {
  constraint_catalog: database,
  constraint_schema: k => k.index.schema,
  constraint_name: k => k.index.name,
  table_catalog: database,
  table_schema: k => k.index.table.schema,
  table_name: k => k.index.table.name,
  column_name: k => k.column,
};

export const INFORMATION_SCHEMA_CONSTRAINT_ROWS = [
  TABLE_CONSTRAINTS,
  CHECKS,
  rowsOf<KeyColumn>('information_schema.key_column_usage', ({catalog}) => keyColumns(catalog), {
    ...KEY_COLUMN,
    ordinal_position: k => k.position,
  }),
  rowsOf<KeyColumn>('information_schema.constraint_column_usage', ({catalog}) => keyColumns(catalog), KEY_COLUMN),
];
