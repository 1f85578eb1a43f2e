import type {DataflowSetOperation} from '../planner/dataflow/dataflow-plan.ts';
import {SetOperationOperator} from '../runtime/operators/set-operation.ts';
import {physicalOf} from '../types/sql-type.ts';
import type {NodeBuilder} from './build-context.ts';

export const buildSetOperation: NodeBuilder<DataflowSetOperation> = (plan, context, build) => {
  const operation = plan.all ? (`${plan.operation}-all` as const) : plan.operation;
  const operator = new SetOperationOperator({label: operation, schema: plan.types.map(physicalOf), operation});
  return context.graph.add(operator, [build(plan.left), build(plan.right)]);
};
