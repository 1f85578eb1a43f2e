import {datumsToBatch} from '../../codegen/datum-column.ts';
import {RowEncoder} from '../../serving/rows/row-encoder.ts';
import type {Datum} from '../../types/datum.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import type {AnalyzedStatement, ResultColumn, StatementOutcome} from './analyzed-statement.ts';
import {BufferedCursor, type BufferedRows} from './buffered-cursor.ts';

/** Encodes a small result that is there as datums. */
export function encodeDatumRows(
  columns: readonly ResultColumn[],
  formats: readonly number[],
  rows: readonly (readonly Datum[])[],
  settings: TextSettings,
): BufferedRows {
  const types = columns.map(column => column.type);
  const encoder = new RowEncoder(types, formats, settings);
  const batch = datumsToBatch(types, rows);
  encoder.use(batch);
  const ends = rows.map((_, row) => {
    encoder.range(batch, row, row + 1);
    return encoder.writer.position;
  });
  return {bytes: encoder.takeBytes(), ends};
}

/** A statement that answers with rows computed on the spot: SHOW, EXPLAIN and their like. */
export function rowsStatement(
  columns: readonly ResultColumn[],
  tag: string,
  settings: () => TextSettings,
  rows: () => readonly (readonly Datum[])[] | Promise<readonly (readonly Datum[])[]>,
): AnalyzedStatement {
  return {
    parameterTypes: [],
    columns,
    run: async (_parameters, formats): Promise<StatementOutcome> => ({
      kind: 'rows',
      cursor: new BufferedCursor(encodeDatumRows(columns, formats, await rows(), settings())),
      tag: count => (tag === 'SELECT' ? `SELECT ${count}` : tag),
    }),
  };
}

/** A statement that does something and returns no rows. */
export function commandStatement(
  run: AnalyzedStatement['run'] extends (p: never, f: never, out: infer O) => unknown ? (out: O) => string | Promise<string> : never,
): AnalyzedStatement {
  return {parameterTypes: [], columns: null, run: async (_parameters, _formats, out) => ({kind: 'command', tag: await run(out)})};
}
