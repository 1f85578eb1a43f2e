import {T, type SqlType} from '../../types/sql-type.ts';
import type {LogicalPlan} from './logical-plan.ts';
import {unreachable} from '../../common/unreachable.ts';

const typesCache = new WeakMap<LogicalPlan, readonly SqlType[]>();

/** The types of a plan's output columns. */
export function typesOf(plan: LogicalPlan): readonly SqlType[] {
  const cached = typesCache.get(plan);
  if (cached !== undefined) return cached;
  const types = computeTypes(plan);
  typesCache.set(plan, types);
  return types;
}

export const arityOf = (plan: LogicalPlan): number => typesOf(plan).length;

function computeTypes(plan: LogicalPlan): readonly SqlType[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
      return plan.types;
    case 'filter':
    case 'distinct':
    case 'temporal-filter':
    case 'emit-on-close':
      return typesOf(plan.input);
    case 'top':
      return plan.rank?.output === true ? [...typesOf(plan.input), T.int8] : typesOf(plan.input);
    case 'project':
      return plan.expressions.map(e => e.type);
    case 'join':
      return plan.joinType === 'semi' || plan.joinType === 'anti' ? typesOf(plan.left) : [...typesOf(plan.left), ...typesOf(plan.right)];
    case 'apply':
      return plan.result === 'exists' || plan.result === 'any'
        ? [...typesOf(plan.left), T.bool]
        : [...typesOf(plan.left), ...typesOf(plan.right)];
    case 'aggregate':
    case 'partial-aggregate':
      return [...plan.keys.map(k => k.type), ...plan.aggregates.map(a => a.type)];
    case 'union': {
      const [first] = plan.inputs;
      return first === undefined ? [] : typesOf(first);
    }
    case 'set-operation':
      return typesOf(plan.left);
    case 'unnest':
      return [...typesOf(plan.input), ...plan.types, ...(plan.ordinality ? [T.int8] : [])];
    case 'window':
    case 'session':
      return [...typesOf(plan.input), plan.time.type, plan.time.type];
    case 'analytic':
      return [...typesOf(plan.input), ...plan.calls.map(c => c.type)];
    case 'asof-join':
    case 'temporal-join':
      return [...typesOf(plan.left), ...typesOf(plan.right)];
    default:
      return unreachable(plan);
  }
}

/** The names of a plan's output columns, for EXPLAIN; not unique. */
export function namesOf(plan: LogicalPlan): readonly string[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'project':
    case 'aggregate':
    case 'partial-aggregate':
      return plan.names;
    case 'filter':
    case 'distinct':
    case 'temporal-filter':
    case 'emit-on-close':
      return namesOf(plan.input);
    case 'top':
      return plan.rank?.output === true ? [...namesOf(plan.input), plan.rank.function] : namesOf(plan.input);
    case 'join':
      return plan.joinType === 'semi' || plan.joinType === 'anti' ? namesOf(plan.left) : [...namesOf(plan.left), ...namesOf(plan.right)];
    case 'apply':
      return plan.result === 'exists' || plan.result === 'any'
        ? [...namesOf(plan.left), plan.result]
        : [...namesOf(plan.left), ...namesOf(plan.right)];
    case 'union': {
      const [first] = plan.inputs;
      return first === undefined ? [] : namesOf(first);
    }
    case 'set-operation':
      return namesOf(plan.left);
    case 'unnest':
      return [...namesOf(plan.input), ...plan.names, ...(plan.ordinality ? ['ordinality'] : [])];
    case 'window':
    case 'session':
    case 'analytic':
      return [...namesOf(plan.input), ...plan.names];
    case 'asof-join':
    case 'temporal-join':
      return [...namesOf(plan.left), ...namesOf(plan.right)];
    default:
      return unreachable(plan);
  }
}
