import type {DataflowHop} from '../planner/dataflow/dataflow-plan.ts';
import {HopOperator} from '../runtime/operators/hop.ts';
import {physicalOf} from '../types/sql-type.ts';
import type {NodeBuilder} from './build-context.ts';

export const buildHop: NodeBuilder<DataflowHop> = ({input, time, size, slide, offset, cumulate}, context, build) => {
  const label = cumulate ? 'cumulate' : 'hop';
  const operator = new HopOperator({label, input: input.types.map(physicalOf), time, size, slide, offset, cumulate});
  return context.graph.add(operator, [build(input)]);
};
