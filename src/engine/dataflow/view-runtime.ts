import {compileMapOf} from '../../dataflow-builder/build-map.ts';
import type {BuildContext} from '../../dataflow-builder/build-context.ts';
import {buildDataflow} from '../../dataflow-builder/build-dataflow.ts';
import type {RelationColumnName} from '../../planner/dataflow/column-names.ts';
import type {DataflowPlan} from '../../planner/dataflow/dataflow-plan.ts';
import {dataflowInputs} from '../../planner/dataflow/dataflow-inputs.ts';
import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import type {Graph, GraphNode} from '../../runtime/graph/graph.ts';
import type {StateStore} from '../../runtime/graph/operator.ts';
import {AggregateOperator} from '../../runtime/operators/aggregate.ts';
import {FirstRowOperator} from '../../runtime/operators/first-row.ts';
import {AppendView} from '../../runtime/views/append-view.ts';
import {KeyedView} from '../../runtime/views/keyed-view.ts';
import {ZsetView} from '../../runtime/views/zset-view.ts';
import {physicalOf} from '../../types/sql-type.ts';
import type {ViewSpec} from './commands.ts';
import {deliverRows} from './deliver-rows.ts';
import {DELIVERED_ROWS} from './delivered-rows.ts';
import type {FileSink} from './file-sink.ts';
import {RelationReader} from './relation-reader.ts';
import {WindowClose} from '../../runtime/operators/window-close.ts';
import type {ClosingWindows} from './time/open-window.ts';
import {LateCollector, LateRows} from './time/late-rows.ts';
import type {LateSinkFor, ViewTime} from './time/view-time.ts';
import {ErrorCollector, ViewErrors, type ErrorSource} from './view-errors.ts';

/** hydrating = works through history; ready = follows live. */
export type ViewState = 'hydrating' | 'ready';

/** A maintained view in the graph: its nodes, what serves its rows, where views above it attach. */
export class ViewRuntime {
  readonly spec: ViewSpec;
  /** Emits the view's deltas. */
  readonly node: GraphNode;
  /** Emits the result of its plan. */
  readonly top: GraphNode;
  /** When it was made, by this process; ms since 1970. */
  readonly since = Date.now();
  readonly reader: RelationReader;
  /** Nodes of its own, inputs first. */
  readonly nodes: readonly GraphNode[];
  state: ViewState = 'hydrating';
  /** What keeps it from catching up. */
  obstacle: string | undefined;
  readonly errors: ViewErrors;
  /** What came too late; undefined = nothing can. */
  readonly late: LateRows | undefined;
  readonly time: ViewTime;
  /** What holds its rows back until their windows close. */
  readonly windows: readonly ClosingWindows[];
  /** The views that it reads, and those that they read. */
  readonly below: ReadonlySet<ViewRuntime>;
  /** Takes its rows away: of a sink. */
  readonly delivery: FileSink | undefined;

  private constructor(parts: {
    spec: ViewSpec;
    node: GraphNode;
    top: GraphNode;
    reader: RelationReader;
    nodes: readonly GraphNode[];
    errors: ViewErrors;
    late: LateRows | undefined;
    time: ViewTime;
    windows: readonly ClosingWindows[];
    below: ReadonlySet<ViewRuntime>;
    delivery?: FileSink | undefined;
  }) {
    this.delivery = parts.delivery;
    this.late = parts.late;
    this.time = parts.time;
    this.windows = parts.windows;
    this.spec = parts.spec;
    this.node = parts.node;
    this.top = parts.top;
    this.reader = parts.reader;
    this.nodes = parts.nodes;
    this.errors = parts.errors;
    this.below = parts.below;
    this.reader.errors = this.errors;
  }

