import type {SqlType} from '../../types/sql-type.ts';
import type {Datum} from '../../types/datum.ts';
import type {ResultSink} from '../api.ts';
import type {RawParameter} from '../dataflow/lookup-messages.ts';

/** A result column: what RowDescription says of it. */
export type ResultColumn = {
  readonly name: string;
  readonly type: SqlType;
  readonly tableOid?: number | undefined;
  readonly columnNumber?: number | undefined;
};

/** Values bound to a statement's parameters: as they came, and decoded on first use. */
export interface BoundParameters {
  readonly raw: readonly RawParameter[];
  datums(): readonly Datum[];
}

/** Rows that can be taken in portions; stops what produces them when closed. */
export interface RowCursor {
  /** Sends at most `maxRows` rows (0 = all) to `out` and resolves with how many there were and whether that was the end. */
  fetch(maxRows: number, out: ResultSink): Promise<{readonly count: number; readonly done: boolean}>;
  close(): void;
}

/** What running a statement gives: a command tag, or rows and the tag for their number. */
export type StatementOutcome =
  {readonly kind: 'command'; readonly tag: string} | {readonly kind: 'rows'; readonly cursor: RowCursor; tag(count: number): string};

/**
 * A statement whose names and types are resolved against one version of the catalog, ready to be run many times. `columns` null = it
 * returns no rows.
 */
export interface AnalyzedStatement {
  readonly parameterTypes: readonly SqlType[];
  readonly columns: readonly ResultColumn[] | null;
  run(parameters: BoundParameters, formats: readonly number[], out: ResultSink): Promise<StatementOutcome>;
  /** Frees what was prepared on the dataflow side. */
  release?(): void;
}
