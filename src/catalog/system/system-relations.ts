import type {SystemRelation} from '../relation.ts';
import {INFORMATION_SCHEMA_RELATIONS} from './information-schema-relations.ts';
import {MILLRACE_RELATIONS} from './millrace-relations.ts';
import {PG_CATALOG_TABLES} from './pg-catalog-tables.ts';
import {PG_CATALOG_VIEWS} from './pg-catalog-views.ts';
import {readRelations} from './relation-source.ts';

/**
 * Every system relation, with PostgreSQL 15's OIDs, names, types and order of columns; they are objects of each catalog like the user's:
 * `Catalog.of([...SYSTEM_RELATIONS, ...objects])`. Relations of which Millrace has nothing exist and are empty.
 */
export const SYSTEM_RELATIONS: readonly SystemRelation[] = [
  ...readRelations(PG_CATALOG_TABLES, {schema: 'pg_catalog', relkind: 'r'}),
  ...readRelations(PG_CATALOG_VIEWS, {schema: 'pg_catalog', relkind: 'v'}),
  ...readRelations(INFORMATION_SCHEMA_RELATIONS, {schema: 'information_schema', relkind: 'v'}),
  ...readRelations(MILLRACE_RELATIONS, {schema: 'millrace', relkind: 'v'}),
];
