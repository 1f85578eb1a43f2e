import {explainCodegen} from '../../codegen/compile-map.ts';
import {sqlError} from '../../common/sql-error.ts';
import {compileMapOf} from '../../dataflow-builder/build-map.ts';
import type {Explain} from '../../parser/ast/session.ts';
import {dataflowInputs} from '../../planner/dataflow/dataflow-inputs.ts';
import {explainDataflow} from '../../planner/dataflow/explain-dataflow.ts';
import type {DataflowPlan} from '../../planner/dataflow/dataflow-plan.ts';
import {explainLogical} from '../../planner/logical/explain-logical.ts';
import type {LogicalPlan} from '../../planner/logical/logical-plan.ts';
import {T} from '../../types/sql-type.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {rowsStatement} from './datum-rows.ts';
import {planDmlInSession} from './dml.ts';
import {planStatement} from './plan-statement.ts';
import {optionRecord} from './option-text.ts';
import type {StatementContext} from './statement-context.ts';
import {viewTtl} from './view-ttl.ts';

const STAGES = ['logical', 'optimized', 'dataflow', 'codegen'] as const;
type Stage = (typeof STAGES)[number];
type Plans = {
  readonly mode?: 'maintained' | 'ad-hoc';
  readonly logical: LogicalPlan;
  readonly optimized: LogicalPlan;
  readonly dataflow: DataflowPlan;
};

/** EXPLAIN (LOGICAL | OPTIMIZED | DATAFLOW | CODEGEN) statement: one stage of the pipeline; the dataflow if none is named. */
export function analyzeExplain(statement: Explain, context: StatementContext): AnalyzedStatement {
  const keys = statement.options.map(option => option.key.toLowerCase());
  if (keys.includes('analyze'))
    throw sqlError('feature_not_supported', 'EXPLAIN ANALYZE is not supported yet', {position: statement.span.start});
  const stage = STAGES.find(name => keys.includes(name)) ?? 'dataflow';
  const lines = stageText(stage, plansOf(statement, context), context).split('\n');
  const {session} = context;
  return rowsStatement(
    [{name: 'QUERY PLAN', type: T.text}],
    'EXPLAIN',
    () => session.textSettings(),
    () => lines.map(line => [line]),
  );
}

function plansOf({statement}: Explain, context: StatementContext): Plans {
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
      const {bound, optimized, source} = planDmlInSession(statement, context);
      return {logical: bound.source, optimized, dataflow: source};
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

function stageText(stage: Stage, plans: Plans, {session}: StatementContext): string {
  switch (stage) {
    case 'logical':
    case 'optimized':
      return explainLogical(plans[stage]);
    case 'dataflow':
      return explainDataflow(plans.dataflow, id => session.catalog.relation(id)?.name ?? String(id), plans.mode === 'maintained');
    case 'codegen':
      return kernels(plans.dataflow, session.evaluationContext()).join('\n\n') || '-- no kernels';
  }
}

function kernels(plan: DataflowPlan, evaluation: Parameters<typeof compileMapOf>[1]['evaluation']): string[] {
  const own = plan.kind === 'map' ? [explainCodegen(compileMapOf(plan, {parameters: [], evaluation}))] : [];
  return [...own, ...dataflowInputs(plan).flatMap(input => kernels(input, evaluation))];
}
