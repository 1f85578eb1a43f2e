import {sqlError} from '../../common/sql-error.ts';
import {assert, unreachable} from '../../common/unreachable.ts';
import {ScanColumns} from '../../dataflow-builder/scan-columns.ts';
import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import type {DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import type {Graph, GraphNode} from '../../runtime/graph/graph.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import {physicalOf} from '../../types/sql-type.ts';
import {allocateReaderMemory} from '../ingest/reader-spec.ts';
import {buildDataflow} from '../../dataflow-builder/build-dataflow.ts';
import {BlackholeSink} from './blackhole-sink.ts';
import type {RelationChange, SinkSpec, StreamSpec, ViewSpec} from './commands.ts';
import type {CoreOutput} from './core-output.ts';
import {ReaderQueue} from './reader-queue.ts';
import {RelationReader} from './relation-reader.ts';
import {ERROR_TYPES, StoredRelation} from './stored-relation.ts';
import {StreamRuntime} from './stream-runtime.ts';
import {ViewRuntime} from './view-runtime.ts';

const ERROR_COLUMNS = ['_partition', '_offset', '_timestamp', 'column', 'reason', 'payload', 'at'].map((name, i) => ({
  name,
  type: ERROR_TYPES[i]!,
  notNull: false,
}));

/** A sink at the end of a plan. */
export type SinkRuntime = {readonly spec: SinkSpec; readonly operator: BlackholeSink; readonly nodes: readonly GraphNode[]};

/** Every relation on the dataflow side, by its catalog id: what scans of it attach to and what its rows are read from. */
export class Relations {
  readonly streams = new Map<number, StreamRuntime>();
  readonly stored = new Map<number, StoredRelation>();
  readonly views = new Map<number, ViewRuntime>();
  readonly sinks = new Map<number, SinkRuntime>();
  readonly #graph: Graph;
  readonly #output: CoreOutput;
  readonly #evaluation: EvaluationContext;
  #nextReader = 1;
  /** What to do when the step in progress is published, and how to undo it. */
  #pending: {readonly commit: () => void; readonly undo: () => void}[] = [];

  constructor(graph: Graph, output: CoreOutput, evaluation: EvaluationContext) {
    this.#graph = graph;
    this.#output = output;
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

  /** The reader of a relation's rows, or undefined for a stream that is not stored. */
  reader(relation: number): RelationReader | undefined {
    const view = this.views.get(relation);
    if (view !== undefined) return view.reader;
    const stored = this.stored.get(relation);
    if (stored === undefined) return undefined;
    return new RelationReader(stored.rows, null, stored.rows.key === null ? null : stored.rows.key.map((_, i) => i));
  }

  /** Makes one change as part of the step in progress. */
  *apply(change: RelationChange): Slices {
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
        return this.#addSink(change.sink);
      case 'drop':
        this.#pending.push({commit: () => this.#drop(change.relation), undo: () => {}});
        return;
      case 'reset-stream':
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
      {relation: spec.errors, name: `${spec.name}$errors`, columns: ERROR_COLUMNS, primaryKey: [], appendOnly: true},
      this.#graph,
    );
    this.stored.set(spec.errors, errors);
    if (spec.connector === 'embedded') {
      const stored = new StoredRelation(
        {relation: spec.relation, name: spec.name, columns: spec.columns, primaryKey: [], appendOnly: true},
        this.#graph,
      );
      this.stored.set(spec.relation, stored);
    } else this.streams.set(spec.relation, new StreamRuntime(spec, this.#graph));
    this.#pending.push({
      commit: () => {},
      undo: () => {
        this.streams.delete(spec.relation);
        this.stored.delete(spec.relation);
        this.stored.delete(spec.errors);
      },
    });
  }

  *#addView(spec: ViewSpec): Slices {
    const history: {readonly node: GraphNode; readonly relation: number}[] = [];
    const view = ViewRuntime.build(spec, {
      graph: this.#graph,
      parameters: [],
      evaluation: this.#evaluation,
      once: false,
      scan: node => this.#scanNode(node, history),
    });
    this.views.set(spec.relation, view);
    this.#pending.push({commit: () => this.#startReaders(), undo: () => this.#drop(spec.relation)});
    yield* this.#feedHistory(history);
    view.state = 'ready';
  }

  #addSink(spec: SinkSpec): void {
    const nodes: GraphNode[] = [];
    const top = buildDataflow(spec.plan, {
      graph: this.#graph,
      parameters: [],
      evaluation: this.#evaluation,
      once: false,
      scan: node => this.#scanNode(node, []),
      built: node => nodes.push(node),
    });
    const operator = new BlackholeSink(spec.name);
    nodes.push(this.#graph.add(operator, [top]));
    this.sinks.set(spec.relation, {spec, operator, nodes});
    this.#pending.push({commit: () => this.#startReaders(), undo: () => this.#drop(spec.relation)});
  }

  /** A node that emits the wanted columns of a relation's deltas; `history` notes what it must be fed first. */
  #scanNode(scan: DataflowScan, history: {node: GraphNode; relation: number}[]): GraphNode {
    const schema = scan.types.map(physicalOf);
    const stream = this.streams.get(scan.relation);
    if (stream !== undefined) {
      const leaves = scan.columns.map((column, i) => stream.leaf(stream.leafOf(column, scan.paths?.[i] ?? [])));
      return this.#graph.add(new ScanColumns(`scan(${stream.spec.name})`, schema, leaves), [stream.source]);
    }
    const source = this.views.get(scan.relation)?.node ?? this.stored.get(scan.relation)?.node;
    assert(source !== undefined, `relation ${scan.relation} is not known to the dataflow`);
    const node = this.#graph.add(new ScanColumns(`scan(${scan.relation})`, schema, scan.columns), [source]);
    history.push({node, relation: scan.relation});
    return node;
  }

  /** Gives new nodes the rows that their relations hold as of the last published step. */
  *#feedHistory(history: readonly {node: GraphNode; relation: number}[]): Slices {
    for (const {node, relation} of history) {
      const reader = this.reader(relation)!;
      const pin = reader.rows.pin();
      try {
        yield* reader.scan(pin, {wanted: true, emit: batch => node.push(0, batch)});
      } finally {
        pin.release();
      }
    }
  }

  /** Opens a reader for every stream that is used and has none, and widens those whose views need more leaves. */
  #startReaders(): void {
    for (const stream of this.streams.values()) {
      if (stream.leaves.length === 0) continue;
      if (stream.reader === undefined) {
        const {wasm, ring} = allocateReaderMemory();
        const {spec} = stream;
        stream.reader = this.#nextReader++;
        stream.queue = new ReaderQueue(ring);
        assert(spec.connector !== 'embedded', 'embedded streams have no reader');
        this.#output.event({
          kind: 'ingest',
          command: {
            kind: 'open',
            spec: {
              reader: stream.reader,
              relation: spec.relation,
              name: spec.name,
              connector: spec.connector,
              options: spec.options,
              columns: spec.columns,
              leaves: [...stream.leaves],
              positions: stream.positions(),
              wasm,
              ring,
            },
          },
        });
      }
    }
  }

  #drop(relation: number): void {
    const nodes =
      this.views.get(relation)?.nodes ??
      this.sinks.get(relation)?.nodes ??
      (this.stored.has(relation) ? [this.stored.get(relation)!.node, this.stored.get(relation)!.source] : []);
    this.views.delete(relation);
    this.sinks.delete(relation);
    this.stored.delete(relation);
    for (const node of [...nodes].reverse()) this.#graph.remove(node);
    const stream = this.streams.get(relation);
    if (stream === undefined) return;
    if (stream.reader !== undefined) this.#output.event({kind: 'ingest', command: {kind: 'close', reader: stream.reader}});
    this.streams.delete(relation);
    this.#drop(stream.spec.errors);
  }
}
