import {VIEW_ERRORS} from '../../catalog/error-relation.ts';
import {sqlError} from '../../common/sql-error.ts';
import {assert, unreachable} from '../../common/unreachable.ts';
import {buildDataflow} from '../../dataflow-builder/build-dataflow.ts';
import {columnsOf, ScanColumns} from '../../dataflow-builder/scan-columns.ts';
import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import type {DataflowPlan, DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import type {Graph, GraphNode} from '../../runtime/graph/graph.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import {NEWEST_ROWS} from '../../runtime/views/newest-view.ts';
import {physicalOf} from '../../types/sql-type.ts';
import {BlackholeSink} from './blackhole-sink.ts';
import {CatchingUpView} from './catching-up-view.ts';
import type {RelationChange, SinkSpec, StreamSpec, ViewSpec} from './commands.ts';
import {FailureCount} from './failure-count.ts';
import type {RelationReader} from './relation-reader.ts';
import type {Relations} from './relations.ts';
import {StoredRelation} from './stored-relation.ts';
import {StreamRuntime} from './stream-runtime.ts';
import {embeddedLog, streamErrors} from './stream-storage.ts';
import {EmbeddedTime} from './time/embedded-time.ts';
import type {StreamClock} from './time/stream-clock.ts';
import {unfedWatermarks, type UnfedWatermark} from './time/unfed-watermarks.ts';
import {ViewTime} from './time/view-time.ts';
import {scannedRelations, ViewRuntime, type ViewContext} from './view-runtime.ts';

/** What new nodes must be fed before they follow: rows as of the last published step. */
type History = {readonly node: GraphNode; readonly reader: RelationReader}[];

export type RelationChangesArgs = {
  readonly relations: Relations;
  readonly graph: Graph;
  readonly evaluation: EvaluationContext;
  /** Where sinks write. */
  readonly files: FileLayer;
  /** Rows that each `$errors` of a stream and each `$late` keeps. */
  readonly newestRows?: number | undefined;
  /** Called before state is freed. */
  readonly beforeDrop: () => void;
};

/** Makes, resets and drops relations, each as part of a step. */
export class RelationChanges {
  readonly #relations: Relations;
  readonly #graph: Graph;
  readonly #evaluation: EvaluationContext;
  readonly #files: FileLayer;
  readonly #newestRows: number;
  readonly #beforeDrop: () => void;
  /** What to do when the step in progress is published, and how to undo it. */
  #pending: {readonly commit: () => void; readonly undo: () => void}[] = [];

  constructor({relations, graph, evaluation, files, newestRows = NEWEST_ROWS, beforeDrop}: RelationChangesArgs) {
    this.#relations = relations;
    this.#graph = graph;
    this.#evaluation = evaluation;
    this.#files = files;
    this.#newestRows = newestRows;
    this.#beforeDrop = beforeDrop;
  }

  /** Makes one change as part of the step in progress. */
  *apply(change: RelationChange): Slices {
    if (this.#relations.deferred.takes(change)) return;
    switch (change.kind) {
      case 'add-stream':
        return this.#addStream(change.relation);
      case 'add-table': {
        const stored = new StoredRelation({...change.relation, appendOnly: false}, this.#graph);
        this.#relations.stored.set(stored.relation, stored);
        this.#pending.push({commit: () => {}, undo: () => this.#relations.stored.delete(stored.relation)});
        return;
      }
      case 'add-view':
        return yield* this.#addView(change.view);
      case 'add-sink':
        return yield* this.#addSink(change.sink);
      case 'drop':
        this.#pending.push({commit: () => this.#drop(change.relation), undo: () => {}});
        return;
      case 'reset-stream':
        return this.resetStream(change.stream);
      case 'truncate':
        throw sqlError('feature_not_supported', `${change.kind} is not supported yet`);
      default:
        return unreachable(change);
    }
  }

  applied(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const {commit} of pending) commit();
  }

  undoApplied(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const {undo} of pending.reverse()) undo();
  }

  #addStream(spec: StreamSpec): void {
    const errors = streamErrors(spec, this.#graph, this.#newestRows);
    this.#relations.stored.set(spec.errors, errors);
    if (spec.connector === 'embedded') {
      const stored = embeddedLog(spec, this.#graph, this.#relations.eventTime);
      this.#relations.stored.set(spec.relation, stored);
      if (spec.time !== undefined) {
        stored.time = new EmbeddedTime(spec, stored.columns, this.#evaluation);
        this.#relations.eventTime.clocks.set(spec.relation, stored.time.clock);
      }
    } else {
      const stream = new StreamRuntime(spec, this.#graph, this.#evaluation);
      this.#relations.streams.set(spec.relation, stream);
      if (stream.clock !== undefined) this.#relations.eventTime.clocks.set(spec.relation, stream.clock);
    }
    this.#pending.push({
      commit: () => {},
      undo: () => {
        this.#relations.streams.delete(spec.relation);
        this.#relations.stored.delete(spec.relation);
        this.#relations.stored.delete(spec.errors);
        this.#relations.eventTime.clocks.delete(spec.relation);
      },
    });
  }

  /** Errors: 55000 over a view that is still catching up, or not served. */
  #requireReady(plan: DataflowPlan): void {
    // What a restart makes again is not served either.
    if (!this.#relations.deferred.active) this.#relations.requireServed(scannedRelations(plan));
    const [unready] = scannedRelations(plan).flatMap(id => this.#relations.unready(id) ?? []);
    if (unready === undefined) return;
    throw sqlError('object_not_in_prerequisite_state', `view "${unready.name}" is still catching up`, {
      hint: 'Wait until SHOW STATUS says that it is ready.',
    });
  }

  *#addView(spec: ViewSpec): Slices {
    this.#requireReady(spec.plan);
    const scanned = scannedRelations(spec.plan).flatMap(id => this.#relations.streams.get(id) ?? []);
    const isStopped = spec.delivery?.stopped !== undefined;
    if (!isStopped && scanned.some(stream => stream.reader !== undefined || stream.hasAdvanced)) return this.#catchUp(spec);
    const history: History = [];
    const view = ViewRuntime.build(spec, {
      ...this.#viewContext(spec, new Map()),
      graph: this.#graph,
      scan: (node, traced) => this.#scanNode(node, history, traced),
      scanNew: (node, traced) => this.#scanNode(node, [], traced),
      scanErrors: ({node: source, reader}, label) => {
        const node = this.#graph.add(new ScanColumns(label, source.schema, [...source.schema.keys()]), [source]);
        history.push({node, reader});
        return node;
      },
    });
    this.#relations.register(view);
    this.#pending.push({
      commit: () => {
        view.time.isOpening = false;
        this.#relations.sharedReaders.start();
      },
      undo: () => this.#drop(spec.relation),
    });
    yield* this.#feedHistory(history);
    view.state = 'ready';
  }

  /** `own`: clocks of the streams that the view reads with readers of its own; `unfed`: what it has in place of others. */
  #viewContext(
    {plan}: ViewSpec,
    own: ReadonlyMap<number, StreamClock>,
    unfed: ReadonlyMap<number, UnfedWatermark> = new Map(),
  ): Pick<ViewContext, 'evaluation' | 'newestRows' | 'deliveries' | 'below' | 'columnName' | 'timeFor'> {
    const watermarks = new Map([...own].map(([relation, clock]) => [relation, clock.watermark]));
    for (const [relation, {watermark}] of unfed) watermarks.set(relation, watermark);
    const direct = scannedRelations(plan).flatMap(id => this.#relations.views.get(id) ?? []);
    return {
      evaluation: this.#evaluation,
      newestRows: this.#newestRows,
      deliveries: {files: this.#files, now: () => this.#relations.eventTime.now.current},
      timeFor: sinkFor => new ViewTime(this.#relations.eventTime, watermarks, sinkFor),
      below: new Set(direct.flatMap(view => [...view.below, view])),
      columnName: (relation, column, path) => this.#columnName(relation, column, path),
    };
  }

  #columnName(relation: number, column: number, path: readonly number[]): string {
    const stream = this.#relations.streams.get(relation);
    if (stream !== undefined) return stream.nameOf(stream.leafOf(column, path));
    const names = this.#relations.views.get(relation)?.spec.columns ?? this.#relations.stored.get(relation)?.columns.map(c => c.name);
    return (names ?? VIEW_ERRORS.map(c => c.name))[column] ?? `column${column + 1}`;
  }

  #catchUp(spec: ViewSpec): void {
    const unfed = unfedWatermarks(spec.plan, this.#relations, this.#relations.eventTime.clocks);
    const catching = new CatchingUpView(spec, this.#relations, clocks => this.#viewContext(spec, clocks, unfed));
    this.#relations.register(catching.view);
    this.#pending.push({
      commit: () => {
        catching.requestOffsets();
        this.#relations.sharedReaders.start();
        const release = (): void => void (this.#relations.hydrations.holding = false);
        this.#relations.hydrations.add(
          catching.begin({readers: this.#relations.readers, now: this.#relations.eventTime.now, unfed: [...unfed.values()], release}),
        );
      },
      undo: () => this.#relations.unregister(spec),
    });
  }

  /** A sink gets the rows that tables and views hold; of streams it gets what comes from where they stand. */
  *#addSink(spec: SinkSpec): Slices {
    this.#requireReady(spec.plan);
    const nodes: GraphNode[] = [];
    const history: History = [];
    const failures = new FailureCount();
    const top = buildDataflow(spec.plan, {
      graph: this.#graph,
      parameters: [],
      evaluation: this.#evaluation,
      once: false,
      time: new ViewTime(this.#relations.eventTime, new Map(), () => failures.lateRows),
      errors: () => failures,
      scan: node => this.#scanNode(node, history),
      shared: new Map(),
      built: node => nodes.push(node),
    });
    const end = this.#graph.add(new BlackholeSink(spec.name), [top]);
    nodes.push(end);
    this.#relations.sinks.set(spec.relation, {spec, top, end, since: Date.now(), nodes, failures});
    this.#pending.push({commit: () => this.#relations.sharedReaders.start(), undo: () => this.#drop(spec.relation)});
    yield* this.#feedHistory(history);
  }

  /** From the end of the step in progress on the stream is read from where its reset says. */
  resetStream(spec: StreamSpec): void {
    const stream = this.#relations.streams.get(spec.relation);
    assert(stream !== undefined && spec.reset !== undefined, `stream ${spec.relation} cannot be reset`);
    const {offsets} = spec.reset;
    this.#pending.push({
      commit: () => {
        this.#relations.sharedReaders.stop(stream);
        stream.spec = spec;
        stream.stopped = stream.missing = undefined;
        stream.ends.clear();
        stream.setOffsets(offsets);
        stream.refusals.clear();
        stream.clock?.forgetPartitions();
        this.#relations.sharedReaders.start();
      },
      undo: () => {},
    });
  }

  /** A node that emits the wanted columns of a relation's deltas; `history` notes what it must be fed first. */
  #scanNode(scan: DataflowScan, history: History, traced?: GraphNode): GraphNode {
    const schema = scan.types.map(physicalOf);
    const stream = this.#relations.streams.get(scan.relation);
    if (stream !== undefined)
      return this.#graph.add(new ScanColumns(`scan(${stream.spec.name})`, schema, stream.leavesOf(scan)), [stream.source]);
    const source = traced ?? this.#relations.nodeOf(scan.relation);
    const node = this.#graph.add(columnsOf(scan, schema), [source]);
    history.push({node, reader: this.#relations.reader(scan.relation)!});
    return node;
  }

  /** Gives new nodes the rows that their relations hold as of the last published step. */
  *#feedHistory(history: History): Slices {
    for (const {node, reader} of history) {
      const pin = reader.rows.pin();
      try {
        yield* reader.scan(pin, {wanted: true, emit: batch => node.push(0, batch)});
      } finally {
        pin.release();
      }
    }
  }

  #drop(relation: number): void {
    this.#beforeDrop();
    this.#relations.deferred.drop(relation);
    const hydration = this.#relations.hydrations.of(relation);
    if (hydration !== undefined) {
      this.#relations.hydrations.end(hydration);
      this.#relations.unregister(hydration.view.spec);
      for (const node of hydration.graph.nodes) for (const store of node.stores) store.dispose();
      return;
    }
    const view = this.#relations.views.get(relation);
    const stored = this.#relations.stored.get(relation);
    const nodes = (view ?? this.#relations.sinks.get(relation))?.nodes ?? (stored === undefined ? [] : [stored.source, stored.node]);
    if (view !== undefined) this.#relations.unregister(view.spec);
    this.#relations.sinks.delete(relation);
    this.#relations.stored.delete(relation);
    this.#relations.eventTime.clocks.delete(relation);
    for (const node of [...nodes].reverse()) this.#graph.remove(node);
    const stream = this.#relations.streams.get(relation);
    if (stream === undefined) return;
    this.#relations.sharedReaders.stop(stream);
    this.#relations.streams.delete(relation);
    this.#graph.remove(stream.source);
    this.#drop(stream.spec.errors);
  }
}
