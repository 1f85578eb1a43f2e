import {input} from '../expression/build-expression.ts';
import {arityOf} from '../logical/output-columns.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import type {BoundQuery} from './bound-query.ts';

/** A query's plan cut down to its result columns. */
export function visibleColumns({plan, columns}: BoundQuery): LogicalPlan {
  if (arityOf(plan) === columns.length) return plan;
  return {kind: 'project', input: plan, expressions: columns.map((c, i) => input(i, c.type)), names: columns.map(c => c.name)};
}
