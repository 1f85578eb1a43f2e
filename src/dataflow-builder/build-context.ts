import type {EvaluationContext} from '../functions/evaluation-context.ts';
import type {DataflowPlan, DataflowScan} from '../planner/dataflow/dataflow-plan.ts';
import type {Graph, GraphNode} from '../runtime/graph/graph.ts';
import type {ErrorSink} from '../runtime/operators/map.ts';
import type {Datum} from '../types/datum.ts';

/** What building a plan needs from its owner. */
export interface BuildContext {
  readonly graph: Graph;
  readonly parameters: readonly Datum[];
  readonly evaluation: EvaluationContext;
  /** Fed once (an ad-hoc query): operators need not be ready for retractions of their input, results are not kept. */
  readonly once: boolean;
  /** The node that emits the columns of a scan, in the order asked for. */
  scan(node: DataflowScan): GraphNode;
  /** Takes rows whose expressions failed (maintained views); without it the first error is thrown (ad-hoc queries). */
  readonly errors?: ErrorSink | undefined;
  /** Called for every node that was made, with its plan: for progress, metrics and removal. */
  built(node: GraphNode, plan: DataflowPlan): void;
}

/** Builds one kind of node; `build` builds its inputs. */
export type NodeBuilder<P extends DataflowPlan> = (plan: P, context: BuildContext, build: (input: DataflowPlan) => GraphNode) => GraphNode;
