import {unreachable} from '../../../common/unreachable.ts';
import {aggregateById, callableById, functionById} from '../../../functions/registry.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalPlan} from '../../logical/logical-plan.ts';
import {arityOf} from '../../logical/output-columns.ts';

/** Whether an output column may be NULL. */
export function isNullable(plan: LogicalPlan, column: number): boolean {
  switch (plan.kind) {
    case 'scan':
      return plan.notNull[column] !== true;
    case 'values':
      return plan.rows.some(row => {
        const e = row[column];
        return e === undefined || mayBeNull(e, () => true);
      });
    case 'filter':
      return isNullable(plan.input, column) && !plan.predicates.some(p => rejectsNull(p, column));
    case 'distinct':
    case 'emit-on-close':
      return isNullable(plan.input, column);
    case 'top':
      return column < arityOf(plan.input) && isNullable(plan.input, column);
    case 'window':
    case 'session': {
      if (column < arityOf(plan.input)) return isNullable(plan.input, column);
      return mayBeNull(plan.time, i => isNullable(plan.input, i));
    }
    case 'analytic': {
      const arity = arityOf(plan.input);
      if (column < arity) return isNullable(plan.input, column);
      const call = plan.calls[column - arity];
      return call === undefined || !NEVER_NULL.has(callableById(call.function).name);
    }
    case 'temporal-filter':
      return isNullable(plan.input, column);
    case 'project': {
      const e = plan.expressions[column];
      return e === undefined || mayBeNull(e, i => isNullable(plan.input, i));
    }
    case 'aggregate':
    case 'partial-aggregate': {
      const key = plan.keys[column];
      if (key !== undefined) return mayBeNull(key, i => isNullable(plan.input, i));
      const call = plan.aggregates[column - plan.keys.length];
      return call === undefined || aggregateById(call.function).name !== 'count';
    }
    case 'join': {
      const arity = arityOf(plan.left);
      const padded = column < arity ? plan.joinType === 'full' : plan.joinType === 'left' || plan.joinType === 'full';
      return padded || (column < arity ? isNullable(plan.left, column) : isNullable(plan.right, column - arity));
    }
    case 'asof-join':
    case 'temporal-join': {
      const arity = arityOf(plan.left);
      if (column < arity) return isNullable(plan.left, column);
      return plan.joinType === 'left' || isNullable(plan.right, column - arity);
    }
    case 'apply':
      return column < arityOf(plan.left) ? isNullable(plan.left, column) : plan.result !== 'exists';
    case 'union':
      return plan.inputs.some(input => isNullable(input, column));
    case 'set-operation':
      return isNullable(plan.left, column);
    case 'unnest': {
      const arity = arityOf(plan.input);
      return column >= arity || isNullable(plan.input, column);
    }
    default:
      return unreachable(plan);
  }
}

/** Calls over a window that have a value whatever the frame holds. */
const NEVER_NULL: ReadonlySet<string> = new Set(['count', 'row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist']);

/** Whether an expression may be NULL, given which inputs may be. Strict functions may return NULL for other reasons. */
export function mayBeNull(e: TypedExpression, isInputNullable: (index: number) => boolean): boolean {
  const may = (x: TypedExpression) => mayBeNull(x, isInputNullable);
  switch (e.kind) {
    case 'input':
      return isInputNullable(e.index);
    case 'constant':
      return e.value === null;
    case 'and':
    case 'or':
      return e.args.some(may);
    case 'not':
    case 'cast':
      return may(e.arg);
    case 'compare':
      return may(e.left) || may(e.right);
    case 'distinct':
    case 'is-null':
    case 'is-bool':
    case 'array':
    case 'row':
      return false;
    case 'coalesce':
    case 'extreme':
      return e.args.every(may);
    case 'case':
      return may(e.otherwise) || e.branches.some(b => may(b.then));
    default:
      return true;
  }
}

/** Whether the predicate can only be true where the column is not NULL. */
export const rejectsNull = (e: TypedExpression, column: number): boolean => rejectsNullOf(e, x => x.kind === 'input' && x.index === column);

type IsTarget = (e: TypedExpression) => boolean;

/** The same of an expression. */
export function rejectsNullOf(e: TypedExpression, isTarget: IsTarget): boolean {
  switch (e.kind) {
    case 'compare':
      return isNullWith(e.left, isTarget) || isNullWith(e.right, isTarget);
    case 'is-null':
      return e.negated && isNullWith(e.arg, isTarget);
    case 'quantified':
      // Over an empty array it is false, and so not NULL.
      return e.quantifier === 'any' && typeof e.op === 'string' && isNullWith(e.arg, isTarget);
    case 'is-bool':
      return !e.negated && isNullWith(e.arg, isTarget);
    case 'and':
      return e.args.some(a => rejectsNullOf(a, isTarget));
    case 'or':
      return e.args.every(a => rejectsNullOf(a, isTarget));
    default:
      return isNullWith(e, isTarget);
  }
}

/** Whether the expression is NULL whenever the target is. */
function isNullWith(e: TypedExpression, isTarget: IsTarget): boolean {
  if (isTarget(e)) return true;
  switch (e.kind) {
    case 'cast':
    case 'not':
      return isNullWith(e.arg, isTarget);
    case 'compare':
      return isNullWith(e.left, isTarget) || isNullWith(e.right, isTarget);
    case 'call':
      return functionById(e.function).strict && e.args.some(a => isNullWith(a, isTarget));
    default:
      return false;
  }
}
