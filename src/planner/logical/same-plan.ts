import {sameData} from '../expression/same-expression.ts';
import {mapInputs} from './map-inputs.ts';
import type {LogicalPlan} from './logical-plan.ts';

/** Whether two plans compute the same columns, whatever these are called. */
export function samePlan(a: LogicalPlan, b: LogicalPlan): boolean {
  return a === b || sameData(nameless(a), nameless(b));
}

function nameless(plan: LogicalPlan): unknown {
  const {names: _, ...rest} = {names: undefined, ...mapInputs(plan, input => nameless(input) as LogicalPlan)};
  return rest;
}
