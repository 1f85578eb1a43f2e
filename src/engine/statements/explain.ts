import {explainCodegen} from '../../codegen/compile-map.ts';
import {sqlError} from '../../common/sql-error.ts';
import {compileMapOf} from '../../dataflow-builder/build-map.ts';
import type {Explain, Explainable, RunningDataflow} from '../../parser/ast/session.ts';
import {dataflowInputs} from '../../planner/dataflow/dataflow-inputs.ts';
import type {PlanNames} from '../../planner/dataflow/explain-dataflow.ts';
import type {DataflowPlan} from '../../planner/dataflow/dataflow-plan.ts';
import {explainLogical} from '../../planner/logical/explain-logical.ts';
import type {LogicalPlan} from '../../planner/logical/logical-plan.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {planDmlInSession} from './dml.ts';
import {analyzeExplainedQuery, analyzeExplainedWrite} from './explain-analyze.ts';
import {explainOptions, type ExplainOptions, type Stage} from './explain-options.ts';
import {analyzeExplainedDataflow} from './explain-running.ts';
import {durationLines, durationsJson, explanation} from './explanation.ts';
import {planJson} from './plan-json.ts';
import {planLines} from './plan-lines.ts';
import {planStatement} from './plan-statement.ts';
import {planTree} from './plan-tree.ts';
import {optionRecord} from './option-text.ts';
import type {StatementContext} from './statement-context.ts';
import {viewTtl} from './view-ttl.ts';

type Plans = {
  readonly mode?: 'maintained' | 'ad-hoc';
  readonly logical: LogicalPlan;
  readonly optimized: LogicalPlan;
  readonly dataflow: DataflowPlan;
  readonly parameterTypes?: readonly SqlType[];
};

/**
 * EXPLAIN (LOGICAL | OPTIMIZED | DATAFLOW | CODEGEN) statement: one stage of the pipeline; the dataflow if none is named. With ANALYZE the
 * statement is run.
 */
export function analyzeExplain(explain: Explain, context: StatementContext): AnalyzedStatement {
  const options = explainOptions(explain.options);
  const {statement} = explain;
  if (statement.kind === 'running-dataflow') return analyzeExplainedDataflow(statement, options, context);
  if (options.analyze) return analyzeExplained(statement, options, context);
  const began = performance.now();
  const plans = plansOf(statement, context);
  const durations = {planningMs: performance.now() - began};
  return explanation(options, plans.parameterTypes ?? [], context, () => {
    if (options.format === 'text') {
      const lines = stageText(options.stage, plans, context).split('\n');
      return {lines: [...lines, ...(options.summary ? durationLines(durations) : [])]};
    }
    const tree = planTree(plans.dataflow, planNames(plans, context));
    const json = planJson(tree, {time: false, rows: false, state: false});
    return {json: {Plan: json, ...(options.summary ? durationsJson(durations) : {})}};
  });
}

function analyzeExplained(
  statement: Exclude<Explainable, RunningDataflow>,
  options: ExplainOptions,
  context: StatementContext,
): AnalyzedStatement {
  switch (statement.kind) {
    case 'query':
      return analyzeExplainedQuery(statement, options, context);
    case 'insert':
    case 'update':
    case 'delete':
      return analyzeExplainedWrite(statement, options, context);
    default:
      throw sqlError('feature_not_supported', `EXPLAIN ANALYZE of ${statement.kind.replaceAll('-', ' ')} is not supported`, {
        position: statement.span.start,
        hint: 'EXPLAIN ANALYZE MATERIALIZED VIEW v shows what the operators of a view do that exists.',
      });
  }
}

function plansOf(statement: Exclude<Explainable, RunningDataflow>, context: StatementContext): Plans {
  switch (statement.kind) {
    case 'query':
      return planStatement(statement, context, 'ad-hoc');
    case 'create-materialized-view':
      return {...planStatement(statement.query, context, 'maintained', viewTtl(optionRecord(statement.options))), mode: 'maintained'};
    case 'create-view':
      return planStatement(statement.query, context, 'ad-hoc');
    case 'insert':
    case 'update':
    case 'delete': {
      const {bound, optimized, source, parameterTypes} = planDmlInSession(statement, context);
      return {logical: bound.source, optimized, dataflow: source, parameterTypes};
    }
    default: {
      const query = 'query' in statement ? statement.query : undefined;
      if (query?.kind === 'query') return planStatement(query, context, statement.kind === 'create-sink' ? 'maintained' : 'ad-hoc');
      throw sqlError('feature_not_supported', `EXPLAIN of ${statement.kind.replaceAll('-', ' ')} is not supported`, {
        position: statement.span.start,
      });
    }
  }
}

const planNames = ({mode}: Plans, {session}: StatementContext): PlanNames => ({
  relationName: id => session.catalog.relation(id)?.name ?? String(id),
  maintained: mode === 'maintained',
});

function stageText(stage: Stage, plans: Plans, context: StatementContext): string {
  switch (stage) {
    case 'logical':
    case 'optimized':
      return explainLogical(plans[stage]);
    case 'dataflow':
      return planLines(planTree(plans.dataflow, planNames(plans, context)), {time: false, rows: false, state: false}).join('\n');
    case 'codegen':
      return kernels(plans.dataflow, context.session.evaluationContext()).join('\n\n') || '-- no kernels';
  }
}

function kernels(plan: DataflowPlan, evaluation: Parameters<typeof compileMapOf>[1]['evaluation']): string[] {
  const own = plan.kind === 'map' ? [explainCodegen(compileMapOf(plan, {parameters: [], evaluation}))] : [];
  return [...own, ...dataflowInputs(plan).flatMap(input => kernels(input, evaluation))];
}
