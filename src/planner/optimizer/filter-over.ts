import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';

/** A filter, or the plan itself when there is nothing to test. */
export function filterOver(input: LogicalPlan, predicates: readonly TypedExpression[]): LogicalPlan {
  return predicates.length === 0 ? input : {kind: 'filter', input, predicates};
}
