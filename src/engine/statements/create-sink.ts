import type {Sink} from '../../catalog/relation.ts';
import {creationTarget, requireRelation} from '../../catalog/resolve-name.ts';
import {qualifiedName} from '../../catalog/system/quote-identifier.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {CreateSink} from '../../parser/ast/ddl.ts';
import type {Query} from '../../parser/ast/query.ts';
import {parseStatements} from '../../parser/parse-statements.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import {optionRecord} from './option-text.ts';
import {planMaintained} from './plan-maintained.ts';
import {queryText} from './query-text.ts';
import {skipExisting} from './skip-existing.ts';
import type {StatementContext} from './statement-context.ts';

/** CREATE SINK … FROM relation | AS query: only the blackhole, which counts and drops. */
export function analyzeCreateSink(statement: CreateSink, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  return commandStatement(async out => {
    const transaction = session.begun();
    transaction.assertWritable('CREATE SINK');
    const scope = {catalog: session.catalog, searchPath: session.searchPath, database: session.database};
    const target = creationTarget(
      scope,
      statement.name.parts.map(p => p.name),
      statement.name.span.start,
    );
    if (statement.ifNotExists && skipExisting(scope.catalog, target, out)) return 'CREATE SINK';
    const options = optionRecord(statement.options);
    const connector = options['connector'] ?? '';
    if (connector !== 'blackhole')
      throw sqlError('feature_not_supported', `sink connector "${connector}" is not supported yet`, {
        position: statement.span.start,
        hint: "Supported: connector = 'blackhole'.",
      });
    const source = sinkQuery(statement, context);
    const plan = await planMaintained(source.query, {...context, out});
    const id = session.newIds(1);
    const sink: Sink = {
      kind: 'sink',
      id,
      ...target,
      columns: [],
      dependsOn: plan.dependencies,
      connector,
      options,
      query: source.text,
      searchPath: session.searchPath,
    };
    transaction.change(
      session.catalog.withObject(sink),
      [{kind: 'put', object: sink}],
      [{kind: 'add-sink', sink: {relation: id, name: sink.name, plan: plan.dataflow, connector, options}}],
    );
    return 'CREATE SINK';
  });
}

function sinkQuery({from, query, span}: CreateSink, context: StatementContext): {query: Query; text: string} {
  const {session} = context;
  if (query !== undefined) return {query, text: queryText(context, query)};
  if (from === undefined) throw sqlError('syntax_error', 'a sink needs FROM or AS', {position: span.start});
  const relation = requireRelation(
    {catalog: session.catalog, searchPath: session.searchPath, database: session.database},
    from.parts.map(p => p.name),
    from.span.start,
  );
  const select = `SELECT * FROM ${qualifiedName(relation)}`;
  return {query: parseStatements(select)[0]!.statement as Query, text: select};
}
