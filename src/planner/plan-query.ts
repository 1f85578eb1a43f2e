import {toSqlError} from '../common/sql-error.ts';
import type {Catalog} from '../catalog/catalog.ts';
import type {ColumnTimes} from '../catalog/column-time.ts';
import type {DeterminedColumns, MaterializedView} from '../catalog/relation.ts';
import type {Query} from '../parser/ast/query.ts';
import {parseStatements} from '../parser/parse-statements.ts';
import type {SqlType} from '../types/sql-type.ts';
import {bindQuery, statementContext} from './binder/bind-query.ts';
import {withoutOrder} from './binder/bind-subquery.ts';
import type {BoundQuery, OutputColumn} from './binder/bound-query.ts';
import {TOP_LEVEL} from './binder/environment.ts';
import type {BinderNotice, BinderOptions, StatementContext} from './binder/statement-context.ts';
import {visibleColumns} from './binder/visible-columns.ts';
import type {DataflowPlan} from './dataflow/dataflow-plan.ts';
import {lower} from './dataflow/lower.ts';
import {projectNestedFields} from './dataflow/nested-projection.ts';
import type {LogicalPlan} from './logical/logical-plan.ts';
import {refuseUnmaintainable, refuseWaiting} from './maintained-restrictions.ts';
import {optimize} from './optimizer/optimize.ts';
import {isAppendOnly} from './optimizer/properties/append-only.ts';
import {uniqueKeys} from './optimizer/properties/unique-keys.ts';
import {viewDeterminations} from './optimizer/properties/view-determinations.ts';
import type {RuleContext} from './optimizer/rule.ts';
import type {Fired} from './optimizer/run-stage.ts';
import {allowAlike, allowancesOf} from './time/allowances.ts';
import {boundTime, type TimeContext, type TimedPlan} from './time/bound-time.ts';
import {catalogTimes} from './time/catalog-times.ts';
import {unplannableError} from './unplannable.ts';
import {endsByAge, withTtl} from './time/join-ttl.ts';
import {oneLateness} from './time/one-lateness.ts';
import {unboundedJoins} from './time/unbounded-joins.ts';
import {lookUpScans} from './look-up-scans.ts';
import {pointLookup, type PointLookup} from './point-lookup.ts';

export type PlanOptions = BinderOptions &
  RuleContext & {
    /** Maintained: the query of a materialized view or sink, 0A000 for what cannot be kept up to date. */
    readonly mode: 'ad-hoc' | 'maintained';
    /** Maintained: how long joins keep rows that nothing else bounds, µs. */
    readonly ttl?: number | undefined;
    /** Gets the optimizer's rules as they fire. */
    readonly trace?: Fired[] | undefined;
  };

export type PlannedQuery = {
  readonly logical: LogicalPlan;
  readonly optimized: LogicalPlan;
  /** Its first `columns.length` columns are the result; more may follow that only its top node's order needs. */
  readonly dataflow: DataflowPlan;
  readonly columns: readonly OutputColumn[];
  readonly parameterTypes: readonly SqlType[];
  /** Ordinals of result columns that are unique together (empty: at most one row), null when none are known. */
  readonly key: readonly number[] | null;
  readonly appendOnly: boolean;
  /** Of a maintained query: what watermarks say of the result columns. */
  readonly times: ColumnTimes;
  /** Of a maintained query: what declared keys say of the result columns. */
  readonly determined: readonly DeterminedColumns[];
  /** Ids of the relations whose rows are read. */
  readonly relations: readonly number[];
  /** Ids of the relations and types that the text names: what a view made of it depends on. */
  readonly dependencies: readonly number[];
  readonly notices: readonly BinderNotice[];
  /** Asks for the step of its snapshot (millrace_step()). */
  readonly asksStep: boolean;
  readonly pointLookup?: PointLookup | undefined;
};

/** The pipeline of a query: bind, optimise, lower. Errors are PostgreSQL's, with positions. */
export function planQuery(query: Query, options: PlanOptions): PlannedQuery {
  const statement = statementContext(options);
  const bound = bindQuery(query, statement, TOP_LEVEL);
  return planBound(statement, options.mode === 'maintained' ? unordered(statement, bound) : bound, options);
}

