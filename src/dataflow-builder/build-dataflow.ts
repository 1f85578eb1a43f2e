import {unreachable} from '../common/unreachable.ts';
import type {DataflowPlan, DataflowScan} from '../planner/dataflow/dataflow-plan.ts';
import {fingerprint} from '../planner/dataflow/fingerprint.ts';
import type {GraphNode} from '../runtime/graph/graph.ts';
import {UnionOperator} from '../runtime/operators/union.ts';
import {DistinctOperator} from '../runtime/operators/distinct.ts';
import {ValuesOperator} from '../runtime/operators/values.ts';
import {datumsToBatch} from '../codegen/datum-column.ts';
import {physicalOf} from '../types/sql-type.ts';
import {buildAggregate, buildPartialAggregate} from './build-aggregate.ts';
import {buildAnalytic} from './build-analytic.ts';
import type {BuildContext} from './build-context.ts';
import {buildHop} from './build-hop.ts';
import {buildJoin} from './build-join.ts';
import {buildMap} from './build-map.ts';
import {buildSession, buildSessionAggregate} from './build-session.ts';
import {buildSetOperation} from './build-set-operation.ts';
import {buildLateGate, buildTemporalFilter, buildWindowClose, rowExpiry} from './build-time.ts';
import {buildAsOfJoin, buildTemporalJoin} from './build-time-joins.ts';
import {buildTop} from './build-top.ts';
import {buildUnnest} from './build-unnest.ts';

/** Turns a plan into operators in the context's graph; returns the node that emits its result. */
export function buildDataflow(plan: DataflowPlan, context: BuildContext): GraphNode {
  const known = context.shared?.get(fingerprint(plan));
  if (known !== undefined) return known;
  const node = buildNode(plan, context, input => buildDataflow(input, context));
  context.shared?.set(fingerprint(plan), node);
  context.built(node, plan);
  return node;
}

/** The rows of a view as they come, once more. What fails in them is told of by the view. */
function buildTraced({traced}: DataflowScan, context: BuildContext): GraphNode | undefined {
  const {scanNew} = context;
  if (traced === undefined || scanNew === undefined) return undefined;
  return buildDataflow(traced, {...context, scan: scanNew, shared: undefined, errors: () => ({add: () => {}})});
}

function buildNode(plan: DataflowPlan, context: BuildContext, build: (input: DataflowPlan) => GraphNode): GraphNode {
  const schema = plan.types.map(physicalOf);
  switch (plan.kind) {
    case 'scan':
      return context.scan(plan, buildTraced(plan, context));
    case 'values':
      return context.graph.add(new ValuesOperator({label: 'values', schema, batches: [datumsToBatch(plan.types, plan.rows)]}), []);
    case 'map':
      return buildMap(plan, context, build);
    case 'aggregate':
      return buildAggregate(plan, context, build);
    case 'distinct':
      return context.graph.add(new DistinctOperator({label: 'distinct', schema, expiry: rowExpiry(plan.expiry, context)}), [
        build(plan.input),
      ]);
    case 'union':
      return context.graph.add(new UnionOperator({label: 'union', schema}), plan.inputs.map(build));
    case 'join':
      return buildJoin(plan, context, build);
    case 'top':
      return buildTop(plan, context, build);
    case 'set-operation':
      return buildSetOperation(plan, context, build);
    case 'unnest':
      return buildUnnest(plan, context, build);
    case 'late-gate':
      return buildLateGate(plan, context, build);
    case 'window-close':
      return buildWindowClose(plan, context, build);
    case 'temporal-filter':
      return buildTemporalFilter(plan, context, build);
    case 'hop':
      return buildHop(plan, context, build);
    case 'partial-aggregate':
      return buildPartialAggregate(plan, context, build);
    case 'analytic':
      return buildAnalytic(plan, context, build);
    case 'session':
      return buildSession(plan, context, build);
    case 'session-aggregate':
      return buildSessionAggregate(plan, context, build);
    case 'asof-join':
      return buildAsOfJoin(plan, context, build);
    case 'temporal-join':
      return buildTemporalJoin(plan, context, build);
    default:
      return unreachable(plan);
  }
}
