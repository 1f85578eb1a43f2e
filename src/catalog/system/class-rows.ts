import {FIRST_USER_OID, oidOf, typmodOf} from '../../types/oids.ts';
import {PG_TYPES, pgTypeByOid} from '../../types/pg-types.ts';
import type {Catalog} from '../catalog.ts';
import type {Schema} from '../catalog-object.ts';
import {BTREE, HEAP} from './access-methods.ts';
import {attributeEntries, classEntries, isRelationEntry, type AttributeEntry, type ClassEntry} from './class-entries.ts';
import {OWNER_OID} from './owners.ts';
import {rowsOf} from './row-provider.ts';
import {perCatalog, type SystemContext} from './system-context.ts';

const PAGE_BYTES = 8192n;
const MAX_INT4 = 2147483647;

const isStored = (e: ClassEntry) => e.relkind === 'r' || e.relkind === 'm' || e.relkind === 'i';

function relam(e: ClassEntry): number {
  if (e.relkind === 'i') return BTREE;
  return e.relkind === 'r' || e.relkind === 'm' ? HEAP : 0;
}

const FIXED_ROW_TYPES = new Map(PG_TYPES.filter(t => t.typrelid !== 0).map(t => [t.typrelid, t.oid]));

/** Row types exist for composite types and for those catalogs whose row type has a fixed OID. */
function rowTypeOf(e: ClassEntry): number {
  if (e.relkind === 'c') return e.oid;
  if (!isRelationEntry(e) || e.relation.kind !== 'system') return 0;
  return FIXED_ROW_TYPES.get(e.oid) ?? 0;
}

function pagesOf(e: ClassEntry, {facts}: SystemContext): number {
  const bytes = facts.size(e.oid)?.bytes ?? 0n;
  return Math.min(Number((bytes + PAGE_BYTES - 1n) / PAGE_BYTES), MAX_INT4);
}

export const PG_CLASS = rowsOf<ClassEntry>('pg_catalog.pg_class', ({catalog}) => classEntries(catalog), {
  oid: e => e.oid,
  relname: e => e.name,
  relnamespace: e => e.namespace,
  reltype: rowTypeOf,
  reloftype: 0,
  relowner: OWNER_OID,
  relam,
  relfilenode: e => (isStored(e) && e.oid >= FIRST_USER_OID ? e.oid : 0),
  reltablespace: 0,
  relpages: pagesOf,
  reltuples: (e, {facts}) => Number(facts.size(e.oid)?.rows ?? -1n),
  relallvisible: 0,
  reltoastrelid: 0,
  relhasindex: e => isRelationEntry(e) && e.relation.kind === 'table' && (e.relation.primaryKey ? true : e.relation.unique.length > 0),
  relisshared: e => SHARED_CATALOGS.has(e.name) && e.oid < FIRST_USER_OID,
  relpersistence: 'p',
  relkind: e => e.relkind,
  relnatts: e => e.columns.length,
  relchecks: 0,
  relhasrules: e => e.relkind === 'v' || e.relkind === 'm',
  relhastriggers: false,
  relhassubclass: false,
  relrowsecurity: false,
  relforcerowsecurity: false,
  relispopulated: true,
  relreplident: e => (e.oid >= FIRST_USER_OID && (e.relkind === 'r' || e.relkind === 'm') ? 'd' : 'n'),
  relispartition: false,
  relrewrite: 0,
  relfrozenxid: 0,
  relminmxid: 0,
});

/** Tables that one cluster has once for all databases. */
const SHARED_CATALOGS: ReadonlySet<string> = new Set(
  (
    'pg_authid pg_auth_members pg_database pg_db_role_setting pg_parameter_acl pg_replication_origin pg_shdepend pg_shdescription ' +
    'pg_shseclabel pg_subscription pg_tablespace'
  ).split(' '),
);

const physical = (a: AttributeEntry) => pgTypeByOid(oidOf(a.column.type));

export const PG_ATTRIBUTE = rowsOf<AttributeEntry>('pg_catalog.pg_attribute', ({catalog}) => attributeEntries(catalog), {
  attrelid: a => a.entry.oid,
  attname: a => a.column.name,
  atttypid: a => oidOf(a.column.type),
  attstattarget: a => (a.attnum < 0 ? 0 : -1),
  attlen: a => physical(a)?.typlen ?? -1,
  attnum: a => a.attnum,
  attndims: a => (a.column.type.kind === 'array' ? 1 : 0),
  attcacheoff: -1,
  atttypmod: a => typmodOf(a.column.type),
  attbyval: a => physical(a)?.typbyval ?? false,
  attalign: a => physical(a)?.typalign ?? 'd',
  attstorage: a => physical(a)?.typstorage ?? 'x',
  attcompression: '',
  attnotnull: a => a.column.notNull || (a.attnum < 0 && a.entry.oid < FIRST_USER_OID),
  atthasdef: a => a.column.default !== undefined,
  atthasmissing: false,
  attidentity: '',
  attgenerated: '',
  attisdropped: false,
  attislocal: true,
  attinhcount: 0,
  attcollation: a => physical(a)?.typcollation ?? 0,
});

export const PG_ATTRDEF = rowsOf<AttributeEntry>('pg_catalog.pg_attrdef', ({catalog}) => columnDefaults(catalog), {
  oid: defaultOid,
  adrelid: a => a.entry.oid,
  adnum: a => a.attnum,
  adbin: a => a.column.default ?? null,
});

export const columnDefaults = perCatalog((catalog: Catalog) => attributeEntries(catalog).filter(a => a.column.default !== undefined));

/** Defaults have no ids of their own: the relation's id and the column's number (at most 1600), unique within pg_attrdef. */
export function defaultOid(a: AttributeEntry): number {
  return (a.entry.oid * 2048 + a.attnum) % 2 ** 32;
}

export const schemas = perCatalog((catalog): readonly Schema[] => [...catalog.objects()].filter(object => object.kind === 'schema'));

export const PG_NAMESPACE = rowsOf<Schema>('pg_catalog.pg_namespace', ({catalog}) => schemas(catalog), {
  oid: s => s.id,
  nspname: s => s.name,
  nspowner: OWNER_OID,
});

export const CLASS_ROWS = [PG_CLASS, PG_ATTRIBUTE, PG_ATTRDEF, PG_NAMESPACE];
