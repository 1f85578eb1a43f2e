import {errorRelation} from '../../catalog/error-relation.ts';
import type {ErrorRelation, MaterializedView} from '../../catalog/relation.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {CreateMaterializedView} from '../../parser/ast/ddl.ts';
import type {PlannedQuery} from '../../planner/plan-query.ts';
import type {ViewSpec} from '../dataflow/commands.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {hasLateGate} from '../../planner/time/late-gate.ts';
import {commandStatement} from './datum-rows.ts';
import {targetOf} from './name-scope.ts';
import {optionRecord} from './option-text.ts';
import type {ResultSink} from '../api.ts';
import {SQLSTATE} from '../../common/sqlstate.ts';
import type {DataflowStatus} from '../dataflow/status.ts';
import {planMaintained} from './plan-maintained.ts';
import {skipExisting} from './skip-existing.ts';
import {sourceText} from './source-text.ts';
import type {StatementContext} from './statement-context.ts';
import {viewTtl} from './view-ttl.ts';

/** CREATE MATERIALIZED VIEW: the query as a dataflow that is kept up to date. */
export function analyzeCreateMaterializedView(statement: CreateMaterializedView, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  return commandStatement(async out => {
    const transaction = session.begun();
    transaction.assertWritable('CREATE MATERIALIZED VIEW');
    const target = targetOf(statement.name, context);
    if (statement.ifNotExists && skipExisting(session.catalog, target, out)) return 'CREATE MATERIALIZED VIEW';
    if (statement.orReplace)
      throw sqlError('feature_not_supported', 'OR REPLACE is not supported for materialized views yet', {position: statement.span.start});
    const options = optionRecord(statement.options);
    const plan = await planMaintained(statement.query, {...context, out}, viewTtl(options));
    await noticeDropped(plan.dependencies, context, out);
    const hasLate = hasLateGate(plan.dataflow);
    const id = session.newIds(hasLate ? 3 : 2);
    const view: MaterializedView = {
      kind: 'materialized-view',
      id,
      ...target,
      columns: nameColumns(plan, statement),
      dependsOn: plan.dependencies,
      query: sourceText(context, statement.query.span),
      searchPath: session.searchPath,
      key: plan.key,
      appendOnly: plan.appendOnly,
      onErrorFail: statement.onErrorFail,
      options,
      times: plan.times.some(t => t !== null) ? plan.times : undefined,
      determined: plan.determined.length > 0 ? plan.determined : undefined,
    };
    const own = [errorRelation(view, 'view-errors', id + 1)];
    if (hasLate) own.push(errorRelation(view, 'view-late', id + 2));
    transaction.change(
      own.reduce((catalog, object) => catalog.withObject(object), session.catalog.withObject(view)),
      [view, ...own].map(object => ({kind: 'put', object})),
      [{kind: 'add-view', view: viewSpec(view, own, plan)}],
    );
    return 'CREATE MATERIALIZED VIEW';
  });
}

/** A view begins with what retention has left of the streams that it reads, and says so. */
async function noticeDropped(relations: readonly number[], {session, services}: StatementContext, out: ResultSink): Promise<void> {
  const retained = relations.flatMap(id => {
    const relation = session.catalog.relation(id);
    return relation?.kind === 'stream' && relation.options['retention'] !== undefined ? [relation] : [];
  });
  if (retained.length === 0) return;
  const {logs} = (await services.dataflow.send({kind: 'status', session: 0})).data as DataflowStatus;
  for (const {id, name} of retained) {
    const [dropped] = logs.find(log => log.relation === id)?.dropped ?? [];
    if (dropped === undefined) continue;
    const message = `stream "${name}" begins at offset ${dropped.last + 1}: retention has dropped ${dropped.rows} older rows`;
    out.notice({severity: 'NOTICE', code: SQLSTATE.warning, message, fields: {}});
  }
}

/** What the dataflow side needs to know of a view; `own` are its `$errors` and `$late`. */
export function viewSpec(view: MaterializedView, own: readonly ErrorRelation[], plan: PlannedQuery): ViewSpec {
  return {
    relation: view.id,
    name: view.name,
    plan: plan.dataflow,
    columns: view.columns.map(c => c.name),
    key: plan.key,
    appendOnly: plan.appendOnly,
    errors: own.find(o => o.variety === 'view-errors')!.id,
    late: own.find(o => o.variety === 'view-late')?.id,
    failOnError: view.onErrorFail,
  };
}

function nameColumns(plan: PlannedQuery, {columns, name}: CreateMaterializedView): MaterializedView['columns'] {
  if (columns.length > plan.columns.length)
    throw sqlError('syntax_error', 'too many column names were specified', {position: name.span.start});
  const names = plan.columns.map((column, i) => columns[i]?.name ?? column.name);
  const twice = names.find((n, i) => names.indexOf(n) !== i);
  if (twice !== undefined)
    throw sqlError('duplicate_column', `column "${twice}" specified more than once`, {
      position: name.span.start,
      hint: 'Give the columns names of their own.',
    });
  return plan.columns.map(({type}, i) => ({
    name: names[i]!,
    type: type.kind === 'unknown' ? ({kind: 'text'} as const) : type,
    notNull: false,
  }));
}
