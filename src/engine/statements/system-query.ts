import {setTimeout as sleep} from 'node:timers/promises';
import {datumsToBatch} from '../../codegen/datum-column.ts';
import {catalogFunctions} from '../../catalog/system/catalog-functions.ts';
import type {SystemContext} from '../../catalog/system/system-context.ts';
import {systemRows} from '../../catalog/system/system-rows.ts';
import type {Catalog} from '../../catalog/catalog.ts';
import {assert} from '../../common/unreachable.ts';
import {buildDataflow} from '../../dataflow-builder/build-dataflow.ts';
import type {DataflowPlan, DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import {mapScans} from '../../planner/dataflow/map-scans.ts';
import type {PlannedQuery} from '../../planner/plan-query.ts';
import type {Batch} from '../../runtime/batch/batch.ts';
import {Graph, type GraphNode} from '../../runtime/graph/graph.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import {NO_SLICES} from '../../runtime/graph/no-slices.ts';
import {runToEnd} from '../../runtime/graph/run-slices.ts';
import {Nap} from '../../serving/nap.ts';
import {RowEncoder} from '../../serving/rows/row-encoder.ts';
import {physicalOf} from '../../types/sql-type.ts';
import type {FrontierNames} from '../dataflow/commands.ts';
import {planFigures, type PlanFigures} from '../dataflow/operator-figures.ts';
import {ForwardTo} from '../dataflow/forward-to.ts';
import type {BoundParameters, ResultColumn, StatementOutcome} from './analyzed-statement.ts';
import {BufferedCursor} from './buffered-cursor.ts';
import {runtimeFacts} from './runtime-facts.ts';
import type {SessionState} from '../sessions/session-state.ts';
import type {StatementContext} from './statement-context.ts';

/** 24 days: what timers can hold. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Whether the catalog alone answers a query, or nothing has to be read at all. */
export function needsNoDataflow({relations, asksStep}: PlannedQuery, catalog: Catalog): boolean {
  return !asksStep && relations.every(id => catalog.relation(id)?.kind === 'system');
}

/**
 * For a query that reads system relations beside others, or beside the step: those become rows of its plan, but for `millrace.frontier`,
 * which has to be of the step that the others are of.
 */
export async function withSystemRows(
  plan: PlannedQuery,
  {session, services}: StatementContext,
): Promise<{readonly plan: DataflowPlan; readonly frontier: FrontierNames | undefined}> {
  const {catalog} = session;
  const facts = await runtimeFacts(session, services, plan.relations);
  const system: SystemContext = {catalog, facts, session: {user: session.user, database: session.database}};
  let frontier: FrontierNames | undefined;
  const rewritten = mapScans(plan.dataflow, scan => {
    const relation = catalog.relation(scan.relation);
    if (relation?.kind !== 'system') return scan;
    if (relation.rows === 'millrace.frontier') {
      const streams = [...catalog.objects()].flatMap(o => (o.kind === 'stream' ? [{relation: o.id, schema: o.schema, name: o.name}] : []));
      frontier = {relation: relation.id, streams};
      return scan;
    }
    return {kind: 'values', types: scan.types, rows: systemRows(relation, system, scan.columns)};
  });
  return {plan: rewritten, frontier};
}

/**
 * A query over the catalog (or over nothing): the same operators, run here, because the catalog and its functions are here.
 */
export async function runSystemQuery(
  plan: PlannedQuery,
  columns: readonly ResultColumn[],
  parameters: BoundParameters,
  formats: readonly number[],
  statement: StatementContext,
): Promise<StatementOutcome> {
  const query = await buildSystemQuery(plan, parameters, statement);
  const encoder = new RowEncoder(
    columns.map(column => column.type),
    formats,
    statement.session.textSettings(),
  );
  const ends: number[] = [];
  await query.run({wanted: true, emit: batch => encode(batch, encoder, ends)});
  query.dispose();
  return {kind: 'rows', cursor: new BufferedCursor({bytes: encoder.takeBytes(), ends}), tag: count => `SELECT ${count}`};
}

/** Runs a query over the catalog for what its operators do. */
export async function analyzeSystemQuery(
  plan: PlannedQuery,
  parameters: BoundParameters,
  statement: StatementContext,
): Promise<PlanFigures> {
  const query = await buildSystemQuery(plan, parameters, statement);
  await query.run({wanted: true, emit: () => NO_SLICES});
  const figures = planFigures(plan.dataflow, query.top);
  query.dispose();
  return figures;
}

/** A query over the catalog as a graph; `run` it once. */
async function buildSystemQuery(
  plan: PlannedQuery,
  parameters: BoundParameters,
  {session, services}: StatementContext,
): Promise<{readonly top: GraphNode; run(sink: BatchSink): Promise<void>; dispose(): void}> {
  const {catalog} = session;
  session.begun();
  const facts = await runtimeFacts(session, services, plan.relations);
  const system: SystemContext = {catalog, facts, session: {user: session.user, database: session.database}};
  const nap = new Nap();
  const evaluation = {
    ...session.evaluationContext(),
    catalog: catalogFunctions(system, session.searchPath),
    sleep: (seconds: number) => nap.sleep(seconds),
  };
  const graph = new Graph();
  const feeds: {node: GraphNode; batch: Batch}[] = [];
  const scan = (node: DataflowScan): GraphNode => {
    const relation = catalog.relation(node.relation);
    assert(relation?.kind === 'system', 'a query over the catalog reads nothing else');
    const source = graph.addSource(relation.name, node.types.map(physicalOf));
    const rows = systemRows(relation, system, node.columns);
    feeds.push({node: source, batch: datumsToBatch(node.types, rows)});
    return source;
  };
  const top = buildDataflow(plan.dataflow, {
    graph,
    parameters: parameters.datums(),
    evaluation,
    once: true,
    scan,
    built: () => {},
  });
  return {
    top,
    run: async sink => {
      graph.add(new ForwardTo(sink, top.schema), [top]);
      runToEnd(feedAll(graph, feeds));
      graph.publish();
      if (nap.left() > 0) await sleepUnlessCancelled(nap.left(), session);
    },
    dispose: () => {
      for (const node of graph.nodes) for (const store of node.stores) store.dispose();
    },
  };
}

async function sleepUnlessCancelled(ms: number, session: SessionState): Promise<void> {
  const controller = new AbortController();
  await session.cancellable(sleep(Math.min(ms, LONGEST_TIMER_MS), undefined, {signal: controller.signal}), () => controller.abort());
}

function* feedAll(graph: Graph, feeds: readonly {node: GraphNode; batch: Batch}[]): Slices {
  for (const {node, batch} of feeds) yield* node.emit(batch);
  yield* graph.flush();
}

function* encode(batch: Batch, encoder: RowEncoder, ends: number[]): Slices {
  encoder.use(batch);
  for (let row = 0; row < batch.length; row++) {
    const weight = batch.weights === null ? 1 : batch.weights[row]!;
    const before = encoder.writer.position;
    encoder.range(batch, row, row + 1);
    const size = (encoder.writer.position - before) / weight;
    for (let copy = 1; copy <= weight; copy++) ends.push(before + copy * size);
  }
}