  static build(spec: ViewSpec, context: ViewContext): ViewRuntime {
    const nodes: GraphNode[] = [];
    const windows: ClosingWindows[] = [];
    const collector = new ErrorCollector(spec.name, context.columnName, context.evaluation);
    const late = new LateCollector(context.columnName, context.evaluation);
    const time = context.timeFor((plan, watermark) => late.sinkFor(plan, watermark));
    const full: BuildContext = {
      ...context,
      once: false,
      parameters: [],
      time,
      served: servingState(spec)?.plan,
      errors: origin => collector.sinkFor(origin),
      built: (node, plan) => {
        nodes.push(node);
        if (plan.kind === 'window-close' && node.operator instanceof WindowClose) windows.push({operator: node.operator, plan});
      },
      scan: (node, traced) => context.scan(node, traced),
      shared: new Map(),
    };
    const top = buildOrRemove(spec.plan, full, nodes);
    const served = deliver(spec, top, context) ?? serveFromState(spec, top, full) ?? keepRows(spec, top, context.graph);
    if (served.node !== top) nodes.push(served.node);
    const errorsBelow = [...context.below].map(view => context.scanErrors(view.errors.own, `errors(${view.spec.name})`));
    const errors = new ViewErrors(spec, collector, context.graph, errorsBelow);
    const lateRows = spec.late === undefined ? undefined : new LateRows(spec.name, late, context.graph, context.newestRows);
    const all = [...nodes, ...errorsBelow, ...errors.nodes, ...(lateRows?.nodes ?? [])];
    return new ViewRuntime({spec, top, nodes: all, errors, late: lateRows, time, windows, below: context.below, ...served});
  }

  /** Its state stores in a stable order. */
  get stores(): readonly StateStore[] {
    return this.nodes.flatMap(node => node.stores);
  }
}

/** A plan that turns out to be one that cannot be built leaves nothing in the graph. */
function buildOrRemove(plan: DataflowPlan, context: BuildContext, built: readonly GraphNode[]): GraphNode {
  try {
    return buildDataflow(plan, context);
  } catch (error) {
    for (const node of [...built].reverse()) context.graph.remove(node);
    throw error;
  }
}

/** What building a view needs from its owner. */
export type ViewContext = Pick<BuildContext, 'graph' | 'evaluation' | 'scan' | 'scanNew'> & {
  readonly below: ReadonlySet<ViewRuntime>;
  /** Late rows that are kept. */
  readonly newestRows: number;
  /** Where sinks write, and the time of the step. */
  readonly deliveries: {readonly files: FileLayer; readonly now: () => number};
  readonly columnName: RelationColumnName;
  /** What time means to the view, whose late rows `sinkFor` takes. */
  timeFor(sinkFor: LateSinkFor): ViewTime;
  /** A node that emits the errors of a view below. */
  scanErrors(source: ErrorSource, label: string): GraphNode;
};

type Served = {readonly node: GraphNode; readonly reader: RelationReader; readonly delivery?: FileSink | undefined};

/** A sink has an operator at its end that takes the rows away. */
function deliver(spec: ViewSpec, top: GraphNode, context: ViewContext): Served | null {
  if (spec.delivery === undefined) return null;
  const {target, stopped} = spec.delivery;
  const delivery = deliverRows(spec, target, context.deliveries);
  if (stopped !== undefined) delivery.output.stop(stopped);
  return {node: context.graph.add(delivery, [top]), reader: new RelationReader(DELIVERED_ROWS, null, null), delivery};
}

/** The operator whose state can be the view: its top one, or the one right below its last projection. Null when it is kept by other keys. */
function servingState(spec: ViewSpec): {readonly plan: DataflowPlan; readonly keyOrder: readonly number[] | null} | null {
  if (spec.delivery !== undefined) return null;
  const top = spec.plan;
  const plan = top.kind === 'map' ? top.input : top;
  const key = plan.kind === 'aggregate' ? plan.keys.map((_, i) => i) : plan.kind === 'top' ? (plan.partition ?? []) : null;
  if (key === null) return null;
  const source = (column: number): number => {
    const projection = top.kind === 'map' && top.projections !== undefined ? top.projections[column] : undefined;
    return projection === undefined ? column : projection.kind === 'input' ? projection.index : -1;
  };
  const order = keyOrder(spec, key.length === 0 ? null : key, source);
  // A view that has a key is looked up by it.
  return spec.key !== null && order === null ? null : {plan, keyOrder: order};
}

/** A view whose top operator keeps its result anyway is served from there, its last projection applied when it is read. */
function serveFromState(spec: ViewSpec, top: GraphNode, context: BuildContext): Served | null {
  const serving = servingState(spec);
  const {plan} = spec;
  const state = plan.kind === 'map' ? top.inputs[0]?.operator : top.operator;
  if (serving === null || !(state instanceof AggregateOperator || state instanceof FirstRowOperator)) return null;
  return {node: top, reader: new RelationReader(state, plan.kind === 'map' ? compileMapOf(plan, context) : null, serving.keyOrder)};
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
