import {sqlError} from '../../common/sql-error.ts';
import {unreachable} from '../../common/unreachable.ts';
import type {Query, QueryBody, Select, TableQuery, WithClause} from '../../parser/ast/query.ts';
import type {SortItem} from '../../parser/ast/sort-item.ts';
import {input} from '../expression/build-expression.ts';
import type {LogicalPlan, SortExpression} from '../logical/logical-plan.ts';
import {bindLimit} from './bind-limit.ts';
import {bindSelect} from './bind-select.ts';
import {bindSetOperation} from './bind-set-operation.ts';
import {sortBy} from './bind-sort-item.ts';
import {bindValues} from './bind-values.ts';
import type {BoundQuery, OutputColumn} from './bound-query.ts';
import {emitOnClose} from './emit-on-close.ts';
import {levelOf, type BoundCte, type Environment} from './environment.ts';
import {StatementContext, type BinderOptions} from './statement-context.ts';

/** Resolves all names and types of a query. Errors: PostgreSQL's, with positions. */
export function bindQuery(query: Query, statement: StatementContext, environment: Environment): BoundQuery {
  refuseUnsupported(query);
  const {with: withClause, body, orderBy, span} = query;
  const inside: Environment = withClause === undefined ? environment : {...environment, ctes: bindWith(withClause, statement, environment)};
  const rows =
    body.kind === 'select' ? bindSelect(body, orderBy, statement, inside) : orderOutput(bindBody(body, statement, inside), orderBy);
  const emitsOnClose = query.emit === 'on-window-close';
  if (emitsOnClose) statement.note('emit-on-close', span.start);
  const ordered = emitsOnClose ? {...rows, plan: emitOnClose(rows.plan, span.start)} : rows;
  const [firstSort] = orderBy;
  if (firstSort !== undefined) statement.note('order-by', firstSort.span.start);
  const limit = bindLimit(query.limit, 'LIMIT', statement, inside);
  const offset = bindLimit(query.offset, 'OFFSET', statement, inside);
  if (limit === undefined && offset === undefined) return ordered;
  if (emitsOnClose) refuseLimitedEmission((query.limit ?? query.offset)?.span.start);
  const plan = query.withTies ? limitedWithTies(ordered.plan, limit, offset, span.start) : limited(ordered.plan, limit, offset);
  return {...ordered, plan};
}

/** A context for a new statement. */
export function statementContext(options: BinderOptions): StatementContext {
  return new StatementContext(options, bindQuery);
}

type Limit = ReturnType<typeof bindLimit>;

function limited(plan: LogicalPlan, limit: Limit, offset: Limit): LogicalPlan {
  const isOrdered = plan.kind === 'top' && plan.limit === undefined && plan.offset === undefined && plan.partition.length === 0;
  return isOrdered ? {...plan, limit, offset} : {kind: 'top', input: plan, sort: [], limit, offset, partition: []};
}

/** FETCH FIRST … WITH TIES: the rows whose rank is within the limit, in order. Errors: 42601 without an order, 0A000 with OFFSET. */
function limitedWithTies(plan: LogicalPlan, limit: Limit, offset: Limit, position: number): LogicalPlan {
  if (plan.kind !== 'top' || plan.sort.length === 0) {
    throw sqlError('syntax_error', 'WITH TIES cannot be specified without ORDER BY clause');
  }
  if (offset !== undefined) throw sqlError('feature_not_supported', 'OFFSET with FETCH … WITH TIES is not supported yet', {position});
  if (limit === undefined) return plan;
  return {...plan, input: {...plan, limit, rank: {function: 'rank', output: false}}};
}

function refuseLimitedEmission(position: number | undefined): never {
  throw sqlError(
    'feature_not_supported',
    'EMIT ON WINDOW CLOSE lets every row out once, so that LIMIT and OFFSET, which take rows back, cannot follow',
    {
      position,
      hint: 'Limit each window: row_number() OVER (PARTITION BY window_start, window_end ORDER BY …) <= n; or put the LIMIT into a view over this one.',
    },
  );
}

function refuseUnsupported({locking}: Query): void {
  const [lock] = locking;
  if (lock !== undefined) {
    const hint = 'Conflicting writes are found at COMMIT.';
    throw sqlError('feature_not_supported', 'row locks are not supported', {position: lock.span.start, hint});
  }
}

