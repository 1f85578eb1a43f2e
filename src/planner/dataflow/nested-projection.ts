import {fieldChain} from '../expression/field-chain.ts';
import {mapChildren} from '../expression/map-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {DataflowMap, DataflowPlan, DataflowScan} from './dataflow-plan.ts';
import {mapDataflowInputs} from './map-dataflow-inputs.ts';

/**
 * Pushes field access on composite columns into the scans, so that a source decodes only the fields that are used. `canProject` says
 * which relations can (streams: the others have whole values stored).
 */
export function projectNestedFields(plan: DataflowPlan, canProject: (relation: number) => boolean): DataflowPlan {
  if (plan.kind === 'map' && plan.input.kind === 'scan') return projectMap(plan, canProject);
  return mapDataflowInputs(plan, input => projectNestedFields(input, canProject));
}

function projectMap(plan: DataflowMap, canProject: (relation: number) => boolean): DataflowPlan {
  const {input, projections} = plan;
  if (input.kind !== 'scan' || input.paths !== undefined || projections === undefined || !canProject(input.relation)) return plan;
  const columns: number[] = [];
  const paths: (readonly number[])[] = [];
  const types: DataflowScan['types'][number][] = [];
  const numbers = new Map<string, number>();
  const rewrite = (e: TypedExpression): TypedExpression => {
    const chain = fieldChain(e);
    if (chain === undefined) return mapChildren(e, rewrite);
    const key = `${chain.column}.${chain.path.join('.')}`;
    let index = numbers.get(key);
    if (index === undefined) {
      index = columns.length;
      numbers.set(key, index);
      columns.push(input.columns[chain.column]!);
      paths.push(chain.path);
      types.push(e.type);
    }
    return {kind: 'input', type: e.type, index};
  };
  const predicates = plan.predicates.map(rewrite);
  const rewritten = projections.map(rewrite);
  return {...plan, predicates, projections: rewritten, input: {...input, columns, paths, types}};
}
