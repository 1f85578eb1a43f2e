import {columnsOf, ScanColumns} from '../../dataflow-builder/scan-columns.ts';
import {HISTORY, type SourceEvent} from '../../connectors/slab-source.ts';
import type {DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import {Graph, type GraphNode} from '../../runtime/graph/graph.ts';
import type {Watermark} from '../../runtime/time/watermark.ts';
import {physicalOf} from '../../types/sql-type.ts';
import type {ViewSpec} from './commands.ts';
import {Hydration, type RelationFeed, type StreamFeed} from './hydration.ts';
import type {Readers} from './readers.ts';
import type {RelationReader} from './relation-reader.ts';
import {OFFSET_LEAF} from './stream-leaf.ts';
import type {StreamRuntime} from './stream-runtime.ts';
import {StreamClock, type Backlog} from './time/stream-clock.ts';
import type {UnfedWatermark} from './time/unfed-watermarks.ts';
import type {ErrorSource} from './view-errors.ts';
import {scannedRelations, ViewRuntime, type ViewContext} from './view-runtime.ts';

/** What a view that catches up needs to know of the relations below it. */
export type RelationsBelow = {
  readonly streams: ReadonlyMap<number, StreamRuntime>;
  reader(relation: number): RelationReader | undefined;
  /** The node that emits a relation's deltas. */
  nodeOf(relation: number): GraphNode;
};

/** `clocks`: event time of its streams, as far as its own readers have come. */
type ContextFor = (clocks: ReadonlyMap<number, StreamClock>) => Omit<ViewContext, 'graph' | 'scan' | 'scanErrors'>;

/** `release`: a reader has stopped, so that live steps must not wait for it. */
type BeginArgs = {
  readonly readers: Readers;
  readonly now: Watermark;
  readonly unfed: readonly UnfedWatermark[];
  readonly release: () => void;
};

/** A view over a stream that is being read already: it starts in a graph of its own, at the stream's beginning. */
export class CatchingUpView {
  readonly view: ViewRuntime;
  readonly #graph = new Graph();
  readonly #sources = new Map<StreamRuntime, GraphNode>();
  readonly #relations: RelationFeed[] = [];
  readonly #offsets = new Map<StreamRuntime, Map<number, number>>();
  readonly #clocks = new Map<number, StreamClock>();

  constructor(spec: ViewSpec, below: RelationsBelow, contextFor: ContextFor) {
    for (const stream of new Set(scannedRelations(spec.plan).flatMap(id => below.streams.get(id) ?? []))) {
      const own = new Map(stream.spec.start.map(({partition, offset}) => [partition, offset]));
      this.#offsets.set(stream, own);
      const {relation, time} = stream.spec;
      if (time !== undefined) this.#clocks.set(relation, new StreamClock(relation, time, behind(stream, own)));
    }
    this.view = ViewRuntime.build(spec, {
      ...contextFor(this.#clocks),
      graph: this.#graph,
      scan: node => this.#scan(node, below),
      scanErrors: (source, label) => this.#scanErrors(source, label),
    });
  }

  #scan(node: DataflowScan, below: RelationsBelow): GraphNode {
    const schema = node.types.map(physicalOf);
    const stream = below.streams.get(node.relation);
    if (stream !== undefined) {
      const source = this.#sources.get(stream) ?? this.#graph.addSource(stream.source.label, []);
      this.#sources.set(stream, source);
      return this.#graph.add(new ScanColumns(`scan(${stream.spec.name})`, schema, stream.leavesOf(node)), [source]);
    }
    const shared = below.nodeOf(node.relation);
    const source = this.#graph.addSource(shared.label, shared.schema);
    this.#relations.push({source, node: shared, reader: below.reader(node.relation)!});
    return this.#graph.add(columnsOf(node, schema), [source]);
  }

  #scanErrors({node, reader}: ErrorSource, label: string): GraphNode {
    const source = this.#graph.addSource(label, node.schema);
    this.#relations.push({source, node, reader});
    return this.#graph.add(new ScanColumns(label, node.schema, [...node.schema.keys()]), [source]);
  }

  /** The leaf by which slabs are cut must be among those that are decoded: asked for before readers are opened or told of leaves. */
  requestOffsets(): void {
    for (const stream of this.#sources.keys()) stream.leaf(OFFSET_LEAF);
  }

  /** Opens its readers. */
  begin({readers, now, unfed, release}: BeginArgs): Hydration {
    const feeds = [...this.#sources].map(([stream, source]) => this.#feed(stream, source, readers, release));
    return new Hydration({view: this.view, graph: this.#graph, streams: feeds, relations: this.#relations, unfed, now});
  }

  #feed(stream: StreamRuntime, source: GraphNode, readers: Readers, release: () => void): StreamFeed {
    const {view} = this;
    const onEvent = (event: SourceEvent): void => {
      if (event.kind === 'stopped') {
        view.obstacle = event.message;
        release();
      } else if (event.kind === 'running') view.obstacle = undefined;
    };
    const {spec, leaves} = stream;
    const {reader, queue} = readers.open({stream: spec, leaves, positions: spec.start, mode: HISTORY, shared: false, onEvent});
    return {
      stream,
      source,
      reader,
      queue,
      offsets: this.#offsets.get(stream)!,
      intake: stream.newIntake(),
      clock: this.#clocks.get(spec.relation),
      offsetLeaf: stream.leaf(OFFSET_LEAF),
      leavesVersion: stream.leavesVersion,
    };
  }
}

/** A private reader of a stream has read a partition to its end when it has come as far as the shared one. */
function behind(stream: StreamRuntime, offsets: ReadonlyMap<number, number>): Backlog {
  return {
    partitions: () => stream.partitions(),
    isReadToEnd: partition => (offsets.get(partition) ?? 0) >= (stream.offsets.get(partition) ?? 0),
  };
}
