import {compileMap, type MapKernel} from '../codegen/compile-map.ts';
import {isFallible} from '../planner/expression/fallibility.ts';
import type {DataflowMap} from '../planner/dataflow/dataflow-plan.ts';
import {MapOperator} from '../runtime/operators/map.ts';
import {physicalOf} from '../types/sql-type.ts';
import type {BuildContext, NodeBuilder} from './build-context.ts';

export const buildMap: NodeBuilder<DataflowMap> = (plan, context, build) => {
  const input = build(plan.input);
  const expressions = [...plan.predicates, ...(plan.projections ?? [])];
  const operator = new MapOperator({
    label: 'map',
    schema: plan.types.map(physicalOf),
    kernel: compileMapOf(plan, context),
    errors: context.errors?.({plan, operator: 'map', expressions, columns: [...plan.input.types.keys()]}),
    terminal: context.errors !== undefined && expressions.some(isFallible),
  });
  return context.graph.add(operator, [input]);
};

/** The kernel of a filter and projection. */
export function compileMapOf(plan: DataflowMap, {parameters, evaluation}: Pick<BuildContext, 'parameters' | 'evaluation'>): MapKernel {
  return compileMap({
    inputTypes: plan.input.types,
    predicates: plan.predicates,
    projections: plan.projections,
    parameters,
    context: evaluation,
  });
}
