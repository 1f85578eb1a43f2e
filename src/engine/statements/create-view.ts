import type {Column} from '../../catalog/column.ts';
import type {View} from '../../catalog/relation.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {CreateView} from '../../parser/ast/ddl.ts';
import {bindViewColumns} from '../../planner/binder/bind-columns.ts';
import {formatType} from '../../types/format-type.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import {targetOf} from './name-scope.ts';
import {planStatement} from './plan-statement.ts';
import {skipExisting} from './skip-existing.ts';
import type {StatementContext} from './statement-context.ts';

/** CREATE VIEW: a stored query, opened wherever the view is named. */
export function analyzeCreateView(statement: CreateView, context: StatementContext): AnalyzedStatement {
  const {session, text, start} = context;
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
    const {span: query} = statement.query;
    const replaced = statement.orReplace ? replaceable(target, columns, context) : undefined;
    const view: View = {
      kind: 'view',
      id: replaced?.id ?? session.newIds(1),
      ...target,
      columns,
      dependsOn: plan.dependencies,
      query: text.slice(query.start - start, query.end - start),
      searchPath: session.searchPath,
    };
    transaction.change(session.catalog.withObject(view), [{kind: 'put', object: view}], []);
    return 'CREATE VIEW';
  });
}

/** The view that OR REPLACE replaces. Its columns stay; new ones may follow. Errors: 42809, 42P16. */
function replaceable(
  {schema, name}: {schema: string; name: string},
  columns: readonly Column[],
  {session}: StatementContext,
): View | undefined {
  const old = session.catalog.named(schema, name);
  if (old === undefined) return undefined;
  if (old.kind !== 'view') throw sqlError('wrong_object_type', `"${name}" is not a view`);
  if (columns.length < old.columns.length) throw sqlError('invalid_table_definition', 'cannot drop columns from view');
  for (const [i, column] of old.columns.entries()) {
    const now = columns[i]!;
    if (now.name !== column.name)
      throw sqlError('invalid_table_definition', `cannot change name of view column "${column.name}" to "${now.name}"`, {
        hint: 'Drop the view and create it anew.',
      });
    const [before, after] = [formatType(column.type), formatType(now.type)];
    if (before !== after)
      throw sqlError('invalid_table_definition', `cannot change data type of view column "${column.name}" from ${before} to ${after}`);
  }
  return old;
}
