import {unreachable} from '../../common/unreachable.ts';
import {mapChildren} from '../expression/map-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {DataflowMap, DataflowPlan, DataflowScan} from './dataflow-plan.ts';

/** A field chain `((c).a).b` over an input column: the column and the field numbers from the outside in. */
type FieldChain = {readonly column: number; readonly path: readonly number[]};

function chainOf(e: TypedExpression): FieldChain | undefined {
  if (e.kind === 'input') return {column: e.index, path: []};
  if (e.kind !== 'field') return undefined;
  const inner = chainOf(e.arg);
  return inner === undefined ? undefined : {column: inner.column, path: [...inner.path, e.index]};
}

/**
 * Pushes field access on composite columns into the scans, so that a source decodes only the fields that are used. `canProject` says
 * which relations can (streams: the others have whole values stored).
 */
export function projectNestedFields(plan: DataflowPlan, canProject: (relation: number) => boolean): DataflowPlan {
  const rewrite = (input: DataflowPlan): DataflowPlan => projectNestedFields(input, canProject);
  switch (plan.kind) {
    case 'scan':
    case 'values':
      return plan;
    case 'map':
      return plan.input.kind === 'scan' ? projectMap(plan, canProject) : {...plan, input: rewrite(plan.input)};
    case 'aggregate':
    case 'distinct':
    case 'top':
    case 'unnest':
    case 'hop':
    case 'partial-aggregate':
    case 'session':
    case 'session-aggregate':
    case 'analytic':
    case 'temporal-filter':
    case 'window-close':
    case 'late-gate':
      return {...plan, input: rewrite(plan.input)};
    case 'union':
      return {...plan, inputs: plan.inputs.map(rewrite)};
    case 'join':
    case 'asof-join':
    case 'temporal-join':
    case 'set-operation':
      return {...plan, left: rewrite(plan.left), right: rewrite(plan.right)};
    default:
      return unreachable(plan);
  }
}

function projectMap(plan: DataflowMap, canProject: (relation: number) => boolean): DataflowPlan {
  const {input, projections} = plan;
  if (input.kind !== 'scan' || input.paths !== undefined || projections === undefined || !canProject(input.relation)) return plan;
  const columns: number[] = [];
  const paths: (readonly number[])[] = [];
  const types: DataflowScan['types'][number][] = [];
  const numbers = new Map<string, number>();
  const rewrite = (e: TypedExpression): TypedExpression => {
    const chain = chainOf(e);
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
