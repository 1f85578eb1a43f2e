import {interpret} from '../codegen/interpret.ts';
import {sqlError} from '../common/sql-error.ts';
import {unreachable} from '../common/unreachable.ts';
import {callableById} from '../functions/registry.ts';
import type {AnalyticCall, DataflowAnalytic, DataflowFrame, DataflowFrameBound, DataflowPlan} from '../planner/dataflow/dataflow-plan.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import {AnalyticOperator} from '../runtime/operators/analytic/analytic.ts';
import type {AnalyticSpec, Frame, FrameBound} from '../runtime/operators/analytic/analytic-spec.ts';
import {physicalOf} from '../types/sql-type.ts';
import type {BuildContext, NodeBuilder} from './build-context.ts';
import {rowExpiry} from './build-time.ts';
import {bytesOrder} from './bytes-order.ts';

export const buildAnalytic: NodeBuilder<DataflowAnalytic> = (plan, context, build) => {
  const {types} = plan.input;
  const expiry = rowExpiry(plan.expiry, context);
  // Constants tell nothing of a row.
  const columns = [...types.keys()].filter(c => constantOf(c, plan.input) === undefined);
  const sink = context.errors?.({plan, operator: 'analytic', expressions: [], columns});
  const operator = new AnalyticOperator({
    label: 'analytic',
    input: types.map(physicalOf),
    partition: plan.partition,
    sort: plan.sort.map(key => ({...key, order: bytesOrder(types[key.column]!)})),
    calls: plan.calls.map(call => analyticSpec(call, plan.input, context)),
    errors: sink && {sink, columns},
    expiry: expiry && {...expiry, of: 'input'},
  });
  return context.graph.add(operator, [build(plan.input)]);
};

function analyticSpec(call: AnalyticCall, input: DataflowPlan, context: BuildContext): AnalyticSpec {
  const frame = frameOf(call.frame, context);
  const [column, second, fallback] = call.args;
  const definition = callableById(call.function);
  if (definition.kind === 'window') {
    switch (definition.name) {
      case 'row_number':
        return {function: 'row-number', frame};
      case 'rank':
        return {function: 'rank', frame};
      case 'dense_rank':
        return {function: 'dense-rank', frame};
      case 'percent_rank':
        return {function: 'percent-rank', frame};
      case 'cume_dist':
        return {function: 'cume-dist', frame};
      case 'ntile':
        return {function: 'ntile', column, frame};
      case 'lag':
      case 'lead':
        return {function: definition.name, column, second, fallback, distance: distanceOf(second, input), frame};
      case 'first_value':
        return {function: 'first-value', column, frame};
      case 'last_value':
        return {function: 'last-value', column, frame};
      case 'nth_value':
        return {function: 'nth-value', column, second, frame};
    }
  }
  if (definition.kind === 'aggregate' && definition.lowering.kind === 'native') {
    const {accumulator} = definition.lowering;
    const {filter} = call;
    switch (accumulator) {
      case 'count-rows':
        return {function: 'count', filter, frame};
      case 'count':
      case 'sum':
      case 'bool-and':
      case 'bool-or':
        return {function: accumulator, column, filter, frame};
      case 'min':
      case 'max':
        return {function: accumulator, column, filter, order: bytesOrder(call.argTypes[0]!), frame};
      case 'sum-counts':
        // Merges parts of counts: the planner's own, under no window.
        break;
      default:
        return unreachable(accumulator);
    }
  }
  throw sqlError('feature_not_supported', `${definition.name} is not supported as a window function yet`);
}

/** How far lag and lead look, if that is one number for all rows: the column is a constant of the map below. */
function distanceOf(second: number | undefined, input: DataflowPlan): number | undefined {
  if (second === undefined) return 1;
  const value = constantOf(second, input)?.value;
  return typeof value === 'number' ? value : undefined;
}

function constantOf(column: number, input: DataflowPlan): Extract<TypedExpression, {kind: 'constant'}> | undefined {
  const expression = input.kind === 'map' ? input.projections?.[column] : undefined;
  return expression?.kind === 'constant' ? expression : undefined;
}

function frameOf({mode, start, end, exclude}: DataflowFrame, context: BuildContext): Frame {
  return {mode, start: boundOf(start, 'starting', context), end: boundOf(end, 'ending', context), exclude};
}

function boundOf({bound, offset, edge}: DataflowFrameBound, which: 'starting' | 'ending', context: BuildContext): FrameBound {
  if (bound !== 'preceding' && bound !== 'following') return {bound};
  if (edge !== undefined) return {bound, edge};
  const value = offset === undefined ? null : interpret(offset, [], context.parameters, context.evaluation);
  if (value === null) throw sqlError('null_value_not_allowed', `frame ${which} offset must not be null`);
  const rows = Number(value as bigint | number);
  if (rows < 0) throw sqlError('invalid_preceding_or_following_size', `frame ${which} offset must not be negative`);
  return {bound, offset: rows};
}
