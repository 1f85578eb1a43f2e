import type {Sink} from '../../catalog/relation.ts';
import {requireRelation} from '../../catalog/resolve-name.ts';
import {qualifiedName} from '../../catalog/system/quote-identifier.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {CreateSink} from '../../parser/ast/ddl.ts';
import type {Query} from '../../parser/ast/query.ts';
import {parseStatements} from '../../parser/parse-statements.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import {nameScope, partsOf, targetOf} from './name-scope.ts';
import {optionRecord} from './option-text.ts';
import {planMaintained} from './plan-maintained.ts';
import {skipExisting} from './skip-existing.ts';
import {sourceText} from './source-text.ts';
import type {StatementContext} from './statement-context.ts';

/** CREATE SINK … FROM relation | AS query: only the blackhole, which counts and drops. */
export function analyzeCreateSink(statement: CreateSink, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  return commandStatement(async out => {
    const transaction = session.begun();
    transaction.assertWritable('CREATE SINK');
    const target = targetOf(statement.name, context);
    if (statement.ifNotExists && skipExisting(session.catalog, target, out)) return 'CREATE SINK';
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
  if (query !== undefined) return {query, text: sourceText(context, query.span)};
  if (from === undefined) throw sqlError('syntax_error', 'a sink needs FROM or AS', {position: span.start});
  const relation = requireRelation(nameScope(context), partsOf(from), from.span.start);
  const select = `SELECT * FROM ${qualifiedName(relation)}`;
  return {query: parseStatements(select)[0]!.statement as Query, text: select};
}
