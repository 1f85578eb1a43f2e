import {SqlError, sqlError} from '../../common/sql-error.ts';
import {findRelation, splitName} from '../../catalog/resolve-name.ts';
import {keysOf, systemColumnsOf, type Relation, type View} from '../../catalog/relation.ts';
import {objectKindName} from '../../catalog/catalog-object.ts';
import type {TableAlias, TableRef} from '../../parser/ast/from-item.ts';
import type {QualifiedName} from '../../parser/ast/names.ts';
import type {Query} from '../../parser/ast/query.ts';
import {parseStatements} from '../../parser/parse-statements.ts';
import {T} from '../../types/sql-type.ts';
import {constant, input} from '../expression/build-expression.ts';
import type {LogicalPlan, LogicalScan} from '../logical/logical-plan.ts';
import {mapOuter} from '../logical/outer-references.ts';
import {determinations} from './bind-stream-keys.ts';
import {coerce} from './coerce.ts';
import {levelOf, TOP_LEVEL, type BoundCte} from './environment.ts';
import type {BoundQuery} from './bound-query.ts';
import type {FromResult} from './from-result.ts';
import type {Scope, ScopeColumn, ScopeItem} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {visibleColumns} from './visible-columns.ts';
import {withoutOrder} from './bind-subquery.ts';

/** A name in FROM: a WITH query, or a relation of the catalog; plain views are bound from their text. */
export function bindTableRef(
  statement: StatementContext,
  ref: TableRef,
  enclosing: Scope | undefined,
  ctes: readonly BoundCte[],
): FromResult {
  const position = ref.span.start;
  if (ref.systemTime !== undefined) {
    const hint = 'Write it behind the table on the right side of a join.';
    throw sqlError('feature_not_supported', 'FOR SYSTEM_TIME AS OF is for joins', {position: ref.systemTime.span.start, hint});
  }
  const [only] = ref.name.parts;
  const cte = ref.name.parts.length === 1 ? ctes.findLast(c => c.name === only?.name) : undefined;
  if (cte !== undefined) return queryAsItem(cteAt(cte, enclosing, position), ref.alias, cte.name);
  const relation = requireReadable(statement, ref.name);
  if (relation.kind === 'view') return queryAsItem(expandView(statement, relation, position), ref.alias, relation.name, relation);
  return scanAsItem(relation, ref.alias, determinations(statement, relation));
}

/** The relation that a statement reads. Errors: 42P01, 42809. */
function requireReadable(statement: StatementContext, name: QualifiedName): Relation {
  const parts = name.parts.map(p => p.name);
  const position = name.span.start;
  const relation = findRelation(statement, parts, position);
  if (relation === undefined) {
    const {schema} = splitName(parts, statement.database, position);
    // PostgreSQL does not tell a missing schema from a missing relation here.
    const message = `relation "${schema === undefined ? (parts.at(-1) ?? '') : `${schema}.${parts.at(-1) ?? ''}`}" does not exist`;
    throw sqlError('undefined_table', message, {position});
  }
  statement.relationsNamed.add(relation.id);
  if (relation.kind === 'sink') {
    throw sqlError('wrong_object_type', `cannot read from ${objectKindName(relation)} "${relation.name}"`, {position});
  }
  if (relation.kind === 'system') statement.note('system-relation', position, relation.name);
  if (relation.kind === 'errors' && relation.variety === 'view-late') statement.note('error-relation', position, relation.name);
  if (relation.kind !== 'view') statement.relationsRead.add(relation.id);
  return relation;
}

function cteAt(cte: BoundCte, enclosing: Scope | undefined, position: number): BoundQuery {
  if (cte.query === undefined) throw sqlError('feature_not_supported', 'WITH RECURSIVE is not supported yet', {position});
  const deeper = levelOf(enclosing) - cte.level;
  if (deeper === 0) return cte.query;
  return {...cte.query, plan: mapOuter(cte.query.plan, o => ({...o, depth: o.depth + deeper}))};
}

