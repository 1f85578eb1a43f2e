import {interpret} from '../../codegen/interpret.ts';
import {sqlError} from '../../common/sql-error.ts';
import {SQLSTATE} from '../../common/sqlstate.ts';
import type {Delete, Insert, Update} from '../../parser/ast/dml.ts';
import type {BoundDml} from '../../planner/binder/bound-dml.ts';
import {planDml, type PlannedDml} from '../../planner/plan-dml.ts';
import type {ConflictSpec, WriteSpec} from '../dataflow/commands.ts';
import type {QueryFigures} from '../dataflow/operator-figures.ts';
import type {AnalyzedStatement, BoundParameters, StatementOutcome} from './analyzed-statement.ts';
import {ReturnedRows} from './returned-rows.ts';
import {evaluationSettings} from './select.ts';
import type {StatementContext} from './statement-context.ts';

/** INSERT, UPDATE, DELETE: evaluated and checked on the dataflow side; durable before it is acknowledged, unless a block is open. */
export function analyzeDml(statement: Insert | Update | Delete, context: StatementContext): AnalyzedStatement {
  const plan = planWrite(statement, context);
  const {bound} = plan;
  const columns = bound.returning?.columns.map(({name, type, source}) => ({
    name,
    type,
    tableOid: source?.relation,
    columnNumber: source === undefined ? undefined : source.ordinal + 1,
  }));
  return {
    parameterTypes: plan.parameterTypes,
    columns: columns ?? null,
    run: (parameters, formats) => runWrite(bound, plan.source, parameters, formats, context),
  };
}

/** Plans a statement that writes, to run it. Errors: 0A000 where it reads the catalog. */
export function planWrite(statement: Insert | Update | Delete, context: StatementContext): PlannedDml {
  const plan = planDmlInSession(statement, context);
  const {catalog} = context.session;
  if (plan.relations.some(id => catalog.relation(id)?.kind === 'system'))
    throw sqlError('feature_not_supported', 'system relations cannot be read by a statement that writes yet', {
      position: statement.span.start,
    });
  return plan;
}

/** Plans a statement that writes in its session; notices go to the client. */
export function planDmlInSession(statement: Insert | Update | Delete, {session, declaredTypes, out}: StatementContext): PlannedDml {
  const plan = planDml(statement, {
    catalog: session.catalog,
    searchPath: session.searchPath,
    database: session.database,
    settings: session.textSettings(),
    parameterTypes: declaredTypes,
    evaluateConstant: expression => interpret(expression, [], [], session.evaluationContext()),
  });
  for (const {message, fields} of plan.notices) out?.notice({severity: 'NOTICE', code: SQLSTATE.warning, message, fields: fields ?? {}});
  return plan;
}

async function runWrite(
  bound: BoundDml,
  source: WriteSpec['source'],
  parameters: BoundParameters,
  formats: readonly number[],
  context: StatementContext,
): Promise<StatementOutcome> {
  const tag = bound.kind === 'insert' ? 'INSERT 0' : bound.kind.toUpperCase();
  const {count, rows} = await write({bound, source, parameters, formats}, context);
  if (bound.returning === undefined) return {kind: 'command', tag: `${tag} ${count}`};
  return {kind: 'rows', cursor: await rows.cursor(), tag: () => `${tag} ${count}`};
}

export type Write = {
  readonly bound: BoundDml;
  readonly source: WriteSpec['source'];
  readonly parameters: BoundParameters;
  readonly formats: readonly number[];
  /** What the operators of its source do is asked for. */
  readonly analyze?: boolean;
};

/** Does the write in the session's transaction; `rows` brings what RETURNING says. */
export async function write(
  {bound, source, parameters, formats, analyze}: Write,
  context: StatementContext,
): Promise<{count: number; rows: ReturnedRows; figures: QueryFigures | undefined}> {
  const {session, services} = context;
  const transaction = session.begun();
  transaction.assertWritable(bound.kind.toUpperCase());
  const block = await session.onDataflow();
  if (block !== 0) transaction.wrote = true;
  const rows = new ReturnedRows(services.dataflow);
  const spec: WriteSpec = {
    query: rows.query,
    session: block,
    relation: bound.relation,
    operation: bound.kind,
    source,
    parameters: parameters.datums(),
    conflict: bound.kind === 'insert' ? conflictSpec(bound.onConflict) : undefined,
    returning: bound.returning === undefined ? undefined : {expressions: bound.returning.expressions, formats},
    analyze,
    settings: evaluationSettings(context),
  };
  try {
    const sent = services.dataflow.send({kind: 'write', write: spec});
    const {
      affected = 0,
      journalPosition,
      data,
    } = await session.cancellable(sent, () => services.dataflow.post({kind: 'close-query', query: rows.query}));
    if (journalPosition !== undefined) await services.durable(journalPosition);
    if (bound.returning === undefined) rows.close();
    return {count: affected, rows, figures: data as QueryFigures | undefined};
  } catch (error) {
    rows.close();
    throw error;
  }
}

function conflictSpec(conflict: (BoundDml & {kind: 'insert'})['onConflict']): ConflictSpec | undefined {
  if (conflict === undefined) return undefined;
  return conflict.action === 'nothing'
    ? {action: 'nothing', assignments: []}
    : {action: 'update', assignments: conflict.row, where: conflict.where};
}
