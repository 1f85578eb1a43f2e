import {unreachable} from '../../common/unreachable.ts';
import {aggregateById, callableById, setReturningById} from '../../functions/registry.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {formatExpression} from '../expression/format-expression.ts';
import type {DataflowPlan} from './dataflow-plan.ts';
import {dataflowInputs} from './dataflow-inputs.ts';

/** The name of a relation's column, or of the field that `path` leads to inside it. */
export type RelationColumnName = (relation: number, column: number, path: readonly number[]) => string;

/**
 * What the output columns of a plan are called, as far as that can be told from where they come from: for messages. Names are unique: a
 * second `id` is `id_2`.
 */
export function columnNames(plan: DataflowPlan, ofRelation: RelationColumnName): readonly string[] {
  return unique(names(plan, ofRelation));
}

/** The columns of a plan's inputs, one input after the other. */
export function inputColumnNames(plan: DataflowPlan, ofRelation: RelationColumnName): readonly string[] {
  return unique(dataflowInputs(plan).flatMap(input => names(input, ofRelation)));
}

function names(plan: DataflowPlan, ofRelation: RelationColumnName): readonly string[] {
  switch (plan.kind) {
    case 'scan':
      return plan.columns.map((column, i) => ofRelation(plan.relation, column, plan.paths?.[i] ?? []));
    case 'values':
      return plan.types.map((_, i) => `column${i + 1}`);
    case 'map': {
      const below = names(plan.input, ofRelation);
      return plan.projections === undefined ? below : plan.projections.map(e => nameOf(e, below));
    }
    case 'aggregate':
    case 'partial-aggregate': {
      const below = names(plan.input, ofRelation);
      return [...plan.keys.map(k => below[k]!), ...plan.aggregates.map(call => aggregateById(call.function).name)];
    }
    case 'join': {
      const left = names(plan.left, ofRelation);
      return plan.joinType === 'semi' || plan.joinType === 'anti' ? left : [...left, ...names(plan.right, ofRelation)];
    }
    case 'union':
      return plan.inputs[0] === undefined ? [] : names(plan.inputs[0], ofRelation);
    case 'set-operation':
      return names(plan.left, ofRelation);
    case 'distinct':
    case 'temporal-filter':
    case 'window-close':
    case 'late-gate':
      return names(plan.input, ofRelation);
    case 'top': {
      const below = names(plan.input, ofRelation);
      return plan.rank?.output === true ? [...below, plan.rank.function.replace('-', '_')] : below;
    }
    case 'hop':
    case 'session':
      return [...names(plan.input, ofRelation), 'window_start', 'window_end'];
    case 'session-aggregate': {
      const below = names(plan.input, ofRelation);
      const calls = plan.aggregates.map(call => aggregateById(call.function).name);
      return [...plan.keys.map(k => below[k]!), 'window_start', 'window_end', ...calls];
    }
    case 'analytic':
      return [...names(plan.input, ofRelation), ...plan.calls.map(call => callableById(call.function).name)];
    case 'asof-join':
    case 'temporal-join':
      return [...names(plan.left, ofRelation), ...names(plan.right, ofRelation)];
    case 'unnest': {
      const below = names(plan.input, ofRelation);
      return [...below, ...plan.types.slice(below.length).map(() => setReturningById(plan.function).name)];
    }
    default:
      return unreachable(plan);
  }
}

function nameOf(e: TypedExpression, below: readonly string[]): string {
  if (e.kind === 'input') return below[e.index]!;
  return formatExpression(e, {input: index => below[index]!});
}

function unique(list: readonly string[]): readonly string[] {
  const used = new Set<string>();
  return list.map(name => {
    let free = name;
    for (let n = 2; used.has(free); n++) free = `${name}_${n}`;
    used.add(free);
    return free;
  });
}
