import {T, type SqlType} from '../types/sql-type.ts';

/** A column of a relation. `default` is SQL text (a scalar expression), bound again at each use. */
export type Column = {
  readonly name: string;
  readonly type: SqlType;
  readonly notNull: boolean;
  readonly default?: string | undefined;
  /** A computed column of a stream: SQL text over the columns that are not computed, bound again at each use. */
  readonly generated?: string | undefined;
  readonly comment?: string | undefined;
};

/** A nullable column without default. */
export const column = (name: string, type: SqlType): Column => ({name, type, notNull: false});

/**
 * What every record of a stream carries besides its columns: readable by name, not part of `*`. Their ordinals follow the declared columns.
 */
export const STREAM_SYSTEM_COLUMNS: readonly Column[] = Object.freeze([
  column('_partition', T.int4),
  column('_offset', T.int8),
  column('_timestamp', T.timestamptz),
  column('_key', T.bytea),
  column('_headers', T.jsonb),
]);

/** What every row of a table of pg_catalog carries besides its columns: readable by name, not part of `*`. */
export const CATALOG_SYSTEM_COLUMNS: readonly Column[] = Object.freeze([column('tableoid', T.oid), column('xmin', T.xid)]);
