import {T, type SqlType} from '../../types/sql-type.ts';
import type {ResultSink} from '../api.ts';
import type {AnalyzedStatement, BoundParameters, ResultColumn} from './analyzed-statement.ts';
import {BufferedCursor} from './buffered-cursor.ts';
import {encodeDatumRows} from './datum-rows.ts';
import type {ExplainOptions} from './explain-options.ts';
import {milliseconds} from './plan-lines.ts';
import {rounded} from './plan-json.ts';
import type {StatementContext} from './statement-context.ts';

/** What EXPLAIN answers: lines, or one JSON document. */
export type Explanation = {readonly lines: readonly string[]} | {readonly json: object};

/** EXPLAIN as a statement. The result has one column, as PostgreSQL names it. */
export function explanation(
  {format}: ExplainOptions,
  parameterTypes: readonly SqlType[],
  {session}: StatementContext,
  explain: (parameters: BoundParameters, out: ResultSink) => Explanation | Promise<Explanation>,
): AnalyzedStatement {
  const columns: ResultColumn[] = [{name: 'QUERY PLAN', type: format === 'json' ? T.json : T.text}];
  return {
    parameterTypes,
    columns,
    run: async (parameters, formats, out) => {
      const answer = await explain(parameters, out);
      const rows = 'json' in answer ? [[JSON.stringify([answer.json], null, 2)]] : answer.lines.map(line => [line]);
      return {
        kind: 'rows',
        cursor: new BufferedCursor(encodeDatumRows(columns, formats, rows, session.textSettings())),
        tag: () => 'EXPLAIN',
      };
    },
  };
}

/** How long planning took, and running. */
export type Durations = {readonly planningMs: number; readonly executionMs?: number | undefined};

export function durationLines({planningMs, executionMs}: Durations): string[] {
  const execution = executionMs === undefined ? [] : [`Execution Time: ${milliseconds(executionMs)} ms`];
  return [`Planning Time: ${milliseconds(planningMs)} ms`, ...execution];
}

export function durationsJson({planningMs, executionMs}: Durations): object {
  const execution = executionMs === undefined ? {} : {'Execution Time': rounded(executionMs)};
  return {'Planning Time': rounded(planningMs), ...execution};
}
