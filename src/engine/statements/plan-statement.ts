import {interpret} from '../../codegen/interpret.ts';
import {SQLSTATE} from '../../common/sqlstate.ts';
import type {Query} from '../../parser/ast/query.ts';
import {planQuery, type PlannedQuery} from '../../planner/plan-query.ts';
import type {ResultSink} from '../api.ts';
import type {StatementContext} from './statement-context.ts';

/** Plans a query in its session: names by the search path, constants folded with the session's settings; notices go to the client. */
export function planStatement(query: Query, context: StatementContext, mode: 'ad-hoc' | 'maintained', ttl?: number): PlannedQuery {
  const {session, declaredTypes, out} = context;
  const plan = planQuery(query, {
    catalog: session.catalog,
    searchPath: session.searchPath,
    database: session.database,
    settings: session.textSettings(),
    parameterTypes: declaredTypes,
    mode,
    ttl,
    evaluateConstant: expression => interpret(expression, [], [], session.evaluationContext()),
  });
  for (const {message, fields} of plan.notices) out?.notice({severity: 'NOTICE', code: SQLSTATE.warning, message, fields: fields ?? {}});
  if (out !== undefined) tellMissingColumns(plan.relations, context, out);
  return plan;
}

/** The first statement of a session that reads a stream hears of declared columns that no record had. */
function tellMissingColumns(relations: readonly number[], {session, services}: StatementContext, out: ResultSink): void {
  for (const relation of relations) {
    const missing = services.sourceReports.get(relation)?.missingColumns;
    if (missing === undefined || session.toldMissing.has(relation)) continue;
    session.toldMissing.add(relation);
    const message = `stream "${session.catalog.relation(relation)?.name ?? ''}": ${missing}`;
    out.notice({severity: 'NOTICE', code: SQLSTATE.warning, message, fields: {}});
  }
}
