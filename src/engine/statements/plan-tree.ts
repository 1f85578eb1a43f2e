import {dataflowInputs} from '../../planner/dataflow/dataflow-inputs.ts';
import type {DataflowPlan, DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import {describeOperator, type PlanNames} from '../../planner/dataflow/explain-dataflow.ts';
import type {OperatorFigures, PlanFigures} from '../dataflow/operator-figures.ts';

/** A plan as EXPLAIN shows it, with what its operators did where that is known. */
export type PlanTree = {
  readonly kind: string;
  /** Its line. */
  readonly title: string;
  /** Of a scan. */
  readonly relation?: string | undefined;
  readonly figures?: OperatorFigures | undefined;
  /** The same operator is in the tree before, where its inputs are. */
  readonly isAgain?: boolean | undefined;
  /** What else there is to say of it. */
  readonly notes?: readonly string[] | undefined;
  readonly inputs: readonly PlanTree[];
};

export function planTree(
  plan: DataflowPlan,
  names: PlanNames,
  figures?: PlanFigures,
  notes: (scan: DataflowScan) => readonly string[] = () => [],
): PlanTree {
  const isAgain = figures?.isAgain === true;
  return {
    kind: plan.kind === 'join' ? `${plan.joinType} join` : plan.kind.replaceAll('-', ' '),
    title: describeOperator(plan, names),
    relation: plan.kind === 'scan' ? names.relationName(plan.relation) : undefined,
    figures: figures?.own,
    notes: plan.kind === 'scan' ? notes(plan) : undefined,
    isAgain,
    inputs: isAgain ? [] : dataflowInputs(plan).map((input, i) => planTree(input, names, figures?.inputs[i], notes)),
  };
}

/** What has been added up over a tree; an operator that occurs twice counts once. */
export function totalOf(trees: readonly PlanTree[]): {readonly selfMs: number; readonly bytes: number} {
  let selfMs = 0;
  let bytes = 0;
  for (const {figures, isAgain, inputs} of trees) {
    const below = totalOf(inputs);
    selfMs += below.selfMs + (isAgain === true ? 0 : (figures?.selfMs ?? 0));
    bytes += below.bytes + (isAgain === true ? 0 : (figures?.state?.bytes ?? 0));
  }
  return {selfMs, bytes};
}
