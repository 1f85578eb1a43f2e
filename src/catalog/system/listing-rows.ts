import type {Catalog} from '../catalog.ts';
import {indexEntriesOf, isSystemEntry, relationEntries, type IndexEntry, type RelationEntry} from './class-entries.ts';
import {indexText, viewText} from './definition-text.ts';
import {OWNER_NAME} from './owners.ts';
import {rowsOf, type ColumnValues} from './row-provider.ts';
import {perCatalog, type SystemContext} from './system-context.ts';

const ofKind = (relkind: RelationEntry['relkind']) => perCatalog(catalog => relationEntries(catalog).filter(e => e.relkind === relkind));
const tables = ofKind('r');
const views = ofKind('v');
const materializedViews = ofKind('m');

const LISTINGS = [
  rowsOf<RelationEntry>('pg_catalog.pg_tables', ({catalog}) => tables(catalog), {
    schemaname: e => e.schema,
    tablename: e => e.name,
    tableowner: OWNER_NAME,
    hasindexes: e => e.relation.kind === 'table' && (e.relation.primaryKey !== undefined || e.relation.unique.length > 0),
    hasrules: false,
    hastriggers: false,
    rowsecurity: false,
  }),
  rowsOf<RelationEntry>('pg_catalog.pg_views', ({catalog}) => views(catalog), {
    schemaname: e => e.schema,
    viewname: e => e.name,
    viewowner: OWNER_NAME,
    definition: e => viewText(e.relation) ?? null,
  }),
  rowsOf<RelationEntry>('pg_catalog.pg_matviews', ({catalog}) => materializedViews(catalog), {
    schemaname: e => e.schema,
    matviewname: e => e.name,
    matviewowner: OWNER_NAME,
    hasindexes: false,
    ispopulated: true,
    definition: e => viewText(e.relation) ?? null,
  }),
  rowsOf<IndexEntry>('pg_catalog.pg_indexes', ({catalog}) => indexEntriesOf(catalog), {
    schemaname: e => e.schema,
    tablename: e => e.table.name,
    indexname: e => e.name,
    indexdef: e => indexText(e),
  }),
];

/** Counters: what is kept is known, how it was read is not counted. */
const TABLE_COUNTERS: ColumnValues<RelationEntry> = {
  relid: e => e.oid,
  schemaname: e => e.schema,
  relname: e => e.name,
  seq_scan: 0n,
  seq_tup_read: 0n,
  n_tup_ins: 0n,
  n_tup_upd: 0n,
  n_tup_del: 0n,
  n_tup_hot_upd: 0n,
  n_live_tup: (e, {facts}) => facts.size(e.oid)?.rows ?? 0n,
  n_dead_tup: 0n,
  n_mod_since_analyze: 0n,
  n_ins_since_vacuum: 0n,
  vacuum_count: 0n,
  autovacuum_count: 0n,
  analyze_count: 0n,
  autoanalyze_count: 0n,
  heap_blks_read: 0n,
  heap_blks_hit: 0n,
};
const INDEX_COUNTERS: ColumnValues<IndexEntry> = {
  relid: e => e.table.id,
  indexrelid: e => e.oid,
  schemaname: e => e.schema,
  relname: e => e.table.name,
  indexrelname: e => e.name,
  idx_scan: 0n,
  idx_tup_read: 0n,
  idx_tup_fetch: 0n,
  idx_blks_read: 0n,
  idx_blks_hit: 0n,
};

const stored = perCatalog(catalog => [...tables(catalog), ...materializedViews(catalog)]);
const SUBSETS: readonly (readonly [name: string, entries: (catalog: Catalog) => readonly RelationEntry[]])[] = [
  ['all', stored],
  ['sys', perCatalog(catalog => stored(catalog).filter(isSystemEntry))],
  ['user', perCatalog(catalog => stored(catalog).filter(e => !isSystemEntry(e)))],
];

const COUNTERS = ['pg_stat', 'pg_statio'].flatMap(prefix => [
  ...SUBSETS.map(([subset, entries]) =>
    rowsOf<RelationEntry>(
      `pg_catalog.${prefix}_${subset}_tables`,
      ({catalog}) => entries(catalog),
      only(TABLE_COUNTERS, prefix === 'pg_statio'),
    ),
  ),
  ...['all', 'user'].map(subset =>
    rowsOf<IndexEntry>(
      `pg_catalog.${prefix}_${subset}_indexes`,
      ({catalog}: SystemContext) => indexEntriesOf(catalog),
      only(INDEX_COUNTERS, prefix === 'pg_statio'),
    ),
  ),
]);

/** Block counters are in the pg_statio views and nowhere else. */
function only<Item>(values: ColumnValues<Item>, blocks: boolean): ColumnValues<Item> {
  const isName = (column: string) => column.endsWith('relid') || column.endsWith('name');
  return Object.fromEntries(Object.entries(values).filter(([column]) => isName(column) || column.includes('_blks_') === blocks));
}

export const LISTING_ROWS = [...LISTINGS, ...COUNTERS];
