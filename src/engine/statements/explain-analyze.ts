import type {Delete, Insert, Update} from '../../parser/ast/dml.ts';
import type {Query} from '../../parser/ast/query.ts';
import type {PlannedQuery} from '../../planner/plan-query.ts';
import type {ResultSink} from '../api.ts';
import type {PlanFigures, QueryFigures} from '../dataflow/operator-figures.ts';
import type {AnalyzedStatement, BoundParameters} from './analyzed-statement.ts';
import {planWrite, write} from './dml.ts';
import type {ExplainOptions} from './explain-options.ts';
import {durationLines, durationsJson, explanation, type Explanation} from './explanation.ts';
import {planJson} from './plan-json.ts';
import {planLines, type Shown} from './plan-lines.ts';
import {planStatement} from './plan-statement.ts';
import {planTree, type PlanTree} from './plan-tree.ts';
import {QueryCursor} from './query-cursor.ts';
import {awaitRecency} from './recency.ts';
import {querySpec} from './select.ts';
import type {StatementContext} from './statement-context.ts';
import {analyzeSystemQuery, needsNoDataflow} from './system-query.ts';

/** EXPLAIN ANALYZE of a query: runs it, drops its rows, and tells what each operator did. */
export function analyzeExplainedQuery(query: Query, options: ExplainOptions, context: StatementContext): AnalyzedStatement {
  const [plan, planningMs] = timed(() => planStatement(query, context, 'ad-hoc'));
  return explanation(options, plan.parameterTypes, context, async (parameters, out) => {
    const began = performance.now();
    const figures = await runQuery(plan, parameters, context, out);
    const executionMs = performance.now() - began;
    const tree = planTree(plan.dataflow, {relationName: relationNames(context), maintained: false}, figures);
    return measured(tree, options, {planningMs, executionMs});
  });
}

async function runQuery(plan: PlannedQuery, parameters: BoundParameters, context: StatementContext, out: ResultSink): Promise<PlanFigures> {
  const {session, services} = context;
  if (needsNoDataflow(plan, session.catalog)) return analyzeSystemQuery(plan, parameters, context);
  if (session.settings.isOn('real_time_recency')) await awaitRecency(plan.relations, context);
  const spec = await querySpec(plan, parameters, [0], context, out);
  const cursor = new QueryCursor(services.dataflow, {...spec, analyze: true});
  const chunks: Uint8Array[] = [];
  const sink: ResultSink = {
    describe: () => {},
    rows: bytes => void chunks.push(bytes.slice()),
    complete: () => {},
    empty: () => {},
    notice: notice => out.notice(notice),
    parameterStatus: () => {},
  };
  try {
    await session.orCancelled(cursor.fetch(0, sink));
  } finally {
    cursor.close();
  }
  return (JSON.parse(onlyValue(Buffer.concat(chunks))) as QueryFigures).plan;
}

/** The value of a DataRow message with one column: type, length, number of columns and length of the value come first. */
const onlyValue = (message: Buffer): string => message.subarray(1 + 4 + 2 + 4).toString();

/** EXPLAIN ANALYZE of a statement that writes: it does write, as in PostgreSQL. */
export function analyzeExplainedWrite(
  statement: Insert | Update | Delete,
  options: ExplainOptions,
  context: StatementContext,
): AnalyzedStatement {
  const [{bound, source, parameterTypes}, planningMs] = timed(() => planWrite(statement, context));
  return explanation(options, parameterTypes, context, async parameters => {
    const began = performance.now();
    const formats = new Array<number>(bound.returning?.columns.length ?? 0).fill(0);
    const {count, rows, figures} = await write({bound, source, parameters, formats, analyze: true}, context);
    if (bound.returning !== undefined) await rows.cursor();
    const executionMs = performance.now() - began;
    const names = relationNames(context);
    const tree: PlanTree = {
      kind: bound.kind,
      title: `${bound.kind} on ${names(bound.relation)}`,
      relation: names(bound.relation),
      figures: figures && {...figures.end, rowsOut: count},
      inputs: [planTree(source, {relationName: names, maintained: false}, figures?.plan)],
    };
    return measured(tree, options, {planningMs, executionMs});
  });
}

const relationNames =
  ({session}: StatementContext) =>
  (id: number): string =>
    session.catalog.relation(id)?.name ?? String(id);

function timed<R>(work: () => R): [R, number] {
  const began = performance.now();
  return [work(), performance.now() - began];
}

function measured(tree: PlanTree, {format, timing, summary}: ExplainOptions, durations: Parameters<typeof durationLines>[0]): Explanation {
  const shown: Shown = {time: timing, rows: true, state: true};
  if (format === 'json') return {json: {Plan: planJson(tree, shown), ...(summary ? durationsJson(durations) : {})}};
  return {lines: [...planLines(tree, shown), ...(summary ? durationLines(durations) : [])]};
}
