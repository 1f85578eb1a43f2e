import {sqlError} from '../../common/sql-error.ts';
import type {DataflowPlan} from '../../planner/dataflow/dataflow-plan.ts';
import {unplannableError} from '../../planner/unplannable.ts';
import type {GraphNode} from '../../runtime/graph/graph.ts';
import {operatorFigures, planFigures, type OperatorFigures, type PlanFigures} from './operator-figures.ts';
import type {Relations} from './relations.ts';
import type {SinkRuntime} from './sink-runtime.ts';
import {scannedRelations, type ViewRuntime, type ViewState} from './view-runtime.ts';

/** The running dataflow of a view or sink with what its operators have done; plain data. */
export type RunningPlan = {
  readonly plan: DataflowPlan;
  readonly state: ViewState;
  /** What keeps it from catching up. */
  readonly obstacle: string | undefined;
  /** When counting began, ms since 1970. */
  readonly since: number;
  readonly figures: PlanFigures;
  /** What keeps or delivers the rows; absent where an operator of the plan does. */
  readonly end: {readonly label: string; readonly figures: OperatorFigures} | undefined;
  /** What lists errors and late rows. */
  readonly beside: readonly {readonly label: string; readonly figures: OperatorFigures}[];
  /** Views and sinks that are fed by the same relations. */
  readonly sharedSources: readonly {readonly relation: number; readonly readers: readonly number[]}[];
};

/** Errors: 55000 for a view that waits for others before it is built, and for what cannot be planned. */
export function runningPlan(relation: number, relations: Relations): RunningPlan {
  const owner = relations.views.get(relation) ?? relations.sinks.get(relation);
  if (owner === undefined)
    throw sqlError('object_not_in_prerequisite_state', 'the view is not built yet', {
      detail: 'It waits for a view that it reads and that is catching up.',
    });
  const {name, plan, unplannable} = owner.spec;
  if (unplannable !== undefined) throw unplannableError(name, unplannable);
  const inPlan = nodesBelow(owner.top, new Set(owner.nodes));
  const beside = owner.nodes.filter(node => node !== endOf(owner) && !inPlan.has(node));
  const end = endOf(owner);
  return {
    plan,
    state: 'state' in owner ? owner.state : 'ready',
    obstacle: 'obstacle' in owner ? owner.obstacle : undefined,
    since: owner.since,
    figures: planFigures(plan, owner.top),
    end: end === owner.top ? undefined : named(end),
    beside: beside.map(named),
    sharedSources: [...new Set(scannedRelations(plan))].map(id => ({relation: id, readers: readersOf(id, relations)})),
  };
}

/** The operators of a view or sink in the order of its tree, beginning with what keeps or delivers the rows. */
export function operatorsInOrder(owner: ViewRuntime | SinkRuntime): readonly GraphNode[] {
  return [...nodesBelow(endOf(owner), new Set(owner.nodes))];
}

const endOf = (owner: ViewRuntime | SinkRuntime): GraphNode => ('node' in owner ? owner.node : owner.end);

const named = (node: GraphNode): {label: string; figures: OperatorFigures} => ({label: node.label, figures: operatorFigures(node)});

/** A node and those of `own` that it is fed by, itself first. */
function nodesBelow(node: GraphNode, own: ReadonlySet<GraphNode>, met: Set<GraphNode> = new Set()): Set<GraphNode> {
  met.add(node);
  for (const input of node.inputs) if (own.has(input) && !met.has(input)) nodesBelow(input, own, met);
  return met;
}

function readersOf(relation: number, {views, sinks}: Relations): number[] {
  const owners = [...views.values(), ...sinks.values()];
  return owners.filter(({spec}) => scannedRelations(spec.plan).includes(relation)).map(({spec}) => spec.relation);
}
