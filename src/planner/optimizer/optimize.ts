import type {LogicalPlan} from '../logical/logical-plan.ts';
import {pruneColumns} from './prune-columns.ts';
import type {RuleContext} from './rule.ts';
import {runStage, type Fired} from './run-stage.ts';
import {STAGES_AFTER_PRUNING, STAGES_BEFORE_PRUNING} from './stages.ts';

/** A plan with the same rows and columns, without applies, that is cheaper to run. `trace` gets the rules that fired. */
export function optimize(plan: LogicalPlan, context: RuleContext, trace?: Fired[]): LogicalPlan {
  const before = STAGES_BEFORE_PRUNING.reduce((p, stage) => runStage(stage, p, context, trace), plan);
  return STAGES_AFTER_PRUNING.reduce((p, stage) => runStage(stage, p, context, trace), pruneColumns(before));
}

/** Only what lowering cannot do without: no applies, no composed aggregates. For comparison with the optimised plan. */
export function decorrelateOnly(plan: LogicalPlan): LogicalPlan {
  const needed = STAGES_BEFORE_PRUNING.filter(s => s.name === 'decorrelate' || s.name === 'aggregates');
  return needed.reduce((p, stage) => runStage(stage, p, {}), plan);
}
