import type {View} from '../../catalog/relation.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {CreateView} from '../../parser/ast/ddl.ts';
import {bindViewColumns} from '../../planner/binder/bind-columns.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import {targetOf} from './name-scope.ts';
import {planStatement} from './plan-statement.ts';
import {replaceableView} from './replace-view.ts';
import {skipExisting} from './skip-existing.ts';
import {sourceText} from './source-text.ts';
import type {StatementContext} from './statement-context.ts';

/** CREATE VIEW: a stored query, opened wherever the view is named. */
export function analyzeCreateView(statement: CreateView, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  const {temporary, recursive, checkOption, span} = statement;
  if (temporary || recursive || checkOption !== undefined) {
    const what = temporary ? 'temporary views are' : recursive ? 'recursive views are' : 'WITH CHECK OPTION is';
    throw sqlError('feature_not_supported', `${what} not supported`, {position: span.start});
  }
  return commandStatement(async out => {
    const transaction = session.begun();
    transaction.assertWritable('CREATE VIEW');
    const target = targetOf(statement.name, context);
    if (statement.ifNotExists && skipExisting(session.catalog, target, out)) return 'CREATE VIEW';
    const plan = planStatement(statement.query, {...context, out}, 'ad-hoc');
    if (plan.parameterTypes.length > 0) throw sqlError('undefined_parameter', 'there is no parameter $1', {position: span.start});
    const columns = bindViewColumns(plan.columns, statement.columns);
    const replaced = statement.orReplace ? replaceableView({target, columns, dependencies: plan.dependencies}, context) : undefined;
    const view: View = {
      kind: 'view',
      id: replaced?.id ?? session.newIds(1),
      ...target,
      columns,
      dependsOn: plan.dependencies,
      query: sourceText(context, statement.query.span),
      searchPath: session.searchPath,
    };
    transaction.change(session.catalog.withObject(view), [{kind: 'put', object: view}], []);
    return 'CREATE VIEW';
  });
}
