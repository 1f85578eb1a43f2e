import type {SqlType} from '../../types/sql-type.ts';

/** A column of the batches that are written, by its ordinal in them. */
export type NamedColumn = {readonly ordinal: number; readonly name: string; readonly type: SqlType};
