import {sqlError, type SqlError} from '../../common/sql-error.ts';
import {assert} from '../../common/unreachable.ts';
import type {FileOutput} from '../../connectors/files/file-output.ts';
import type {DeliveryLedger} from '../../connectors/sink-target.ts';
import type {Graph, GraphNode} from '../../runtime/graph/graph.ts';
import type {PartitionOffset, PausedStream, ViewSpec} from './commands.ts';
import type {CoreOutput} from './core-output.ts';
import {DeferredChanges} from './deferred-changes.ts';
import {Hydrations} from './hydrations.ts';
import {notServed, type MissingRecords} from './missing-records.ts';
import {unplannableError} from '../../planner/unplannable.ts';
import {Readers} from './readers.ts';
import {RelationReader} from './relation-reader.ts';
import {SharedReaders} from './shared-readers.ts';
import type {SinkRuntime} from './sink-runtime.ts';
import type {StoredRelation} from './stored-relation.ts';
import type {StreamRuntime} from './stream-runtime.ts';
import type {EventTime} from './time/event-time.ts';
import {scannedRelations, type ViewRuntime} from './view-runtime.ts';

export type RelationsArgs = {readonly graph: Graph; readonly output: CoreOutput; readonly eventTime: EventTime};

/** A sink that delivers its rows, and where to. */
export type Delivery = {readonly view: ViewRuntime; readonly output: FileOutput};

/** Every relation on the dataflow side, by its catalog id: what scans of it attach to and what its rows are read from. */
export class Relations {
  readonly streams = new Map<number, StreamRuntime>();
  readonly stored = new Map<number, StoredRelation>();
  readonly views = new Map<number, ViewRuntime>();
  /** Views by the id of their `$late`. */
  readonly viewsByLate = new Map<number, ViewRuntime>();
  /** Views by the id of their `$errors`. */
  readonly viewsByErrors = new Map<number, ViewRuntime>();
  /** The sinks that deliver their rows. */
  readonly deliveries = new Map<number, Delivery>();
  readonly sinks = new Map<number, SinkRuntime>();
  /** How far sinks had come in the run before that are built later. */
  readonly formerDeliveries = new Map<number, DeliveryLedger>();
  readonly deferred = new DeferredChanges(id => this.isHydrating(id));
  readonly eventTime: EventTime;
  readonly #graph: Graph;
  readonly readers: Readers;
  readonly sharedReaders: SharedReaders;
  readonly hydrations: Hydrations;
  /** Streams that have missed records which a view showed, by the view; some may be complete again. */
  readonly #incomplete = new Map<number, ReadonlySet<StreamRuntime>>();

  constructor({graph, output, eventTime}: RelationsArgs) {
    this.#graph = graph;
    this.eventTime = eventTime;
    this.readers = new Readers(output);
    this.sharedReaders = new SharedReaders(this.streams, this.readers);
    this.hydrations = new Hydrations(graph, this.readers);
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
    const view = this.#viewOf(relation)?.spec;
    if (view === undefined) return undefined;
    if (view.unplannable !== undefined) return unplannableError(view.name, view.unplannable);
    if (this.#incomplete.size === 0) return undefined;
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
    return this.unready(relation) !== undefined;
  }

  /** The view that a relation belongs to, if it is catching up or waits for one that is. */
  unready(relation: number): ViewSpec | undefined {
    const deferred = this.deferred.views.find(({relation: view, errors, late}) => [view, errors, late].includes(relation));
    if (deferred !== undefined) return deferred;
    const view = this.#viewOf(relation);
    return view?.state === 'hydrating' ? view.spec : undefined;
  }

  /** The view that a relation is, or is the `$errors` or `$late` of. */
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

  /** Errors: 55000 for a view that misses records which it had read, or that cannot be planned. */
  requireServed(relations: readonly number[]): void {
    for (const relation of relations) {
      const error = this.notServed(relation);
      if (error !== undefined) throw error;
    }
  }

  register(view: ViewRuntime): void {
    const former = this.formerDeliveries.get(view.spec.relation);
    if (former !== undefined) view.delivery?.output.restore(former);
    this.formerDeliveries.delete(view.spec.relation);
    this.views.set(view.spec.relation, view);
    if (view.delivery !== undefined) this.deliveries.set(view.spec.relation, {view, output: view.delivery.output});
    this.viewsByErrors.set(view.spec.errors, view);
    if (view.spec.late !== undefined) this.viewsByLate.set(view.spec.late, view);
  }

  unregister({relation, errors, late}: ViewSpec): void {
    this.views.delete(relation);
    this.deliveries.delete(relation);
    if (late !== undefined) this.viewsByLate.delete(late);
    this.viewsByErrors.delete(errors);
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
}
