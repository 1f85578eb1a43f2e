import {datumsToBatch} from '../../codegen/datum-column.ts';
import {interpret} from '../../codegen/interpret.ts';
import {sqlError} from '../../common/sql-error.ts';
import {buildDataflow} from '../../dataflow-builder/build-dataflow.ts';
import {pickColumns, ScanColumns} from '../../dataflow-builder/scan-columns.ts';
import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import type {DataflowPlan, DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import {Graph, type GraphNode} from '../../runtime/graph/graph.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import {workOf} from '../../runtime/graph/self-time.ts';
import type {Datum} from '../../types/datum.ts';
import {physicalOf} from '../../types/sql-type.ts';
import {droppedRelation} from './dropped-relation.ts';
import {ForwardTo} from './forward-to.ts';
import {scannedRelations} from './view-runtime.ts';
import type {ViewWarning} from './view-warning.ts';
import {isLimited, isWanted} from './limited-feeds.ts';
import {operatorFigures, planFigures, type QueryFigures} from './operator-figures.ts';
import type {Snapshot, SnapshotRows} from './snapshot.ts';
import {StreamHistory, type StreamExtent} from './stream-history.ts';
import type {Readers} from './readers.ts';

/** How a query reads streams that are stored nowhere but at their source. */
export type StreamAccess = {
  readonly readers: Readers;
  /** undefined = the relation is no such stream. */
  extent(relation: number): StreamExtent | undefined;
};

export type PrivateQueryArgs = {
  readonly plan: DataflowPlan;
  readonly parameters: readonly Datum[];
  readonly evaluation: EvaluationContext;
  readonly snapshot: Snapshot;
  /** Absent where a query must not wait for records. */
  readonly streams?: StreamAccess | undefined;
};

/** A plan as a graph of its own that is fed once, with the rows of a snapshot. `run` it at most once; `dispose` it. */
export class PrivateQuery {
  readonly #graph = new Graph();
  readonly #top: GraphNode;
  readonly #feeds: {
    readonly node: GraphNode;
    readonly rows: Pick<SnapshotRows, 'scan' | 'release'>;
    readonly columns: readonly number[];
  }[] = [];
  readonly #histories = new Map<number, StreamHistory>();
  readonly #streams: StreamAccess | undefined;
  readonly #evaluation: EvaluationContext;
  readonly #plan: DataflowPlan;
  /** Hands on its result once it runs. */
  #end: GraphNode | undefined;
  #disposed = false;
  /** Views that it reads and that leave out rows. */
  readonly warnings: readonly ViewWarning[];

  constructor({plan, parameters, evaluation, snapshot, streams}: PrivateQueryArgs) {
    this.#streams = streams;
    this.#plan = plan;
    this.#evaluation = evaluation;
    this.warnings = [...new Set(scannedRelations(plan))].flatMap(relation => snapshot.warning(relation) ?? []);
    const scan = (node: DataflowScan): GraphNode => this.#scan(node, snapshot, parameters);
    try {
      this.#top = buildDataflow(plan, {graph: this.#graph, parameters, evaluation, once: true, scan, built: () => {}});
      for (const history of this.#histories.values()) if (history.isEndless && !isLimited(history.source)) throw endless(history.name);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  #scan(scan: DataflowScan, snapshot: Snapshot, parameters: readonly Datum[]): GraphNode {
    const schema = scan.types.map(physicalOf);
    const rows = snapshot.open(scan.relation);
    if (rows === undefined) {
      if (!snapshot.isStream(scan.relation)) throw droppedRelation(scan.relation);
      const history = this.#history(scan.relation);
      return this.#graph.add(new ScanColumns(`scan(${history.name})`, schema, history.columnsOf(scan)), [history.source]);
    }
    const node = this.#graph.addSource(`scan(${scan.relation})`, schema);
    this.#feeds.push({node, rows: this.#onlyFound(rows, scan, parameters), columns: scan.columns});
    return node;
  }

  /** The row that a scan looks up, found before the statement changes anything; all rows where it looks none up. */
  #onlyFound(rows: SnapshotRows, {lookup}: DataflowScan, parameters: readonly Datum[]): Pick<SnapshotRows, 'scan' | 'release'> {
    if (lookup === undefined || rows.find === undefined) return rows;
    const key = lookup.values.map(e => interpret(e, [], parameters, this.#evaluation));
    const types = lookup.values.map(e => e.type);
    // `=` is never true of NULL.
    const found = key.includes(null) ? null : rows.find(datumsToBatch(types, [key]));
    const scan = function* (out: BatchSink): Slices {
      if (found !== null) yield* out.emit(found);
    };
    return {scan, release: () => rows.release()};
  }

  #history(relation: number): StreamHistory {
    const known = this.#histories.get(relation);
    if (known !== undefined) return known;
    const extent = this.#streams?.extent(relation);
    if (this.#streams === undefined || extent === undefined)
      throw sqlError('feature_not_supported', 'a statement that writes cannot read a stream whose records come from outside', {
        hint: 'Create a materialized view over the stream and read that.',
      });
    const history = new StreamHistory(
      this.#graph.addSource(`stream(${extent.stream.name})`, []),
      extent,
      this.#streams.readers,
      this.#evaluation,
    );
    this.#histories.set(relation, history);
    return history;
  }

  /** Emits the whole result. `wait` is told when nothing can be done before records arrive. */
  *run(sink: BatchSink, wait: () => void = () => {}): Slices {
    this.#end = this.#graph.add(new ForwardTo(sink, this.#top.schema), [this.#top]);
    for (const {node, rows, columns} of this.#feeds) {
      const wanted = {wanted: true, emit: (batch: Parameters<BatchSink['emit']>[0]) => node.emit(pickColumns(batch, columns))};
      yield* workOf(node, whileWanted(rows.scan(wanted), node));
    }
    for (const history of this.#histories.values()) yield* history.feed(() => isWanted(history.source), wait);
    yield* this.#graph.flush();
  }

  /** What its operators have done, once it has run. */
  figures(): QueryFigures {
    // Stores count the rows that are published.
    this.#graph.publish();
    return {plan: planFigures(this.#plan, this.#top), end: operatorFigures(this.#end ?? this.#top)};
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const {rows} of this.#feeds) rows.release();
    for (const history of this.#histories.values()) history.release();
    for (const node of this.#graph.nodes) for (const store of node.stores) store.dispose();
  }
}

/** Goes on with `slices`, which feed `node`, as long as somebody wants its rows. */
function* whileWanted(slices: Slices, node: GraphNode): Slices {
  try {
    while (isWanted(node) && slices.next().done !== true) yield;
  } finally {
    slices.return();
  }
}

const endless = (name: string): Error =>
  sqlError('object_not_in_prerequisite_state', `stream "${name}" has no end: no view reads it, and its generator goes on for ever`, {
    hint: 'Add a LIMIT, or create a materialized view over the stream.',
  });
