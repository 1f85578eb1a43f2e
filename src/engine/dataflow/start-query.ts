import {sqlError} from '../../common/sql-error.ts';
import {buildDataflow} from '../../dataflow-builder/build-dataflow.ts';
import {detachedContext} from '../../functions/evaluation-context.ts';
import type {DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import {pickColumns} from '../../dataflow-builder/scan-columns.ts';
import {Graph, type GraphNode} from '../../runtime/graph/graph.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import type {Pin} from '../../runtime/rows/pin.ts';
import {QueryRun} from '../../serving/query-run.ts';
import {RowEncoder} from '../../serving/rows/row-encoder.ts';
import {physicalOf} from '../../types/sql-type.ts';
import type {QuerySpec} from './commands.ts';
import {ForwardTo} from './forward-to.ts';
import type {QueryRunner} from './query-runner.ts';
import type {RelationReader} from './relation-reader.ts';
import type {Relations} from './relations.ts';

type Feed = {readonly node: GraphNode; readonly reader: RelationReader; readonly pin: Pin; readonly columns: readonly number[]};

/** Starts an ad-hoc query: its plan as a private graph, fed once with the rows of the last published step. */
export function startQuery(spec: QuerySpec, relations: Relations, runner: QueryRunner): void {
  const graph = new Graph();
  const feeds: Feed[] = [];
  const {settings} = spec;
  const evaluation = detachedContext({
    now: settings.now,
    statementTime: settings.statementTime,
    timeZone: settings.timeZone,
    setting: name => settings.session[name],
  });
  const scan = (node: DataflowScan): GraphNode => {
    const reader = relations.reader(node.relation);
    if (reader === undefined)
      throw sqlError('feature_not_supported', 'reading a stream directly is not supported yet', {
        hint: 'Create a materialized view over it.',
      });
    const source = graph.addSource(`scan(${node.relation})`, node.types.map(physicalOf));
    feeds.push({node: source, reader, pin: reader.rows.pin(), columns: node.columns});
    return source;
  };
  const release = (): void => {
    for (const {pin} of feeds) pin.release();
    for (const node of graph.nodes) for (const store of node.stores) store.dispose();
  };
  try {
    const top = buildDataflow(spec.plan, {graph, parameters: spec.parameters, evaluation, once: true, scan, built: () => {}});
    const encoder = new RowEncoder(spec.plan.types.slice(0, spec.formats.length), spec.formats, {timeZone: settings.timeZone});
    const work = (sink: BatchSink): Slices => feedOnce(graph, top, feeds, sink);
    runner.add(spec.query, output => new QueryRun({encoder, output, credit: spec.credit, work, dispose: release}));
  } catch (error) {
    release();
    throw error;
  }
}

function* feedOnce(graph: Graph, top: GraphNode, feeds: readonly Feed[], sink: BatchSink): Slices {
  graph.add(new ForwardTo(sink, top.schema), [top]);
  for (const {node, reader, pin, columns} of feeds)
    yield* reader.scan(pin, {wanted: true, emit: batch => node.emit(pickColumns(batch, columns))});
  yield* graph.flush();
}
