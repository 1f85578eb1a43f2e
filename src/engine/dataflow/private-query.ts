import {sqlError} from '../../common/sql-error.ts';
import {buildDataflow} from '../../dataflow-builder/build-dataflow.ts';
import {pickColumns} from '../../dataflow-builder/scan-columns.ts';
import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import type {DataflowPlan, DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import {Graph, type GraphNode} from '../../runtime/graph/graph.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import type {Datum} from '../../types/datum.ts';
import {physicalOf} from '../../types/sql-type.ts';
import {ForwardTo} from './forward-to.ts';
import {scannedRelations} from './view-runtime.ts';
import type {ViewWarning} from './view-warning.ts';
import type {Snapshot, SnapshotRows} from './snapshot.ts';

export type PrivateQueryArgs = {
  readonly plan: DataflowPlan;
  readonly parameters: readonly Datum[];
  readonly evaluation: EvaluationContext;
  readonly snapshot: Snapshot;
};

/** A plan as a graph of its own that is fed once, with the rows of a snapshot. `run` it at most once; `dispose` it. */
export class PrivateQuery {
  readonly #graph = new Graph();
  readonly #top: GraphNode;
  readonly #feeds: {readonly node: GraphNode; readonly rows: SnapshotRows; readonly columns: readonly number[]}[] = [];
  #disposed = false;
  /** Views that it reads and that leave out rows. */
  readonly warnings: readonly ViewWarning[];

  constructor({plan, parameters, evaluation, snapshot}: PrivateQueryArgs) {
    this.warnings = [...new Set(scannedRelations(plan))].flatMap(relation => snapshot.warning(relation) ?? []);
    const scan = (node: DataflowScan): GraphNode => this.#scan(node, snapshot);
    try {
      this.#top = buildDataflow(plan, {graph: this.#graph, parameters, evaluation, once: true, scan, built: () => {}});
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  #scan({relation, types, columns}: DataflowScan, snapshot: Snapshot): GraphNode {
    const rows = snapshot.open(relation);
    if (rows === undefined)
      throw sqlError('feature_not_supported', 'reading a stream directly is not supported yet', {
        hint: 'Create a materialized view over it.',
      });
    const node = this.#graph.addSource(`scan(${relation})`, types.map(physicalOf));
    this.#feeds.push({node, rows, columns});
    return node;
  }

  /** Emits the whole result. */
  *run(sink: BatchSink): Slices {
    this.#graph.add(new ForwardTo(sink, this.#top.schema), [this.#top]);
    for (const {node, rows, columns} of this.#feeds)
      yield* rows.scan({wanted: true, emit: batch => node.emit(pickColumns(batch, columns))});
    yield* this.#graph.flush();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const {rows} of this.#feeds) rows.release();
    for (const node of this.#graph.nodes) for (const store of node.stores) store.dispose();
  }
}
