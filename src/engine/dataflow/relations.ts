import {VIEW_ERRORS} from '../../catalog/error-relation.ts';
import {sqlError, type SqlError} from '../../common/sql-error.ts';
import {assert, unreachable} from '../../common/unreachable.ts';
import {ScanColumns} from '../../dataflow-builder/scan-columns.ts';
import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import type {DataflowPlan, DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import {Graph, type GraphNode} from '../../runtime/graph/graph.ts';
import type {Slice} from '../../runtime/graph/run-slices.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import {physicalOf} from '../../types/sql-type.ts';
import {buildDataflow} from '../../dataflow-builder/build-dataflow.ts';
import {BlackholeSink} from './blackhole-sink.ts';
import type {PartitionOffset, PausedStream, RelationChange, SinkSpec, StreamSpec, ViewSpec} from './commands.ts';
import type {CoreOutput} from './core-output.ts';
import {Hydration, type RelationFeed, type StreamFeed} from './hydration.ts';
import {NEWEST_ROWS} from '../../runtime/views/newest-view.ts';
import {LogPosition} from './log-position.ts';
import {HISTORY, LIVE, type SourceEvent} from '../../connectors/slab-source.ts';
import {notServed} from './missing-records.ts';
import {Readers} from './readers.ts';
import {RelationReader} from './relation-reader.ts';
import {ERROR_TYPES, StoredRelation, type StoredSpec} from './stored-relation.ts';
import {OFFSET_LEAF} from './stream-leaf.ts';
import {StreamRuntime} from './stream-runtime.ts';
import {EmbeddedTime} from './time/embedded-time.ts';
import type {EventTime} from './time/event-time.ts';
import {StreamClock, type Backlog} from './time/stream-clock.ts';
import {ViewTime} from './time/view-time.ts';
import {scannedRelations, ViewRuntime, type ViewContext} from './view-runtime.ts';
import type {ErrorSource} from './view-errors.ts';
import {FailureCount} from './failure-count.ts';
import {logColumns} from './write-target.ts';

const ERROR_COLUMNS = ['_partition', '_offset', '_timestamp', 'column', 'reason', 'payload', 'at'].map((name, i) => ({
  name,
  type: ERROR_TYPES[i]!,
  notNull: false,
}));

/** A sink at the end of a plan; rows whose expressions fail are left out and counted. */
export type SinkRuntime = {
  readonly spec: SinkSpec;
  readonly operator: BlackholeSink;
  readonly nodes: readonly GraphNode[];
  readonly failures: FailureCount;
};
/** What new nodes must be fed before they follow: rows as of the last published step. */
type History = {readonly node: GraphNode; readonly reader: RelationReader}[];
/** What a source stops for that has not got what is to be read next. */
const GONE: ReadonlySet<Extract<SourceEvent, {kind: 'stopped'}>['reason']> = new Set([
  'offset_out_of_range',
  'topic_recreated',
  'topic_missing',
]);
type Feeding = {readonly hydration: Hydration; readonly slices: Slices};

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
  /** Views that are catching up, oldest first; one at a time. */
  readonly hydrations: Hydration[] = [];
  /** A restart builds what there was: what reads views that catch up again waits for them instead of being refused. */
  deferring = false;
  #deferred: RelationChange[] = [];
  /** No live step may begin: a view is about to join. */
  holding = false;
  #feeding: Feeding | undefined;
  /** Streams whose records journalled steps have taken that are to run again. */
  recorded: ReadonlySet<number> = new Set();
  /** Called before state is freed. */
  beforeDrop: () => void = () => {};
  readonly eventTime: EventTime;
  readonly #graph: Graph;
  readonly readers: Readers;
  readonly #evaluation: EvaluationContext;
  /** Rows that each `$errors` of a stream and each `$late` keeps. */
  readonly #newestRows: number;
  /** What to do when the step in progress is published, and how to undo it. */
  #pending: {readonly commit: () => void; readonly undo: () => void}[] = [];

  constructor(graph: Graph, output: CoreOutput, evaluation: EvaluationContext, eventTime: EventTime, newestRows: number = NEWEST_ROWS) {
    this.#newestRows = newestRows;
    this.#graph = graph;
    this.eventTime = eventTime;
    this.readers = new Readers(output);
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

  /** Deferred changes whose inputs are there by now. */
  takeReady(): RelationChange[] {
    const ready = this.#deferred.filter(change => !this.#isUnready(change));
    this.#deferred = this.#deferred.filter(change => !ready.includes(change));
    return ready;
  }

  /** Whether a view or sink must wait for a view that it reads. */
  #isUnready(change: RelationChange): boolean {
    const plan = change.kind === 'add-view' ? change.view.plan : change.kind === 'add-sink' ? change.sink.plan : undefined;
    return plan !== undefined && scannedRelations(plan).some(id => this.isHydrating(id));
  }

  /** The views that read a relation, themselves or through others. */
  viewsOver(relation: number): readonly ViewSpec[] {
    const reached = new Set([relation]);
    const specs = [...[...this.views.values()].map(view => view.spec), ...this.deferredViews];
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
    for (const stream of this.streams.values()) {
      if (stream.lost === undefined) continue;
      const view = this.#viewOf(relation)?.spec;
      const {missing} = stream;
      if (view !== undefined && missing?.views.includes(view.relation) === true) return notServed(view.name, stream.spec, missing);
    }
    return undefined;
  }

  isHydrating(relation: number): boolean {
    return this.#unready(relation) !== undefined;
  }

  /** The view that a relation belongs to, if it is catching up or waits for one that is. */
  #unready(relation: number): ViewSpec | undefined {
    const deferred = this.deferredViews.find(({relation: view, errors, late}) => [view, errors, late].includes(relation));
    if (deferred !== undefined) return deferred;
    const view = this.#viewOf(relation);
    return view?.state === 'hydrating' ? view.spec : undefined;
  }

  /** Views of before a restart that are made again once those are ready that they read. */
  get deferredViews(): readonly ViewSpec[] {
    return this.#deferred.flatMap(change => (change.kind === 'add-view' ? [change.view] : []));
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
    if (this.deferring && this.#isUnready(change)) {
      this.#deferred.push(change);
      return;
    }
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
    const errors = new StoredRelation(
      {
        relation: spec.errors,
        name: `${spec.name}$errors`,
        columns: ERROR_COLUMNS,
        primaryKey: [],
        appendOnly: true,
        kept: {limit: this.#newestRows, partition: 0, offset: 1},
      },
      this.#graph,
    );
    this.stored.set(spec.errors, errors);
    if (spec.connector === 'embedded') {
      const stored = new StoredRelation(
        {
          relation: spec.relation,
          name: spec.name,
          columns: logColumns(spec.columns),
          primaryKey: [],
          appendOnly: true,
          kept: this.#kept(spec),
        },
        this.#graph,
      );
      this.stored.set(spec.relation, stored);
      stored.errors = spec.errors;
      stored.log = new LogPosition();
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

  /** What retention leaves of an embedded stream, by the time of the step. */
  #kept({columns, retention}: StreamSpec): StoredSpec['kept'] {
    if (retention === undefined) return undefined;
    const place = {partition: columns.length, offset: columns.length + 1};
    if (retention.kind === 'rows') return {limit: retention.rows, ...place};
    if (retention.kind === 'size') return {limit: Infinity, bytes: retention.bytes, ...place};
    const least = (): number => this.eventTime.now.current - retention.micros;
    return {limit: Infinity, age: {column: columns.length + 2, least}, ...place};
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
    if (!this.deferring) this.requireServed(scannedRelations(plan));
    const [unready] = scannedRelations(plan).flatMap(id => this.#unready(id) ?? []);
    if (unready === undefined) return;
    throw sqlError('object_not_in_prerequisite_state', `view "${unready.name}" is still catching up`, {
      hint: 'Wait until SHOW STATUS says that it is ready.',
    });
  }

  *#addView(spec: ViewSpec): Slices {
    this.#requireReady(spec.plan);
    const scanned = scannedRelations(spec.plan).flatMap(id => this.streams.get(id) ?? []);
    if (scanned.some(stream => stream.reader !== undefined || stream.hasAdvanced)) return this.#hydrate(spec);
    const history: History = [];
    const view = ViewRuntime.build(spec, {
      ...this.#viewContext(spec, new Map()),
      graph: this.#graph,
      scan: node => this.#scanNode(node, history),
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
        this.startReaders();
      },
      undo: () => this.#drop(spec.relation),
    });
    yield* this.#feedHistory(history);
    view.state = 'ready';
  }

  /** `own`: clocks of the streams that the view reads with readers of its own. */
  #viewContext(
    {plan}: ViewSpec,
    own: ReadonlyMap<number, StreamClock>,
  ): Pick<ViewContext, 'evaluation' | 'newestRows' | 'below' | 'columnName' | 'timeFor'> {
    const watermarks = new Map([...own].map(([relation, clock]) => [relation, clock.watermark]));
    const direct = scannedRelations(plan).flatMap(id => this.views.get(id) ?? []);
    return {
      evaluation: this.#evaluation,
      newestRows: this.#newestRows,
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
    this.views.set(view.spec.relation, view);
    this.viewsByErrors.set(view.spec.errors, view);
    if (view.spec.late !== undefined) this.viewsByLate.set(view.spec.late, view);
  }

  #unregister({relation, errors, late}: ViewSpec): void {
    this.views.delete(relation);
    if (late !== undefined) this.viewsByLate.delete(late);
    this.viewsByErrors.delete(errors);
  }

  /** A view over a stream that is being read already starts in a graph of its own, at the stream's beginning. */
  #hydrate(spec: ViewSpec): void {
    const graph = new Graph();
    const streams = new Map<StreamRuntime, GraphNode>();
    const relations: RelationFeed[] = [];
    const scan = (node: DataflowScan): GraphNode => {
      const schema = node.types.map(physicalOf);
      const stream = this.streams.get(node.relation);
      if (stream !== undefined) {
        const source = streams.get(stream) ?? graph.addSource(stream.source.label, []);
        streams.set(stream, source);
        return graph.add(new ScanColumns(`scan(${stream.spec.name})`, schema, this.#leavesOf(stream, node)), [source]);
      }
      const shared = this.#nodeOf(node.relation);
      const source = graph.addSource(shared.label, shared.schema);
      relations.push({source, node: shared, reader: this.reader(node.relation)!});
      return graph.add(new ScanColumns(`scan(${node.relation})`, schema, node.columns), [source]);
    };
    const scanErrors = ({node, reader}: ErrorSource, label: string): GraphNode => {
      const source = graph.addSource(label, node.schema);
      relations.push({source, node, reader});
      return graph.add(new ScanColumns(label, node.schema, [...node.schema.keys()]), [source]);
    };
    const offsets = new Map<StreamRuntime, Map<number, number>>();
    const clocks = new Map<number, StreamClock>();
    for (const stream of new Set(scannedRelations(spec.plan).flatMap(id => this.streams.get(id) ?? []))) {
      const own = new Map(stream.spec.start.map(({partition, offset}) => [partition, offset]));
      offsets.set(stream, own);
      const {relation, time} = stream.spec;
      if (time !== undefined) clocks.set(relation, new StreamClock(relation, time, behind(stream, own)));
    }
    const view = ViewRuntime.build(spec, {...this.#viewContext(spec, clocks), graph, scan, scanErrors});
    this.#register(view);
    this.#pending.push({
      commit: () => {
        const offsetLeaves = new Map([...streams.keys()].map(stream => [stream, stream.leaf(OFFSET_LEAF)]));
        this.startReaders();
        const feeds = [...streams].map(([stream, source]): StreamFeed => {
          const {spec: of, leaves} = stream;
          const onEvent = (event: SourceEvent): void => {
            if (event.kind === 'stopped') {
              view.obstacle = event.message;
              this.holding = false;
            } else if (event.kind === 'running') view.obstacle = undefined;
          };
          const request = {stream: of, leaves, positions: of.start, mode: HISTORY, shared: false, onEvent};
          const {reader, queue} = this.readers.open(request);
          return {
            stream,
            source,
            reader,
            queue,
            offsets: offsets.get(stream)!,
            intake: stream.newIntake(),
            clock: clocks.get(of.relation),
            offsetLeaf: offsetLeaves.get(stream)!,
            leavesVersion: stream.leavesVersion,
          };
        });
        this.hydrations.push(new Hydration({view, graph, streams: feeds, relations, now: this.eventTime.now}));
      },
      undo: () => this.#unregister(spec),
    });
  }

  /** Works on the views that are catching up; `between` = no step is in progress. Whether there was anything to do. */
  hydrate(slice: Slice, between: boolean): boolean {
    if (this.#feeding !== undefined) return this.#feed(this.#feeding, slice);
    const hydration = this.hydrations.find(({view}) => view.obstacle === undefined);
    if (hydration === undefined) {
      this.holding = false;
      return false;
    }
    this.holding ||= between && hydration.isClose;
    if (!this.holding || !between || !hydration.isAligned) return hydration.work(slice, this.holding);
    this.#feeding = {hydration, slices: hydration.feedRelations()};
    return this.#feed(this.#feeding, slice);
  }

  /** A view that has caught up with its streams is given what tables and views hold: no step may begin until it has its place. */
  get feeding(): boolean {
    return this.#feeding !== undefined;
  }

  #feed({hydration, slices}: Feeding, slice: Slice): boolean {
    do {
      if (slices.next().done !== true) continue;
      this.#feeding = undefined;
      hydration.merge(this.#graph);
      this.#endHydration(hydration);
      break;
    } while (!slice.over);
    return true;
  }

  #endHydration(hydration: Hydration): void {
    this.holding = false;
    this.hydrations.splice(this.hydrations.indexOf(hydration), 1);
    for (const {reader} of hydration.streams) this.readers.close(reader);
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
    nodes.push(this.#graph.add(operator, [top]));
    this.sinks.set(spec.relation, {spec, operator, nodes, failures});
    this.#pending.push({commit: () => this.startReaders(), undo: () => this.#drop(spec.relation)});
    yield* this.#feedHistory(history);
  }

  /** Stops reading a stream between two steps: what its reader has queued is read again later. */
  pauseStream(relation: number): PausedStream {
    const stream = this.streams.get(relation);
    assert(stream !== undefined, `stream ${relation} is not known to the dataflow`);
    const catchingUp = this.hydrations.find(h => h.streams.some(feed => feed.stream === stream));
    if (catchingUp !== undefined)
      throw sqlError('object_in_use', `view "${catchingUp.view.spec.name}" is still catching up on stream "${stream.spec.name}"`, {
        hint: 'Wait until SHOW STATUS says that it is ready, or drop it.',
      });
    const isRead = stream.reader !== undefined;
    if (stream.reader !== undefined) this.readers.close(stream.reader);
    stream.reader = stream.queue = undefined;
    return {positions: stream.positions(), isRead};
  }

  /** Opens readers where streams are used and have none. */
  resumeStream(relation: number): void {
    if (this.streams.get(relation)?.reader === undefined) this.startReaders();
  }

  /** From the end of the step in progress on the stream is read from where its reset says. */
  resetStream(spec: StreamSpec): void {
    const stream = this.streams.get(spec.relation);
    assert(stream !== undefined && spec.reset !== undefined, `stream ${spec.relation} cannot be reset`);
    const {offsets} = spec.reset;
    this.#pending.push({
      commit: () => {
        if (stream.reader !== undefined) this.readers.close(stream.reader);
        stream.reader = stream.queue = stream.stopped = undefined;
        stream.spec = spec;
        stream.lost = undefined;
        stream.ends.clear();
        stream.setOffsets(offsets);
        stream.clock?.forgetPartitions();
        this.startReaders();
      },
      undo: () => {},
    });
  }

  /** A node that emits the wanted columns of a relation's deltas; `history` notes what it must be fed first. */
  #scanNode(scan: DataflowScan, history: History): GraphNode {
    const schema = scan.types.map(physicalOf);
    const stream = this.streams.get(scan.relation);
    if (stream !== undefined)
      return this.#graph.add(new ScanColumns(`scan(${stream.spec.name})`, schema, this.#leavesOf(stream, scan)), [stream.source]);
    const source = this.#nodeOf(scan.relation);
    const node = this.#graph.add(new ScanColumns(`scan(${scan.relation})`, schema, scan.columns), [source]);
    history.push({node, reader: this.reader(scan.relation)!});
    return node;
  }

  #leavesOf(stream: StreamRuntime, scan: DataflowScan): number[] {
    return scan.columns.map((column, i) => stream.leaf(stream.leafOf(column, scan.paths?.[i] ?? [])));
  }

  #nodeOf(relation: number): GraphNode {
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

  /** Opens a reader for every stream that is used and has none, and asks for more leaves where views need more. */
  startReaders(alsoUnused: ReadonlySet<number> = new Set()): void {
    for (const stream of this.streams.values()) {
      if (stream.source.consumers.length === 0 && !alsoUnused.has(stream.spec.relation)) continue;
      if (stream.reader === undefined) {
        this.#openShared(stream);
      } else if (stream.requestedLeaves < stream.leaves.length) {
        stream.leavesVersion++;
        this.readers.setLeaves(stream.reader, stream.spec, stream.leaves, stream.leavesVersion);
      }
      stream.requestedLeaves = stream.leaves.length;
    }
  }

  /** The reader that feeds the shared graph, from where the stream stands. Before its first record what is gone already is passed over. */
  #openShared(stream: StreamRuntime): void {
    const {spec, leaves} = stream;
    const onEvent = (event: SourceEvent): void => {
      if (event.kind === 'stopped') {
        stream.stopped = event.message;
        stream.recordsAreGone = GONE.has(event.reason);
      } else if (event.kind === 'running') {
        stream.stopped = undefined;
        stream.recordsAreGone = false;
      } else if (event.kind === 'end') stream.ends.set(event.partition, event.endOffset);
      else if (event.kind === 'partition' && !stream.offsets.has(event.partition)) stream.announced.add(event.partition);
    };
    const mode = {...LIVE, skipLost: !stream.hasAdvanced && !this.recorded.has(spec.relation)};
    const {reader, queue} = this.readers.open({stream: spec, leaves, positions: stream.positions(), mode, shared: true, onEvent});
    stream.reader = reader;
    stream.queue = queue;
    stream.recordsAreGone = false;
    stream.leavesVersion = 0;
  }

  #drop(relation: number): void {
    this.beforeDrop();
    this.#deferred = this.#deferred.filter(
      c => !((c.kind === 'add-view' ? c.view : c.kind === 'add-sink' ? c.sink : undefined)?.relation === relation),
    );
    const hydration = this.hydrations.find(h => h.view.spec.relation === relation);
    if (hydration !== undefined) {
      this.#endHydration(hydration);
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
    if (stream.reader !== undefined) this.readers.close(stream.reader);
    this.streams.delete(relation);
    this.#graph.remove(stream.source);
    this.#drop(stream.spec.errors);
  }
}

/** A private reader of a stream has read a partition to its end when it has come as far as the shared one. */
function behind(stream: StreamRuntime, offsets: ReadonlyMap<number, number>): Backlog {
  return {
    partitions: () => stream.partitions(),
    isReadToEnd: partition => (offsets.get(partition) ?? 0) >= (stream.offsets.get(partition) ?? 0),
  };
}
