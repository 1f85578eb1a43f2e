import {randomBytes} from 'node:crypto';
import {errorRelation} from '../../catalog/error-relation.ts';
import type {ErrorRelation, Sink} from '../../catalog/relation.ts';
import {requireRelation} from '../../catalog/resolve-name.ts';
import {qualifiedName} from '../../catalog/system/quote-identifier.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {CreateSink} from '../../parser/ast/ddl.ts';
import type {Query} from '../../parser/ast/query.ts';
import {parseStatements} from '../../parser/parse-statements.ts';
import type {PlannedQuery} from '../../planner/plan-query.ts';
import {hasLateGate} from '../../planner/time/late-gate.ts';
import type {RelationChange} from '../dataflow/commands.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement} from './datum-rows.ts';
import {nameScope, partsOf, targetOf} from './name-scope.ts';
import {optionRecord} from './option-text.ts';
import {planMaintained} from './plan-maintained.ts';
import {sinkConnector} from './sink-connectors.ts';
import {skipExisting} from './skip-existing.ts';
import {sourceText} from './source-text.ts';
import type {StatementContext} from './statement-context.ts';

/** CREATE SINK … FROM relation | AS query: the rows of a query, counted and dropped, or delivered somewhere. */
export function analyzeCreateSink(statement: CreateSink, context: StatementContext): AnalyzedStatement {
  const {session, services} = context;
  return commandStatement(async out => {
    const transaction = session.begun();
    transaction.assertWritable('CREATE SINK');
    const target = targetOf(statement.name, context);
    if (statement.ifNotExists && skipExisting(session.catalog, target, out)) return 'CREATE SINK';
    const options = optionRecord(statement.options);
    const connector = options['connector'] ?? '';
    sinkConnector(connector, statement.span.start);
    if (statement.formatEncode !== undefined)
      throw sqlError('feature_not_supported', 'FORMAT … ENCODE is not supported for sinks', {
        position: statement.formatEncode.span.start,
        hint: "Write WITH (…, format = 'csv').",
      });
    const source = sinkQuery(statement, context);
    const plan = await planMaintained(source.query, {...context, out});
    const delivers = connector !== 'blackhole';
    const hasLate = delivers && hasLateGate(plan.dataflow);
    const id = session.newIds(delivers ? (hasLate ? 3 : 2) : 1);
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
      fileNames: delivers ? randomBytes(4).toString('hex') : undefined,
    };
    const own: ErrorRelation[] = [];
    if (delivers) {
      assertDeliverable(plan, statement);
      own.push(errorRelation(sink, 'view-errors', id + 1));
      if (hasLate) own.push(errorRelation(sink, 'view-late', id + 2));
    }
    const change = addSink(sink, own, plan);
    if (change.kind === 'add-view' && change.view.delivery !== undefined) services.files.assertWritable(change.view.delivery.target.path);
    transaction.change(
      own.reduce((catalog, object) => catalog.withObject(object), session.catalog.withObject(sink)),
      [sink, ...own].map(object => ({kind: 'put', object})),
      [change],
    );
    return 'CREATE SINK';
  });
}

/** What is delivered cannot be taken back. */
function assertDeliverable(plan: PlannedQuery, {name, query}: CreateSink): void {
  if (!plan.appendOnly)
    throw sqlError('feature_not_supported', 'the rows of this sink change after they have appeared; files take rows that stay', {
      position: name.span.start,
      hint: 'For windows of time, add EMIT ON WINDOW CLOSE to the query; otherwise select from streams or append-only views without aggregates, outer joins and limits.',
    });
  const names = plan.columns.map(column => column.name);
  const twice = names.find((column, i) => names.indexOf(column) !== i);
  if (twice !== undefined)
    throw sqlError('duplicate_column', `column "${twice}" specified more than once`, {
      position: query?.span.start ?? name.span.start,
      hint: 'Give the columns names of their own.',
    });
}

/** The sink as the dataflow side has to build it; `own` are its `$errors` and `$late`. */
export function addSink(sink: Sink, own: readonly ErrorRelation[], plan: PlannedQuery): RelationChange {
  const {id, name, connector, options} = sink;
  const target = sinkConnector(connector, 0)(sink, plan.columns);
  if (target === undefined) return {kind: 'add-sink', sink: {relation: id, name, plan: plan.dataflow, connector, options}};
  return {
    kind: 'add-view',
    view: {
      relation: id,
      name,
      plan: plan.dataflow,
      columns: plan.columns.map(column => column.name),
      key: null,
      appendOnly: true,
      errors: own.find(o => o.variety === 'view-errors')!.id,
      late: own.find(o => o.variety === 'view-late')?.id,
      failOnError: false,
      delivery: {target},
    },
  };
}

function sinkQuery({from, query, span}: CreateSink, context: StatementContext): {query: Query; text: string} {
  if (query !== undefined) return {query, text: sourceText(context, query.span)};
  if (from === undefined) throw sqlError('syntax_error', 'a sink needs FROM or AS', {position: span.start});
  const relation = requireRelation(nameScope(context), partsOf(from), from.span.start);
  const select = `SELECT * FROM ${qualifiedName(relation)}`;
  return {query: parseStatements(select)[0]!.statement as Query, text: select};
}
