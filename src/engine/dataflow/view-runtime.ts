import type {MapKernel} from '../../runtime/operators/map.ts';
import {compileMapOf} from '../../dataflow-builder/build-map.ts';
import type {BuildContext} from '../../dataflow-builder/build-context.ts';
import {buildDataflow} from '../../dataflow-builder/build-dataflow.ts';
import type {RelationColumnName} from '../../planner/dataflow/column-names.ts';
import type {DataflowPlan} from '../../planner/dataflow/dataflow-plan.ts';
import {dataflowInputs} from '../../planner/dataflow/explain-dataflow.ts';
import type {Graph, GraphNode} from '../../runtime/graph/graph.ts';
import type {StateStore} from '../../runtime/graph/operator.ts';
import {AggregateOperator} from '../../runtime/operators/aggregate.ts';
import {AppendView} from '../../runtime/views/append-view.ts';
import {KeyedView} from '../../runtime/views/keyed-view.ts';
import {ZsetView} from '../../runtime/views/zset-view.ts';
import {physicalOf} from '../../types/sql-type.ts';
import type {ViewSpec} from './commands.ts';
import {RelationReader} from './relation-reader.ts';
import {ErrorCollector, ViewErrors, type ErrorSource} from './view-errors.ts';

/** hydrating = works through history; ready = follows live. */
export type ViewState = 'hydrating' | 'ready';

/** A maintained view in the graph: its nodes, what serves its rows, where views above it attach. */
export class ViewRuntime {
  readonly spec: ViewSpec;
  /** Emits the view's deltas. */
  readonly node: GraphNode;
  readonly reader: RelationReader;
  /** Nodes of its own, inputs first. */
  readonly nodes: readonly GraphNode[];
  state: ViewState = 'hydrating';
  /** What keeps it from catching up. */
  obstacle: string | undefined;
  readonly errors: ViewErrors;
  /** The views that it reads, and those that they read. */
  readonly below: ReadonlySet<ViewRuntime>;

  private constructor(parts: {
    spec: ViewSpec;
    node: GraphNode;
    reader: RelationReader;
    nodes: readonly GraphNode[];
    errors: ViewErrors;
    below: ReadonlySet<ViewRuntime>;
  }) {
    this.spec = parts.spec;
    this.node = parts.node;
    this.reader = parts.reader;
    this.nodes = parts.nodes;
    this.errors = parts.errors;
    this.below = parts.below;
    this.reader.errors = this.errors;
  }

  static build(spec: ViewSpec, context: ViewContext): ViewRuntime {
    const nodes: GraphNode[] = [];
    const collector = new ErrorCollector(spec.name, context.columnName, context.evaluation);
    const full: BuildContext = {
      ...context,
      once: false,
      parameters: [],
      errors: origin => collector.sinkFor(origin),
      built: node => nodes.push(node),
      scan: node => context.scan(node),
    };
    const top = buildDataflow(spec.plan, full);
    const served = serveFromState(spec, top, full) ?? keepRows(spec, top, context.graph);
    if (served.node !== top) nodes.push(served.node);
    const errorsBelow = [...context.below].map(view => context.scanErrors(view.errors.own, `errors(${view.spec.name})`));
    const errors = new ViewErrors(spec, collector, context.graph, errorsBelow);
    return new ViewRuntime({spec, nodes: [...nodes, ...errorsBelow, ...errors.nodes], errors, below: context.below, ...served});
  }

  /** Its state stores in a stable order. */
  get stores(): readonly StateStore[] {
    return this.nodes.flatMap(node => node.stores);
  }
}

/** What building a view needs from its owner. */
export type ViewContext = Pick<BuildContext, 'graph' | 'evaluation' | 'scan'> & {
  readonly below: ReadonlySet<ViewRuntime>;
  readonly columnName: RelationColumnName;
  /** A node that emits the errors of a view below. */
  scanErrors(source: ErrorSource, label: string): GraphNode;
};

type Served = {readonly node: GraphNode; readonly reader: RelationReader};

/** A view whose top operator keeps its result anyway is served from there, its last projection applied when it is read. */
function serveFromState(spec: ViewSpec, top: GraphNode, context: BuildContext): Served | null {
  const {plan} = spec;
  if (plan.kind === 'aggregate' && top.operator instanceof AggregateOperator) return serveFrom(spec, top, top.operator, null, i => i);
  if (plan.kind !== 'map' || plan.input.kind !== 'aggregate') return null;
  const below = top.inputs[0]!.operator;
  if (!(below instanceof AggregateOperator)) return null;
  const {projections} = plan;
  const source = (column: number): number => {
    const projection = projections === undefined ? undefined : projections[column];
    return projection === undefined ? column : projection.kind === 'input' ? projection.index : -1;
  };
  return serveFrom(spec, top, below, compileMapOf(plan, context), source);
}

/** A view that has a key is looked up by it: where the state is kept by other keys it does not serve. */
function serveFrom(
  spec: ViewSpec,
  node: GraphNode,
  state: AggregateOperator,
  kernel: MapKernel | null,
  source: (column: number) => number,
): Served | null {
  const order = keyOrder(spec, state.key, source);
  if (spec.key !== null && order === null) return null;
  return {node, reader: new RelationReader(state, kernel, order)};
}

/** Which of the view's key columns stands for each key column of the store; null when they do not correspond. */
function keyOrder(spec: ViewSpec, storeKey: readonly number[] | null, source: (column: number) => number): readonly number[] | null {
  if (spec.key === null || storeKey === null || spec.key.length !== storeKey.length) return null;
  const order = storeKey.map(column => spec.key!.findIndex(viewColumn => source(viewColumn) === column));
  return order.includes(-1) ? null : order;
}

/** Any other view has a store at its end: a log, rows by key, or a Z-set. */
function keepRows(spec: ViewSpec, top: GraphNode, graph: Graph): Served {
  const schema = spec.plan.types.map(physicalOf);
  const label = `view(${spec.name})`;
  const identity = spec.key?.map((_, i) => i) ?? null;
  const store =
    spec.key !== null && spec.key.length > 0
      ? new KeyedView({label, schema, key: spec.key, ordered: false})
      : spec.appendOnly
        ? new AppendView({label, schema})
        : new ZsetView({label, schema});
  return {node: graph.add(store, [top]), reader: new RelationReader(store, null, store instanceof KeyedView ? identity : null)};
}

/** Ids of the relations that a plan scans. */
export function scannedRelations(plan: DataflowPlan): number[] {
  return plan.kind === 'scan' ? [plan.relation] : dataflowInputs(plan).flatMap(scannedRelations);
}
