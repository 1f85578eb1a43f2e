import type {DataflowPlan} from '../../planner/dataflow/dataflow-plan.ts';
import {dataflowInputs} from '../../planner/dataflow/dataflow-inputs.ts';
import type {GraphNode} from '../../runtime/graph/graph.ts';

/** What an operator has done since it was made, and what it holds; plain data. Rows count as often as their weights say. */
export type OperatorFigures = {
  readonly rowsIn: number;
  /** Of `rowsIn`, those that take rows back. */
  readonly retractedIn: number;
  readonly rowsOut: number;
  readonly retractedOut: number;
  /** Time in this operator, without those that it pushed to, ms. */
  readonly selfMs: number;
  /** Absent where it has no state. */
  readonly state?: {readonly rows: number; readonly bytes: number} | undefined;
  /** Rows that time has taken from its state. */
  readonly expired?: number | undefined;
};

/** The figures of a plan's operators, in the shape of the plan. */
export type PlanFigures = {
  readonly own: OperatorFigures;
  /** The same operator has been met in the tree before: its inputs are there. */
  readonly isAgain: boolean;
  readonly inputs: readonly PlanFigures[];
};

/** What the operators of a query did, and what took its rows. */
export type QueryFigures = {readonly plan: PlanFigures; readonly end: OperatorFigures};

export function operatorFigures({taken, emitted, selfMs, stores, operator}: GraphNode): OperatorFigures {
  return {
    rowsIn: taken.rows,
    retractedIn: taken.retracted,
    rowsOut: emitted.rows,
    retractedOut: emitted.retracted,
    selfMs,
    state:
      stores.length === 0 ? undefined : {rows: stores.reduce((rows, store) => rows + store.rowCount(), 0), bytes: stateBytesOf(stores)},
    expired: operator?.expired,
  };
}

/** `top` = what was built of `plan`: every node of a plan is one in the graph, with inputs in the same order. */
export function planFigures(plan: DataflowPlan, top: GraphNode, met: Set<GraphNode> = new Set()): PlanFigures {
  const own = operatorFigures(top);
  if (met.has(top)) return {own, isAgain: true, inputs: []};
  met.add(top);
  return {own, isAgain: false, inputs: dataflowInputs(plan).map((input, i) => planFigures(input, top.inputs[i]!, met))};
}

/** Bytes that all of the stores take. */
export const stateBytesOf = (stores: GraphNode['stores']): number => stores.reduce((bytes, store) => bytes + store.stateBytes(), 0);
