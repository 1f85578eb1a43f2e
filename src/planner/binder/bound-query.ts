import type {SqlType} from '../../types/sql-type.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';

/** A column of a relation, for the table OID and column number of RowDescription. */
export type ColumnSource = {readonly relation: number; readonly ordinal: number};

export type OutputColumn = {readonly name: string; readonly type: SqlType; readonly source?: ColumnSource | undefined};

/** A bound query: the first `columns.length` columns of `plan` are its result; further ones only serve the order. */
export type BoundQuery = {readonly plan: LogicalPlan; readonly columns: readonly OutputColumn[]};
