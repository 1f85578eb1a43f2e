import type {Table} from '../../catalog/relation.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {CreateTable} from '../../parser/ast/ddl.ts';
import {bindColumns, bindViewColumns, type DeclaredColumns} from '../../planner/binder/bind-columns.ts';
import type {PlannedQuery} from '../../planner/plan-query.ts';
import type {TableSpec} from '../dataflow/commands.ts';
import {NO_PARAMETERS} from '../sessions/bound-parameters.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import {write} from './dml.ts';
import {binderContext, targetOf} from './name-scope.ts';
import {planStatement} from './plan-statement.ts';
import {skipExisting} from './skip-existing.ts';
import {sourceText} from './source-text.ts';
import type {StatementContext} from './statement-context.ts';

/** CREATE TABLE, and CREATE TABLE AS, which fills the table in the same transaction. */
export function analyzeCreateTable(statement: CreateTable, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  refuseOptions(statement);
  return commandStatement(async out => {
    const transaction = session.begun();
    transaction.assertWritable('CREATE TABLE');
    const target = targetOf(statement.name, context);
    const tag = statement.query === undefined ? 'CREATE TABLE' : 'CREATE TABLE AS';
    if (statement.ifNotExists && skipExisting(session.catalog, target, out)) return tag;
    const plan = statement.query === undefined ? undefined : planStatement(statement.query, {...context, out}, 'ad-hoc');
    const columns = plan === undefined ? declared(statement, context) : queried(statement, plan);
    const table = tableObject(target, columns, session.newIds(columns.primaryKey === undefined ? 1 : 2));
    transaction.change(
      session.catalog.withObject(table),
      [{kind: 'put', object: table}],
      [{kind: 'add-table', relation: tableSpec(table)}],
    );
    if (plan === undefined || !statement.withData) return tag;
    const {dataflow: source} = plan;
    const bound = {kind: 'insert', relation: table.id, width: table.columns.length, source: plan.logical} as const;
    const {count} = await write({bound, source, parameters: NO_PARAMETERS, formats: []}, context);
    return `SELECT ${count}`;
  });
}

function refuseOptions({temporary, orReplace, watermarks, options, formatEncode, star, span}: CreateTable): void {
  const refused = temporary
    ? 'temporary tables are'
    : orReplace
      ? 'OR REPLACE is'
      : watermarks.length > 0 || options.length > 0 || formatEncode !== undefined || star
        ? 'tables over a connector are'
        : undefined;
  const hint = refused === 'tables over a connector are' ? 'Make it a stream, by CREATE STREAM or with APPEND ONLY.' : undefined;
  if (refused !== undefined) throw sqlError('feature_not_supported', `${refused} not supported yet`, {position: span.start, hint});
}

function declared(statement: CreateTable, context: StatementContext): DeclaredColumns {
  const columns = bindColumns(binderContext(context), {
    table: statement.name.parts.at(-1)!.name,
    columns: statement.columns,
    constraints: statement.constraints,
    textAt: span => sourceText(context, span),
  });
  const [unique] = columns.unique;
  if (unique !== undefined)
    throw sqlError('feature_not_supported', 'UNIQUE constraints other than the primary key are not supported yet', {
      position: statement.span.start,
      hint: 'Make the columns the primary key.',
    });
  return columns;
}

function queried(statement: CreateTable, plan: PlannedQuery): DeclaredColumns {
  const names = statement.columns.map(column => column.name);
  return {columns: bindViewColumns(plan.columns, names, 'CREATE TABLE AS'), unique: []};
}

function tableObject(target: {schema: string; name: string}, {columns, primaryKey}: DeclaredColumns, id: number): Table {
  return {
    kind: 'table',
    id,
    ...target,
    columns,
    dependsOn: columns.flatMap(({type}) => (type.kind === 'composite' && type.oid !== undefined ? [type.oid] : [])),
    primaryKey: primaryKey === undefined ? undefined : {id: id + 1, ...primaryKey},
    unique: [],
    appendOnly: false,
  };
}

/** What the dataflow side needs to know of a table. */
export function tableSpec({id, name, columns, primaryKey}: Table): TableSpec {
  return {
    relation: id,
    name,
    columns: columns.map(c => ({name: c.name, type: c.type, notNull: c.notNull})),
    primaryKey: primaryKey?.columns ?? [],
    primaryKeyName: primaryKey?.name ?? '',
  };
}