/** The rest of the pipeline for a query that is bound already. */
export function planBound(statement: StatementContext, bound: BoundQuery, options: PlanOptions): PlannedQuery {
  const {mode, catalog, trace} = options;
  const parameterTypes = statement.parameters.decided();
  const lowered = (plan: LogicalPlan) => projectNestedFields(lower(plan), id => isDecoded(catalog, id));
  const context = {
    ...catalogTimes(catalog, view => planView(view, options)),
    emitPosition: statement.features.find(f => f.kind === 'emit-on-close')?.position,
  };
  const timesOf = mode === 'maintained' ? (plan: LogicalPlan) => boundTime(lowered(plan), context).times : undefined;
  const optimized = optimize(bound.plan, {...options, timesOf}, trace);
  if (mode === 'maintained') refuseUnmaintainable(optimized, statement.features);
  else refuseWaiting(optimized);
  const dataflow = lowered(optimized);
  const timed =
    mode === 'maintained' ? bounded(dataflow, context, catalog, options.ttl) : {plan: lookUpScans(dataflow, catalog), times: []};
  if (mode === 'maintained') statement.notices.push(...unboundedNotices(timed.plan, catalog));
  if (options.ttl !== undefined && !endsByAge(timed.plan))
    statement.notices.push({message: 'ttl has no effect: no join of the view keeps rows for ever'});
  return {
    logical: bound.plan,
    optimized,
    dataflow: timed.plan,
    times: timed.times.slice(0, bound.columns.length),
    determined: mode === 'maintained' ? viewDeterminations(optimized, bound.columns.length) : [],
    columns: bound.columns,
    parameterTypes,
    key: keyOf(optimized, bound.columns.length),
    appendOnly: isAppendOnly(optimized),
    relations: [...statement.relationsRead],
    dependencies: [...statement.relationsNamed, ...statement.typesNamed],
    notices: statement.notices,
    asksStep: statement.features.some(({what}) => what === 'millrace_step'),
    pointLookup: mode === 'ad-hoc' ? pointLookup(optimized, catalog) : undefined,
  };
}

/** What time does to a maintained plan. */
function bounded(lowered: DataflowPlan, context: TimeContext, catalog: Catalog, ttl: number | undefined): TimedPlan {
  const timed = boundTime(lowered, context);
  const allowances = allowancesOf(timed.plan);
  const {plan, times} = allowAlike(timed, allowances);
  const allowanceOf = (stream: number) => allowances.get(stream) ?? streamAllowance(stream, catalog);
  const alike = oneLateness(plan, {originOf: context.originOf, allowanceOf});
  return {times, plan: ttl === undefined ? alike : withTtl(alike, ttl)};
}

/** A materialized view as it is maintained. Errors: 55000 for one that this version cannot plan. */
function planView({name, query, searchPath}: MaterializedView, {catalog, database, evaluateConstant}: PlanOptions): DataflowPlan {
  try {
    const [parsed] = parseStatements(query);
    if (parsed?.statement.kind !== 'query') throw new Error('internal error: a view holds no query');
    return planQuery(parsed.statement, {catalog, database, evaluateConstant, searchPath, mode: 'maintained'}).dataflow;
  } catch (error) {
    throw unplannableError(name, {kind: 'materialized view', reason: toSqlError(error).message});
  }
}

function streamAllowance(id: number, catalog: Catalog): number {
  const relation = catalog.relation(id);
  return relation?.kind === 'stream' ? (relation.time?.allowedLateness ?? 0) : 0;
}

/** What a view keeps for ever is said when it is created. */
function unboundedNotices(plan: DataflowPlan, catalog: Catalog): readonly BinderNotice[] {
  return unboundedJoins(plan).map(({sides}) => {
    const names = (relations: readonly number[]) => relations.map(id => catalog.relation(id)?.name ?? '').join(', ');
    const kept = sides.map(({relations, bytes}) => `every row of ${names(relations)} (about ${bytes} bytes each)`);
    return {
      message: `nothing bounds the state of this join: it keeps ${kept.join(' and ')}`,
      fields: {
        hint: "Declare WATERMARK FOR a time column and compare the times of both sides in ON, join windows of equal ends, or give the view a ttl: WITH (ttl = '1 day').",
      },
    };
  });
}

/** Streams are decoded as they are read: a field costs less than the whole value. */
function isDecoded(catalog: Catalog, id: number): boolean {
  const relation = catalog.relation(id);
  return relation?.kind === 'stream' && relation.connector !== 'embedded';
}

/** A view is a set of rows: its ORDER BY has no meaning and is dropped with a notice. */
function unordered(statement: StatementContext, bound: BoundQuery): BoundQuery {
  const plan = withoutOrder(bound.plan);
  if (plan === bound.plan) return bound;
  const position = statement.features.findLast(f => f.kind === 'order-by')?.position;
  statement.notices.push({
    message: 'ORDER BY has no effect in a maintained view',
    fields: {position, hint: 'Order the rows in the SELECT that reads the view.'},
  });
  return {...bound, plan: visibleColumns({...bound, plan})};
}

/** The shortest key among the result columns. */
function keyOf(plan: LogicalPlan, width: number): readonly number[] | null {
  const keys = uniqueKeys(plan).filter(key => key.every(i => i < width));
  const [shortest] = [...keys].sort((a, b) => a.length - b.length);
  return shortest === undefined ? null : [...new Set(shortest)].sort((a, b) => a - b);
}
