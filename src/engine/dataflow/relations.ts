import {VIEW_ERRORS} from '../../catalog/error-relation.ts';
import {sqlError, type SqlError} from '../../common/sql-error.ts';
import {assert, unreachable} from '../../common/unreachable.ts';
import {columnsOf, ScanColumns} from '../../dataflow-builder/scan-columns.ts';
import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import type {DataflowPlan, DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import type {Graph, GraphNode} from '../../runtime/graph/graph.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import {physicalOf} from '../../types/sql-type.ts';
import type {DeliveryLedger} from '../../connectors/sink-target.ts';
import {buildDataflow} from '../../dataflow-builder/build-dataflow.ts';
import {BlackholeSink} from './blackhole-sink.ts';
import type {PartitionOffset, PausedStream, RelationChange, SinkSpec, StreamSpec, ViewSpec} from './commands.ts';
import type {CoreOutput} from './core-output.ts';
import {CatchingUpView} from './catching-up-view.ts';
import {DeferredChanges} from './deferred-changes.ts';
import {Hydrations} from './hydrations.ts';
import {NEWEST_ROWS} from '../../runtime/views/newest-view.ts';
import {notServed, type MissingRecords} from './missing-records.ts';
import {Readers} from './readers.ts';
import {RelationReader} from './relation-reader.ts';
import {SharedReaders} from './shared-readers.ts';
import {StoredRelation} from './stored-relation.ts';
import {embeddedLog, streamErrors} from './stream-storage.ts';
import {StreamRuntime} from './stream-runtime.ts';
import {EmbeddedTime} from './time/embedded-time.ts';
import {unfedWatermarks, type UnfedWatermark} from './time/unfed-watermarks.ts';
import type {EventTime} from './time/event-time.ts';
import type {StreamClock} from './time/stream-clock.ts';
import {ViewTime} from './time/view-time.ts';
import {scannedRelations, ViewRuntime, type ViewContext} from './view-runtime.ts';
import {FailureCount} from './failure-count.ts';

/** A sink at the end of a plan; rows whose expressions fail are left out and counted. */
export type SinkRuntime = {
  readonly spec: SinkSpec;
  readonly operator: BlackholeSink;
  /** Emits the result of its plan. */
  readonly top: GraphNode;
  /** Takes it. */
  readonly end: GraphNode;
  /** When it was made, by this process; ms since 1970. */
  readonly since: number;
  readonly nodes: readonly GraphNode[];
  readonly failures: FailureCount;
};
/** What new nodes must be fed before they follow: rows as of the last published step. */
type History = {readonly node: GraphNode; readonly reader: RelationReader}[];

export type RelationsArgs = {
  readonly graph: Graph;
  readonly output: CoreOutput;
  readonly evaluation: EvaluationContext;
  readonly eventTime: EventTime;
  /** Where sinks write. */
  readonly files: FileLayer;
  readonly newestRows?: number | undefined;
};

/** Every relation on the dataflow side, by its catalog id: what scans of it attach to and what its rows are read from. */
export class Relations {
  readonly streams = new Map<number, StreamRuntime>();
  readonly stored = new Map<number, StoredRelation>();
  readonly views = new Map<number, ViewRuntime>();
  /** Views by the id of their `$late`. */
  readonly viewsByLate = new Map<number, ViewRuntime>();
  /** Views by the id of their `$errors`. */
  readonly viewsByErrors = new Map<number, ViewRuntime>();
  readonly sinks = new Map<number, SinkRuntime>();
  /** How far sinks had come in the run before that are built later. */
  readonly formerDeliveries = new Map<number, DeliveryLedger>();
  readonly deferred = new DeferredChanges(id => this.isHydrating(id));
  /** Called before state is freed. */
  beforeDrop: () => void = () => {};
  readonly eventTime: EventTime;
  readonly #graph: Graph;
  readonly readers: Readers;
  readonly sharedReaders: SharedReaders;
  readonly hydrations: Hydrations;
  readonly #evaluation: EvaluationContext;
  /** Rows that each `$errors` of a stream and each `$late` keeps. */
  readonly #newestRows: number;
  /** Where sinks write. */
  readonly #files: FileLayer;
  /** Streams that have missed records which a view showed, by the view; some may be complete again. */
  readonly #incomplete = new Map<number, ReadonlySet<StreamRuntime>>();
  /** What to do when the step in progress is published, and how to undo it. */
  #pending: {readonly commit: () => void; readonly undo: () => void}[] = [];

  constructor({graph, output, evaluation, eventTime, files, newestRows = NEWEST_ROWS}: RelationsArgs) {
    this.#newestRows = newestRows;
    this.#files = files;
    this.#graph = graph;
    this.eventTime = eventTime;
    this.readers = new Readers(output);
    this.sharedReaders = new SharedReaders(this.streams, this.readers);
    this.hydrations = new Hydrations(graph, this.readers);
    this.#evaluation = evaluation;
  }

  streamsWithInput(): {stream: StreamRuntime; errors: StoredRelation}[] {
    const waiting: {stream: StreamRuntime; errors: StoredRelation}[] = [];
    for (const stream of this.streams.values())
      if (stream.queue?.peek() !== undefined) waiting.push({stream, errors: this.stored.get(stream.spec.errors)!});
    return waiting;
  }

  /** Where every partition of every stream stands. */
  frontier(): {relation: number; partition: number; nextOffset: number}[] {
    return [...this.streams.values()].flatMap(stream =>
      [...stream.offsets].map(([partition, nextOffset]) => ({relation: stream.spec.relation, partition, nextOffset})),
    );
  }

  /** Where the streams stand that views and sinks read. */
  sharedFrontier(): ReadonlyMap<number, readonly PartitionOffset[]> {
    const read = [...this.streams.values()].filter(stream => stream.reader !== undefined);
    return new Map(read.map(stream => [stream.spec.relation, stream.positions()]));
  }

  /** The relations built so far have their state back, constants included. */
  stateIsBack(): void {
    this.#graph.forgetUnprompted();
  }

  /** The views that read a relation, themselves or through others. */
  viewsOver(relation: number): readonly ViewSpec[] {
    const reached = new Set([relation]);
    const specs = [...[...this.views.values()].map(view => view.spec), ...this.deferred.views];
    // What a view reads has come before it.
    return specs
      .sort((a, b) => a.relation - b.relation)
      .filter(view => {
        const reads = scannedRelations(view.plan).some(id => reached.has(id));
        if (reads) for (const id of [view.relation, view.errors, view.late]) if (id !== undefined) reached.add(id);
        return reads;
      });
  }

  /** Why the view that a relation is, or is the `$errors` or `$late` of, cannot be read; undefined = it can. */
  notServed(relation: number): SqlError | undefined {
    if (this.#incomplete.size === 0) return undefined;
    const view = this.#viewOf(relation)?.spec;
    if (view === undefined) return undefined;
    for (const {missing, spec} of this.#incomplete.get(view.relation) ?? [])
      if (missing?.views.includes(view.relation) === true) return notServed(view.name, spec, missing);
    return undefined;
  }

  /** A restart cannot read these records again: views that showed them are not served until they are there, or given up. */
  noteMissing(stream: StreamRuntime, missing: MissingRecords): void {
    stream.missing = missing;
    stream.heal();
    for (const view of missing.views) this.#incomplete.set(view, new Set([...(this.#incomplete.get(view) ?? []), stream]));
  }

  isHydrating(relation: number): boolean {
    return this.#unready(relation) !== undefined;
  }

  /** The view that a relation belongs to, if it is catching up or waits for one that is. */
  #unready(relation: number): ViewSpec | undefined {
    const deferred = this.deferred.views.find(({relation: view, errors, late}) => [view, errors, late].includes(relation));
    if (deferred !== undefined) return deferred;
    const view = this.#viewOf(relation);
    return view?.state === 'hydrating' ? view.spec : undefined;
  }

  /** The view that a relation is, or is the `$errors` of. */
  #viewOf(relation: number): ViewRuntime | undefined {
    return this.views.get(relation) ?? this.viewsByErrors.get(relation) ?? this.viewsByLate.get(relation);
  }

  /** The reader of a relation's rows, or undefined for a stream that is not stored. */
  reader(relation: number): RelationReader | undefined {
    const view = this.views.get(relation);
    if (view !== undefined) return view.reader;
    const stored = this.stored.get(relation);
    if (stored === undefined) return this.viewsByErrors.get(relation)?.errors.all.reader ?? this.viewsByLate.get(relation)?.late?.reader;
    return new RelationReader(stored.rows, null, stored.rows.key === null ? null : stored.rows.key.map((_, i) => i));
  }

  /** Makes one change as part of the step in progress. */
  *apply(change: RelationChange): Slices {
    if (this.deferred.takes(change)) return;
    switch (change.kind) {
      case 'add-stream':
        return this.#addStream(change.relation);
      case 'add-table': {
        const stored = new StoredRelation({...change.relation, appendOnly: false}, this.#graph);
        this.stored.set(stored.relation, stored);
        this.#pending.push({commit: () => {}, undo: () => this.stored.delete(stored.relation)});
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
    this.stored.set(spec.errors, errors);
    if (spec.connector === 'embedded') {
      const stored = embeddedLog(spec, this.#graph, this.eventTime);
      this.stored.set(spec.relation, stored);
      if (spec.time !== undefined) {
        stored.time = new EmbeddedTime(spec, stored.columns, this.#evaluation);
        this.eventTime.clocks.set(spec.relation, stored.time.clock);
      }
    } else {
      const stream = new StreamRuntime(spec, this.#graph, this.#evaluation);
      this.streams.set(spec.relation, stream);
      if (stream.clock !== undefined) this.eventTime.clocks.set(spec.relation, stream.clock);
    }
    this.#pending.push({
      commit: () => {},
      undo: () => {
        this.streams.delete(spec.relation);
        this.stored.delete(spec.relation);
        this.stored.delete(spec.errors);
        this.eventTime.clocks.delete(spec.relation);
      },
    });
  }

  /** Errors: 55000 for a view that misses records which it had read. */
  requireServed(relations: readonly number[]): void {
    for (const relation of relations) {
      const error = this.notServed(relation);
      if (error !== undefined) throw error;
    }
  }

  /** Errors: 55000 over a view that is still catching up, or not served. */
  #requireReady(plan: DataflowPlan): void {
    // What a restart makes again is not served either.
    if (!this.deferred.active) this.requireServed(scannedRelations(plan));
    const [unready] = scannedRelations(plan).flatMap(id => this.#unready(id) ?? []);
    if (unready === undefined) return;
    throw sqlError('object_not_in_prerequisite_state', `view "${unready.name}" is still catching up`, {
      hint: 'Wait until SHOW STATUS says that it is ready.',
    });
  }

  *#addView(spec: ViewSpec): Slices {
    this.#requireReady(spec.plan);
    const scanned = scannedRelations(spec.plan).flatMap(id => this.streams.get(id) ?? []);
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
    this.#register(view);
    this.#pending.push({
      commit: () => {
        view.time.isOpening = false;
        this.sharedReaders.start();
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
    const direct = scannedRelations(plan).flatMap(id => this.views.get(id) ?? []);
    return {
      evaluation: this.#evaluation,
      newestRows: this.#newestRows,
      deliveries: {files: this.#files, now: () => this.eventTime.now.current},
      timeFor: sinkFor => new ViewTime(this.eventTime, watermarks, sinkFor),
      below: new Set(direct.flatMap(view => [...view.below, view])),
      columnName: (relation, column, path) => this.#columnName(relation, column, path),
    };
  }

  #columnName(relation: number, column: number, path: readonly number[]): string {
    const stream = this.streams.get(relation);
    if (stream !== undefined) return stream.nameOf(stream.leafOf(column, path));
    const names = this.views.get(relation)?.spec.columns ?? this.stored.get(relation)?.columns.map(c => c.name);
    return (names ?? VIEW_ERRORS.map(c => c.name))[column] ?? `column${column + 1}`;
  }

  #register(view: ViewRuntime): void {
    const former = this.formerDeliveries.get(view.spec.relation);
    if (former !== undefined) view.delivery?.output.restore(former);
    this.formerDeliveries.delete(view.spec.relation);
    this.views.set(view.spec.relation, view);
    this.viewsByErrors.set(view.spec.errors, view);
    if (view.spec.late !== undefined) this.viewsByLate.set(view.spec.late, view);
  }

  #unregister({relation, errors, late}: ViewSpec): void {
    this.views.delete(relation);
    if (late !== undefined) this.viewsByLate.delete(late);
    this.viewsByErrors.delete(errors);
  }

  #catchUp(spec: ViewSpec): void {
    const unfed = unfedWatermarks(spec.plan, this, this.eventTime.clocks);
    const catching = new CatchingUpView(spec, this, clocks => this.#viewContext(spec, clocks, unfed));
    this.#register(catching.view);
    this.#pending.push({
      commit: () => {
        catching.requestOffsets();
        this.sharedReaders.start();
        const release = (): void => void (this.hydrations.holding = false);
        this.hydrations.add(catching.begin({readers: this.readers, now: this.eventTime.now, unfed: [...unfed.values()], release}));
      },
      undo: () => this.#unregister(spec),
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
      time: new ViewTime(this.eventTime, new Map(), () => failures.lateRows),
      errors: () => failures,
      scan: node => this.#scanNode(node, history),
      shared: new Map(),
      built: node => nodes.push(node),
    });
    const operator = new BlackholeSink(spec.name);
    const end = this.#graph.add(operator, [top]);
    nodes.push(end);
    this.sinks.set(spec.relation, {spec, operator, top, end, since: Date.now(), nodes, failures});
    this.#pending.push({commit: () => this.sharedReaders.start(), undo: () => this.#drop(spec.relation)});
    yield* this.#feedHistory(history);
  }

  /** Stops reading a stream between two steps: what its reader has queued is read again later. */
  pauseStream(relation: number): PausedStream {
    const stream = this.streams.get(relation);
    assert(stream !== undefined, `stream ${relation} is not known to the dataflow`);
    const catchingUp = this.hydrations.over(stream);
    if (catchingUp !== undefined)
      throw sqlError('object_in_use', `view "${catchingUp.view.spec.name}" is still catching up on stream "${stream.spec.name}"`, {
        hint: 'Wait until SHOW STATUS says that it is ready, or drop it.',
      });
    const isRead = stream.reader !== undefined;
    this.sharedReaders.stop(stream);
    return {positions: stream.positions(), isRead};
  }

  /** Opens readers where streams are used and have none. */
  resumeStream(relation: number): void {
    if (this.streams.get(relation)?.reader === undefined) this.sharedReaders.start();
  }

  /** From the end of the step in progress on the stream is read from where its reset says. */
  resetStream(spec: StreamSpec): void {
    const stream = this.streams.get(spec.relation);
    assert(stream !== undefined && spec.reset !== undefined, `stream ${spec.relation} cannot be reset`);
    const {offsets} = spec.reset;
    this.#pending.push({
      commit: () => {
        this.sharedReaders.stop(stream);
        stream.spec = spec;
        stream.stopped = stream.missing = undefined;
        stream.ends.clear();
        stream.setOffsets(offsets);
        stream.refusals.clear();
        stream.clock?.forgetPartitions();
        this.sharedReaders.start();
      },
      undo: () => {},
    });
  }

  /** A node that emits the wanted columns of a relation's deltas; `history` notes what it must be fed first. */
  #scanNode(scan: DataflowScan, history: History, traced?: GraphNode): GraphNode {
    const schema = scan.types.map(physicalOf);
    const stream = this.streams.get(scan.relation);
    if (stream !== undefined)
      return this.#graph.add(new ScanColumns(`scan(${stream.spec.name})`, schema, stream.leavesOf(scan)), [stream.source]);
    const source = traced ?? this.nodeOf(scan.relation);
    const node = this.#graph.add(columnsOf(scan, schema), [source]);
    history.push({node, reader: this.reader(scan.relation)!});
    return node;
  }

  /** The node that emits a relation's deltas. */
  nodeOf(relation: number): GraphNode {
    const view = this.views.get(relation);
    const node =
      view?.node ??
      this.stored.get(relation)?.node ??
      this.viewsByErrors.get(relation)?.errors.all.node ??
      this.viewsByLate.get(relation)?.late?.node;
    assert(node !== undefined, `relation ${relation} is not known to the dataflow`);
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
    this.beforeDrop();
    this.deferred.drop(relation);
    const hydration = this.hydrations.of(relation);
    if (hydration !== undefined) {
      this.hydrations.end(hydration);
      this.#unregister(hydration.view.spec);
      for (const node of hydration.graph.nodes) for (const store of node.stores) store.dispose();
      return;
    }
    const nodes =
      this.views.get(relation)?.nodes ??
      this.sinks.get(relation)?.nodes ??
      (this.stored.has(relation) ? [this.stored.get(relation)!.source, this.stored.get(relation)!.node] : []);
    const view = this.views.get(relation);
    if (view !== undefined) this.#unregister(view.spec);
    this.sinks.delete(relation);
    this.stored.delete(relation);
    this.eventTime.clocks.delete(relation);
    for (const node of [...nodes].reverse()) this.#graph.remove(node);
    const stream = this.streams.get(relation);
    if (stream === undefined) return;
    this.sharedReaders.stop(stream);
    this.streams.delete(relation);
    this.#graph.remove(stream.source);
    this.#drop(stream.spec.errors);
  }
}