/** The query behind a plain view, with the view's column names and types. */
function expandView(statement: StatementContext, view: View, position: number): BoundQuery {
  const inner = statement.forView(view.searchPath);
  try {
    const [parsed] = parseStatements(view.query);
    if (parsed?.statement.kind !== 'query') throw new Error(`internal error: view ${view.name} holds no query`);
    const bound = inner.bindQuery(parsed.statement satisfies Query, inner, TOP_LEVEL);
    statement.absorb(inner, position);
    const expressions = view.columns.map((c, i) => coerce(inner, input(i, bound.columns[i]?.type ?? c.type), c.type, 'assignment'));
    const plan: LogicalPlan = {kind: 'project', input: withoutOrder(bound.plan), expressions, names: view.columns.map(c => c.name)};
    const columns = view.columns.map((c, i) => ({name: c.name, type: c.type, source: {relation: view.id, ordinal: i}}));
    return {plan, columns};
  } catch (error) {
    // A position in the view's text would point anywhere in the statement's.
    if (error instanceof SqlError) throw new SqlError(error.condition, error.message, {...error.fields, position});
    throw error;
  }
}

/** A subquery, WITH query or view under its alias. */
export function queryAsItem(query: BoundQuery, alias: TableAlias | undefined, name: string, relation?: View): FromResult {
  const columns = query.columns.map((c, i): ScopeColumn => ({name: c.name, expression: input(i, c.type), source: c.source}));
  return aliased(withoutOrder(visibleColumns(query)), alias, {
    alias: name,
    relationName: name,
    schema: relation?.schema,
    columns,
    hidden: [],
  });
}

/** Every column of a relation, system columns included. */
export function scanOf(relation: Relation, determined: LogicalScan['determinations'] = []): LogicalScan {
  const all = [...relation.columns, ...systemColumnsOf(relation)];
  return {
    kind: 'scan',
    relation: relation.id,
    name: relation.name,
    columns: all.map((_, i) => i),
    names: all.map(c => c.name),
    types: all.map(c => c.type),
    notNull: all.map(c => c.notNull),
    keys: keysOf(relation),
    determinations: determined,
    appendOnly: isAppendOnly(relation),
  };
}

function isAppendOnly(relation: Relation): boolean {
  switch (relation.kind) {
    case 'stream':
      return true;
    case 'table':
    case 'materialized-view':
      return relation.appendOnly;
    case 'errors':
      return relation.variety === 'stream-errors';
    default:
      return false;
  }
}

/** A stored relation under its alias. */
export function scanAsItem(relation: Relation, alias: TableAlias | undefined, determined: LogicalScan['determinations'] = []): FromResult {
  const scan = scanOf(relation, determined);
  const all = scan.names.map((name, i): ScopeColumn => ({
    name,
    expression: input(i, scan.types[i] ?? T.unknown),
    source: {relation: relation.id, ordinal: i},
  }));
  const width = relation.columns.length;
  const tableoid: ScopeColumn = {name: 'tableoid', expression: constant(relation.id, T.oid)};
  return aliased(scan, alias, {
    alias: relation.name,
    relationName: relation.name,
    schema: relation.schema,
    columns: all.slice(0, width),
    hidden: [...all.slice(width), tableoid],
    primaryKey: relation.kind === 'table' ? relation.primaryKey?.columns : undefined,
  });
}

/** Gives an item its alias and column aliases. Errors: 42P10 when there are more aliases than columns. */
export function aliased(plan: LogicalPlan, alias: TableAlias | undefined, item: ScopeItem): FromResult {
  if (alias === undefined) return {plan, items: [item], columns: item.columns};
  const name = alias.name.name;
  if (alias.columns.length > item.columns.length) {
    const message = `table "${name}" has ${item.columns.length} columns available but ${alias.columns.length} columns specified`;
    throw sqlError('invalid_column_reference', message, {position: alias.span.start});
  }
  const columns = item.columns.map((c, i) => ({...c, name: alias.columns[i]?.name ?? c.name}));
  return {plan, items: [{...item, alias: name, schema: undefined, columns}], columns};
}
