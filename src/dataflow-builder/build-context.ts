import type {EvaluationContext} from '../functions/evaluation-context.ts';
import type {DataflowLateGate, DataflowPlan, DataflowScan} from '../planner/dataflow/dataflow-plan.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import type {Graph, GraphNode} from '../runtime/graph/graph.ts';
import type {LateSink} from '../runtime/operators/late-gate.ts';
import type {ErrorSink} from '../runtime/operators/map.ts';
import type {TimeBound} from '../runtime/time/time-bound.ts';
import type {Datum} from '../types/datum.ts';

/** What may fail in an operator, so that its errors can be told of. Columns are those of the node's input (in a join of left ++ right). */
export type ErrorOrigin = {
  readonly plan: DataflowPlan;
  readonly operator: string;
  readonly expressions: readonly TypedExpression[];
  /** The columns of the rows that errors come with; these may have further ones, which mean nothing. */
  readonly columns: readonly number[];
};

export interface TimeSource {
  bound(spec: DataflowLateGate['bound']): TimeBound;
  lateSink(plan: DataflowLateGate): LateSink;
}

/** What building a plan needs from its owner. */
export interface BuildContext {
  readonly graph: Graph;
  readonly parameters: readonly Datum[];
  readonly evaluation: EvaluationContext;
  /** Fed once (an ad-hoc query): operators need not be ready for retractions of their input, results are not kept. */
  readonly once: boolean;
  /** Nodes made so far, by the fingerprint of their plan: equal subtrees become one. Absent where a volatile function may tell them apart. */
  readonly shared?: Map<string, GraphNode> | undefined;
  /** The node that emits the columns of a scan, in the order asked for; `traced` emits what there is of them as rows come. */
  scan(node: DataflowScan, traced?: GraphNode): GraphNode;
  /** As `scan`, of what comes from now on alone; absent = nothing can be traced. */
  readonly scanNew?: ((node: DataflowScan, traced?: GraphNode) => GraphNode) | undefined;
  /** Who takes the errors of an operator (maintained views); without it the first error is thrown (ad-hoc queries). */
  readonly errors?: ((origin: ErrorOrigin) => ErrorSink) | undefined;
  /** Where the bounds of plans come from, and who takes late rows: maintained views and sinks only. */
  readonly time?: TimeSource | undefined;
  /** The node whose state may be the relation that is read: groups of an aggregate, first rows. It stays when time is over for it. */
  readonly served?: DataflowPlan | undefined;
  /** Called for every node that was made, with its plan: for progress, metrics and removal. */
  built(node: GraphNode, plan: DataflowPlan): void;
}

/** Builds one kind of node; `build` builds its inputs. */
export type NodeBuilder<P extends DataflowPlan> = (plan: P, context: BuildContext, build: (input: DataflowPlan) => GraphNode) => GraphNode;
