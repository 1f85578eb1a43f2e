import {mapInputs} from '../logical/map-inputs.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {pruneColumns} from './prune-columns.ts';
import type {RuleContext, Stage} from './rule.ts';
import {decorrelate} from './rules/decorrelate.ts';
import {runStage, type Fired} from './run-stage.ts';
import {AFTER_PRUNING, BEFORE_PRUNING, FOLDING, INDISPENSABLE, SUBQUERIES} from './stages.ts';

type Run = (stages: readonly Stage[], plan: LogicalPlan) => LogicalPlan;

/** A plan with the same rows and columns, without applies, that is cheaper to run. `trace` gets the rules that fired. */
export function optimize(plan: LogicalPlan, context: RuleContext, trace?: Fired[]): LogicalPlan {
  const run: Run = (stages, p) => stages.reduce((q, stage) => runStage(stage, q, context, trace), p);
  const unnested = unnestSubqueries(run(FOLDING, plan), p => run(SUBQUERIES, p));
  return run(AFTER_PRUNING, pruneColumns(run(BEFORE_PRUNING, unnested)));
}

/** Only what lowering cannot do without, for comparison with the optimised plan. */
export function unoptimized(plan: LogicalPlan): LogicalPlan {
  const run: Run = (stages, p) => stages.reduce((q, stage) => runStage(stage, q, {}), p);
  const stage: Stage = {name: 'decorrelate', order: 'bottom-up', rules: [decorrelate]};
  return run(
    INDISPENSABLE,
    unnestSubqueries(plan, p => run([stage], p)),
  );
}

/** Rids a plan of applies, the innermost subqueries first. */
function unnestSubqueries(plan: LogicalPlan, unnest: (plan: LogicalPlan) => LogicalPlan): LogicalPlan {
  return unnest(withUnnestedRights(plan, unnest));
}

function withUnnestedRights(plan: LogicalPlan, unnest: (plan: LogicalPlan) => LogicalPlan): LogicalPlan {
  if (plan.kind !== 'apply') return mapInputs(plan, input => withUnnestedRights(input, unnest));
  return {...plan, left: withUnnestedRights(plan.left, unnest), right: unnestSubqueries(plan.right, unnest)};
}
