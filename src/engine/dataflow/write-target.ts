import {STREAM_SYSTEM_COLUMNS} from '../../catalog/column.ts';
import type {Schema} from '../../runtime/batch/batch.ts';
import {physicalOf} from '../../types/sql-type.ts';
import type {LogPosition} from './log-position.ts';
import type {ColumnSpec, StreamSpec} from './commands.ts';

/** What DML must know of the relation that it changes. */
export type WriteTarget = {
  readonly relation: number;
  readonly name: string;
  /** Stored columns; those of a log end with the system columns. */
  readonly columns: readonly ColumnSpec[];
  readonly primaryKey: readonly number[];
  readonly primaryKeyName: string;
  /** An embedded stream: rows are only ever added. */
  readonly appendOnly: boolean;
  /** Where a log goes on; absent = it is empty. */
  readonly log?: LogPosition | undefined;
};

export const schemaOf = (columns: readonly ColumnSpec[]): Schema => columns.map(column => physicalOf(column.type));

/** Columns that an embedded stream stores: the declared ones, then the system columns. */
export function logColumns(declared: StreamSpec['columns']): readonly ColumnSpec[] {
  return [...declared, ...STREAM_SYSTEM_COLUMNS.map(({name, type}) => ({name, type, notNull: false}))];
}

/** The declared columns of a target: those that INSERT can give. */
export function declaredColumns({columns, appendOnly}: WriteTarget): readonly ColumnSpec[] {
  return appendOnly ? columns.slice(0, columns.length - STREAM_SYSTEM_COLUMNS.length) : columns;
}
