import {columnsOfEntry, database, shownRelations, type ColumnEntry} from './information-schema-tables.ts';
import type {RelationEntry} from './class-entries.ts';
import {OWNER_NAME, roles} from './owners.ts';
import {rowsOf, type ColumnValues} from './row-provider.ts';
import type {SystemContext} from './system-context.ts';
import {DELETE_EVENT, INSERT_EVENT, UPDATE_EVENT, writableEvents} from './writable-events.ts';

type Grant<Item> = {readonly on: Item; readonly privilege: string};

const EVENTS: readonly (readonly [privilege: string, event: number])[] = [
  ['INSERT', INSERT_EVENT],
  ['UPDATE', UPDATE_EVENT],
  ['DELETE', DELETE_EVENT],
];

/** What the owner may do is what the relation allows. */
function privilegesOn({relation}: RelationEntry): readonly string[] {
  const events = writableEvents(relation);
  return ['SELECT', ...EVENTS.filter(([, event]) => (events & event) !== 0).map(([privilege]) => privilege)];
}

const tableGrants = (context: SystemContext): readonly Grant<RelationEntry>[] =>
  shownRelations(context).flatMap(on => privilegesOn(on).map(privilege => ({on, privilege})));

const columnGrants = (context: SystemContext): readonly Grant<ColumnEntry>[] =>
  tableGrants(context)
    .filter(grant => grant.privilege !== 'DELETE')
    .flatMap(({on, privilege}) => columnsOfEntry(on).map(column => ({on: column, privilege})));

const GRANT: ColumnValues<Grant<unknown>> = {
  grantor: OWNER_NAME,
  grantee: OWNER_NAME,
  table_catalog: database,
  privilege_type: g => g.privilege,
  is_grantable: 'YES',
};
const ON_TABLE: ColumnValues<Grant<RelationEntry>> = {
  ...GRANT,
  table_schema: g => g.on.schema,
  table_name: g => g.on.name,
  with_hierarchy: g => (g.privilege === 'SELECT' ? 'YES' : 'NO'),
};
const ON_COLUMN: ColumnValues<Grant<ColumnEntry>> = {
  ...GRANT,
  table_schema: g => g.on.entry.schema,
  table_name: g => g.on.entry.name,
  column_name: g => g.on.column.name,
};

export const INFORMATION_SCHEMA_PRIVILEGE_ROWS = [
  rowsOf('information_schema.table_privileges', tableGrants, ON_TABLE),
  rowsOf('information_schema.role_table_grants', tableGrants, ON_TABLE),
  rowsOf('information_schema.column_privileges', columnGrants, ON_COLUMN),
  rowsOf('information_schema.role_column_grants', columnGrants, ON_COLUMN),
  rowsOf('information_schema.enabled_roles', roles, {role_name: r => r.name}),
];