/** The WITH queries in sight after this clause. Errors: 42712 for a name given twice, 0A000 for what is not supported. */
export function bindWith(clause: WithClause, statement: StatementContext, environment: Environment): readonly BoundCte[] {
  const names = new Set<string>();
  const level = levelOf(environment.scope);
  let ctes = environment.ctes;
  for (const table of clause.tables) {
    const position = table.span.start;
    const {name} = table.name;
    if (names.has(name)) throw sqlError('duplicate_alias', `WITH query name "${name}" specified more than once`, {position});
    names.add(name);
    if (table.statement.kind !== 'query') {
      throw sqlError('feature_not_supported', 'data-modifying statements in WITH are not supported', {position});
    }
    const seen = clause.recursive ? [...ctes, {name, query: undefined, level}] : ctes;
    const query = bindQuery(table.statement, statement, {scope: environment.scope, ctes: seen});
    if (table.columns.length > query.columns.length) {
      const message = `WITH query "${name}" has ${query.columns.length} columns available but ${table.columns.length} columns specified`;
      throw sqlError('invalid_column_reference', message, {position});
    }
    const columns = query.columns.map((c, i): OutputColumn => ({...c, name: table.columns[i]?.name ?? c.name}));
    ctes = [...ctes, {name, query: {...query, columns}, level}];
  }
  return ctes;
}

function bindBody(body: QueryBody, statement: StatementContext, environment: Environment): BoundQuery {
  switch (body.kind) {
    case 'select':
      return bindSelect(body, [], statement, environment);
    case 'values':
      return bindValues(body, statement, environment);
    case 'table-query':
      return bindSelect(selectAll(body), [], statement, environment);
    case 'query':
      return bindQuery(body, statement, {...environment, keepUnknown: undefined});
    case 'set-operation': {
      const inside = {...environment, keepUnknown: true};
      const left = bindBody(body.left, statement, inside);
      const right = bindBody(body.right, statement, inside);
      return bindSetOperation(body, left, right, statement);
    }
    default:
      return unreachable(body);
  }
}

/** `TABLE t` */
function selectAll({name, only, span}: TableQuery): Select {
  return {
    kind: 'select',
    distinct: false,
    distinctOn: [],
    items: [{kind: 'select-item', expression: {kind: 'star', qualifier: [], span}, alias: undefined, span}],
    from: [{kind: 'table-ref', name, only, systemTime: undefined, alias: undefined, span: name.span}],
    streamWindow: undefined,
    where: undefined,
    groupBy: undefined,
    having: undefined,
    windows: [],
    span,
  };
}

/** ORDER BY of UNION, VALUES and the like: output columns by name or number alone. */
function orderOutput(query: BoundQuery, orderBy: readonly SortItem[]): BoundQuery {
  if (orderBy.length === 0) return query;
  const {plan} = query;
  const sort = orderBy.map((item): SortExpression => {
    const index = outputIndex(query.columns, item);
    return sortBy(item, input(index, query.columns[index]?.type ?? {kind: 'unknown'}));
  });
  const input_ =
    plan.kind === 'top' && plan.limit === undefined && plan.offset === undefined && plan.partition.length === 0 ? plan.input : plan;
  return {...query, plan: {kind: 'top', input: input_, sort, partition: []}};
}

function outputIndex(columns: readonly OutputColumn[], {expression: e}: SortItem): number {
  const position = e.span.start;
  if (e.kind === 'integer-literal') {
    const index = Number(e.text) - 1;
    if (index >= 0 && index < columns.length) return index;
    throw sqlError('invalid_column_reference', `ORDER BY position ${e.text} is not in select list`, {position});
  }
  const [part] = e.kind === 'column-ref' && e.parts.length === 1 ? e.parts : [];
  if (part !== undefined) {
    const found = columns.flatMap((c, i) => (c.name === part.name ? [i] : []));
    if (found.length > 1) throw sqlError('ambiguous_column', `ORDER BY "${part.name}" is ambiguous`, {position});
    const [index] = found;
    if (index !== undefined) return index;
    throw sqlError('undefined_column', `column "${part.name}" does not exist`, {position});
  }
  throw sqlError('feature_not_supported', 'invalid UNION/INTERSECT/EXCEPT ORDER BY clause', {
    position,
    detail: 'Only result column names can be used, not expressions or functions.',
    hint: 'Add the expression/function to every SELECT, or move the UNION into a FROM clause.',
  });
}
