import {assert} from '../../common/unreachable.ts';
import {mapInputs} from '../logical/map-inputs.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import type {RuleContext, Stage} from './rule.ts';

/** A rule that fired, for EXPLAIN (TRACE). */
export type Fired = {readonly stage: string; readonly rule: string};

const MAX_PASSES = 100;

/** Applies a stage's rules over the whole plan until nothing changes. */
export function runStage(stage: Stage, plan: LogicalPlan, context: RuleContext, trace?: Fired[]): LogicalPlan {
  let current = plan;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const next = visit(stage, current, context, trace);
    if (next === current) return current;
    current = next;
  }
  throw new Error(`internal error: stage ${stage.name} does not come to an end`);
}

function visit(stage: Stage, plan: LogicalPlan, context: RuleContext, trace: Fired[] | undefined): LogicalPlan {
  if (stage.order === 'bottom-up') {
    return applyRules(
      stage,
      mapInputs(plan, input => visit(stage, input, context, trace)),
      context,
      trace,
    );
  }
  return mapInputs(applyRules(stage, plan, context, trace), input => visit(stage, input, context, trace));
}

/** All rules at one node, again as long as one of them fires. */
function applyRules(stage: Stage, plan: LogicalPlan, context: RuleContext, trace: Fired[] | undefined): LogicalPlan {
  let current = plan;
  for (let round = 0; round < MAX_PASSES; round++) {
    let fired = false;
    for (const rule of stage.rules) {
      const next = rule.apply(current, context);
      if (next === undefined || next === current) continue;
      trace?.push({stage: stage.name, rule: rule.name});
      current = next;
      fired = true;
    }
    if (!fired) return current;
  }
  assert(false, `stage ${stage.name} loops at a ${plan.kind} node`);
}
