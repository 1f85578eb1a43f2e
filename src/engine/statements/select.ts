import {columnAt} from '../../catalog/relation.ts';
import type {Query} from '../../parser/ast/query.ts';
import type {PlannedQuery} from '../../planner/plan-query.ts';
import type {PointLookup} from '../../planner/point-lookup.ts';
import type {EvaluationSettings, QuerySpec} from '../dataflow/commands.ts';
import type {ResultSink} from '../api.ts';
import type {AnalyzedStatement, BoundParameters, ResultColumn, StatementOutcome} from './analyzed-statement.ts';
import {LookupCursor} from './lookup-cursor.ts';
import {planStatement} from './plan-statement.ts';
import {QueryCursor} from './query-cursor.ts';
import type {StatementContext} from './statement-context.ts';
import {externalStreams, resolveStreamBounds} from './stream-bounds.ts';
import {awaitRecency} from './recency.ts';
import {needsNoDataflow, runSystemQuery, withSystemRows} from './system-query.ts';

/** SELECT, VALUES, TABLE: a point lookup where the plan is one, else a query on the dataflow side, or here when it reads system relations. */
export function analyzeSelect(query: Query, context: StatementContext): AnalyzedStatement {
  const plan = planStatement(query, context, 'ad-hoc');
  const columns = resultColumns(plan);
  const base = {parameterTypes: plan.parameterTypes, columns};
  if (needsNoDataflow(plan, context.session.catalog))
    return {...base, run: (parameters, formats) => runSystemQuery(plan, columns, parameters, formats, context)};
  const lookups = new PreparedLookups(plan, context);
  return {
    ...base,
    release: () => lookups.release(),
    run: async (parameters, formats, out): Promise<StatementOutcome> => {
      const {session, services} = context;
      const transaction = session.begun();
      if (session.settings.isOn('real_time_recency')) await awaitRecency(plan.relations, context);
      const lookup = transaction.isBlock || plan.asksStep ? undefined : lookups.find(formats);
      const cursor =
        lookup !== undefined
          ? new LookupCursor(services.dataflow, lookup, parameters.raw)
          : new QueryCursor(services.dataflow, await querySpec(plan, parameters, formats, context, out));
      return {kind: 'rows', cursor, tag: count => `SELECT ${count}`};
    },
  };
}

/** A query as the dataflow side runs it, in the snapshot of the session's transaction. */
export async function querySpec(
  plan: PlannedQuery,
  parameters: BoundParameters,
  formats: readonly number[],
  context: StatementContext,
  out: ResultSink,
): Promise<Omit<QuerySpec, 'query' | 'credit'>> {
  const {session} = context;
  const block = session.begun().isBlock ? await session.onDataflow() : 0;
  const external = externalStreams(plan.relations, session.catalog);
  const streams = external.length === 0 ? undefined : await resolveStreamBounds(external, block, context, out);
  const isMixed = plan.relations.some(id => session.catalog.relation(id)?.kind === 'system');
  return {
    session: block,
    ...(isMixed ? await withSystemRows(plan, context) : {plan: plan.dataflow}),
    parameters: parameters.datums(),
    formats,
    settings: evaluationSettings(context),
    streams,
  };
}

export function resultColumns(plan: PlannedQuery): readonly ResultColumn[] {
  return plan.columns.map(({name, type, source}) => ({
    name,
    type,
    tableOid: source?.relation,
    columnNumber: source === undefined ? undefined : source.ordinal + 1,
  }));
}

/** What expressions on the dataflow side may ask of the session. */
export function evaluationSettings({session}: StatementContext): EvaluationSettings {
  const {now, statementTime, timeZone} = session.evaluationContext();
  return {timeZone, now, statementTime, session: {}};
}

/** The lookups of a statement that were prepared on the dataflow side, one for each list of result formats. */
class PreparedLookups {
  readonly #plan: PlannedQuery;
  readonly #context: StatementContext;
  readonly #byFormats = new Map<string, number>();
  /** The one found last: clients rarely change formats. */
  #last: {readonly formats: readonly number[]; readonly lookup: number} | undefined;

  constructor(plan: PlannedQuery, context: StatementContext) {
    this.#plan = plan;
    this.#context = context;
  }

  /** The number of the lookup, or undefined when the plan is none. */
  find(formats: readonly number[]): number | undefined {
    const {pointLookup} = this.#plan;
    if (pointLookup === undefined) return undefined;
    if (this.#last?.formats === formats) return this.#last.lookup;
    const key = formats.join();
    const lookup = this.#byFormats.get(key) ?? this.#prepare(pointLookup, formats);
    this.#byFormats.set(key, lookup);
    this.#last = {formats, lookup};
    return lookup;
  }

  #prepare(pointLookup: PointLookup, formats: readonly number[]): number {
    const relation = this.#context.session.catalog.relation(pointLookup.relation)!;
    const lookup = nextLookup++;
    this.#context.services.dataflow.post({
      kind: 'prepare-lookup',
      lookup: {
        relation: pointLookup.relation,
        columns: pointLookup.columns,
        columnTypes: pointLookup.columns.map(c => columnAt(relation, c)!.type),
        key: pointLookup.keyExpressions,
        predicates: pointLookup.predicates,
        projections: pointLookup.projections,
        lookup,
        parameterTypes: this.#plan.parameterTypes,
        formats,
        settings: evaluationSettings(this.#context),
      },
    });
    return lookup;
  }

  release(): void {
    for (const lookup of this.#byFormats.values()) this.#context.services.dataflow.post({kind: 'forget-lookup', lookup});
    this.#byFormats.clear();
    this.#last = undefined;
  }
}

let nextLookup = 1;
