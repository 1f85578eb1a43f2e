import type {IndexEntry} from './class-entries.ts';
import type {Relation} from '../relation.ts';
import {qualifiedName, quoteIdentifier} from './quote-identifier.ts';

/** The query of a view as it was written, with the blank before and the semicolon after that PostgreSQL prints. */
export function viewText(relation: Relation): string | undefined {
  if (relation.kind !== 'view' && relation.kind !== 'materialized-view') return undefined;
  return ` ${relation.query.trim().replace(/;$/, '')};`;
}

const columnList = (e: IndexEntry) => e.columns.map(c => quoteIdentifier(c.name)).join(', ');

/** `CREATE UNIQUE INDEX t_pkey ON public.t USING btree (id)`; `table` as it is to be printed. */
export function indexText(e: IndexEntry, table: string = qualifiedName(e.table)): string {
  return `CREATE UNIQUE INDEX ${quoteIdentifier(e.name)} ON ${table} USING btree (${columnList(e)})`;
}

/** `PRIMARY KEY (id)` */
export function constraintText(e: IndexEntry): string {
  return `${e.primary ? 'PRIMARY KEY' : 'UNIQUE'} (${columnList(e)})`;
}
