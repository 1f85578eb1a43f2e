import {sqlError} from '../../common/sql-error.ts';
import type {ConflictTarget, Insert, OnConflict} from '../../parser/ast/dml.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import type {Query, Values} from '../../parser/ast/query.ts';
import {conjuncts, conjunction, input} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {needsSubquery} from './attach-subqueries.ts';
import {bindAssignments} from './bind-assignments.ts';
import {expressionContext} from './bind-expression.ts';
import {bindQuery, bindWith} from './bind-query.ts';
import {bindReturning} from './bind-returning.ts';
import {inputsRead} from '../expression/references.ts';
import {computedValue} from './bind-stream-columns.ts';
import {scanAsItem} from './bind-table-ref.ts';
import {requireEqualLengths, valuesPlan} from './bind-values.ts';
import type {BoundConflict, BoundInsert} from './bound-dml.ts';
import {coerceToBoolean} from './coerce.ts';
import {assignTo, defaultOf, dmlTarget, targetOrdinal, type DmlTarget} from './dml-target.ts';
import {TOP_LEVEL, type Environment} from './environment.ts';
import {shiftNames, type FromResult} from './from-result.ts';
import {childScope} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {Virtuals} from './virtuals.ts';
import {visibleColumns} from './visible-columns.ts';

export function bindInsert(insert: Insert, statement: StatementContext): BoundInsert {
  const target = dmlTarget(statement, insert.table, 'INSERT');
  if (insert.overriding !== undefined) {
    throw sqlError('feature_not_supported', 'OVERRIDING is not supported', {position: insert.span.start});
  }
  const environment: Environment = insert.with === undefined ? TOP_LEVEL : {ctes: bindWith(insert.with, statement, TOP_LEVEL)};
  const ordinals = insertedColumns(insert, target);
  const source = withComputed(bindSource(insert, target, ordinals, statement, environment), target, statement);
  const rows = declaredColumns(target, insert.alias?.name ?? target.name);
  return {
    kind: 'insert',
    relation: target.id,
    width: target.columns.length,
    source,
    onConflict: insert.onConflict && bindOnConflict(insert.onConflict, target, rows, statement, environment),
    returning: bindReturning(statement, insert.returning, rows, environment.ctes),
  };
}

/** The names of a target's row under an alias; system columns have no value yet. */
function declaredColumns(target: DmlTarget, alias: string): FromResult {
  const {plan, items, columns} = scanAsItem(target, undefined);
  return {plan, columns, items: items.map(i => ({...i, alias, hidden: []}))};
}

/** Ordinals that the statement gives values for. Errors: 42703, 42701. */
function insertedColumns({columns}: Insert, target: DmlTarget): readonly number[] | undefined {
  if (columns.length === 0) {
    const given = target.columns.flatMap((c, i) => (c.generated === undefined ? [i] : []));
    return given.length === target.columns.length ? undefined : given;
  }
  const ordinals = columns.map(c => targetOrdinal(target, c));
  const computed = columns.find((_, i) => target.columns[ordinals[i]!]?.generated !== undefined);
  if (computed !== undefined) {
    throw sqlError('generated_always', `cannot insert a non-DEFAULT value into column "${computed.name}"`, {
      position: computed.span.start,
      detail: `Column "${computed.name}" is a generated column.`,
    });
  }
  const twice = columns.find((_, i) => ordinals.indexOf(ordinals[i] ?? -1) < i);
  if (twice === undefined) return ordinals;
  throw sqlError('duplicate_column', `column "${twice.name}" specified more than once`, {position: twice.span.start});
}

/** The rows with computed columns in place of what stands there. */
function withComputed(source: LogicalPlan, {columns}: DmlTarget, statement: StatementContext): LogicalPlan {
  if (columns.every(c => c.generated === undefined)) return source;
  const expressions = columns.map((c, i) => (c.generated === undefined ? input(i, c.type) : computedValue(statement, columns, i)));
  // System columns are those of a record, which INSERT has yet to make.
  const ofRecord = expressions.findIndex(e => [...inputsRead([e])].some(i => i >= columns.length));
  if (ofRecord >= 0)
    throw sqlError('feature_not_supported', `INSERT cannot compute column "${columns[ofRecord]!.name}" from a column of the record`, {
      hint: 'Declare it as a column without an expression and insert its value.',
    });
  return {kind: 'project', input: source, expressions, names: columns.map(c => c.name)};
}

function bindSource(
  {source}: Insert,
  target: DmlTarget,
  listed: readonly number[] | undefined,
  statement: StatementContext,
  environment: Environment,
): LogicalPlan {
  const names = target.columns.map(c => c.name);
  const defaults = () => target.columns.map(c => defaultOf(statement, c));
  if (source === undefined) return valuesPlan([defaults()], names, new Virtuals());
  const values = plainValues(source);
  if (values !== undefined) return bindRows(values, target, listed, statement, environment);

  // Behind a LIMIT or ORDER BY literals have become text already, as a column of their own.
  const keepUnknown = source.orderBy.length === 0 && source.limit === undefined && source.offset === undefined;
  const bound = bindQuery(source, statement, {...environment, keepUnknown});
  const ordinals = listed ?? target.columns.map((_, i) => i).slice(0, bound.columns.length);
  requireWidth(bound.columns.length, listed, target, source.span.start);
  const plan = visibleColumns(bound);
  // Literals of undetermined type are still in the select list, where they can be read as the column's type.
  const inner = plan.kind === 'project' ? plan : undefined;
  const expressions = target.columns.map((column, i): TypedExpression => {
    const place = ordinals.indexOf(i);
    const given = bound.columns[place];
    if (given === undefined) return defaultOf(statement, column);
    const e = inner?.expressions[place] ?? input(place, given.type);
    return assignTo(statement, column, e, statement.positionOf(e));
  });
  return {kind: 'project', input: inner?.input ?? plan, expressions, names};
}

/** `VALUES …` without further clauses: DEFAULT may stand in it, and each value takes its column's type. */
function plainValues({with: withClause, body, orderBy, limit, offset}: Query): Values | undefined {
  const plain = withClause === undefined && orderBy.length === 0 && limit === undefined && offset === undefined;
  return plain && body.kind === 'values' ? body : undefined;
}

function bindRows(
  {rows, span}: Values,
  target: DmlTarget,
  listed: readonly number[] | undefined,
  statement: StatementContext,
  {ctes}: Environment,
): LogicalPlan {
  requireWidth(requireEqualLengths(rows), listed, target, rows[0]?.[target.columns.length]?.span.start ?? span.start);
  const ordinals = listed ?? target.columns.map((_, i) => i);
  const virtuals = new Virtuals();
  const scope = {...childScope(undefined, [], []), virtuals};
  const context = expressionContext({statement, scope, ctes, virtuals, clause: 'VALUES', allowAggregates: false, allowSetFunctions: false});
  const bound = rows.map(row =>
    target.columns.map((column, i): TypedExpression => {
      const written: Expression | undefined = row[ordinals.indexOf(i)];
      if (written === undefined || written.kind === 'default') return defaultOf(statement, column);
      return assignTo(statement, column, context.bind(written), written.span.start);
    }),
  );
  return valuesPlan(
    bound,
    target.columns.map(c => c.name),
    virtuals,
  );
}

function requireWidth(given: number, listed: readonly number[] | undefined, target: DmlTarget, position: number): void {
  if (given > (listed?.length ?? target.columns.length)) {
    throw sqlError('syntax_error', 'INSERT has more expressions than target columns', {position});
  }
  if (listed !== undefined && given < listed.length) {
    throw sqlError('syntax_error', 'INSERT has more target columns than expressions', {position});
  }
}

function bindOnConflict(
  {target: written, action, assignments, where, span}: OnConflict,
  target: DmlTarget,
  existing: FromResult,
  statement: StatementContext,
  {ctes}: Environment,
): BoundConflict {
  const position = span.start;
  if (target.kind === 'stream') throw sqlError('wrong_object_type', 'ON CONFLICT needs a table with a unique constraint', {position});
  const columns = written && conflictColumns(written, target);
  if (action === 'nothing') return {action, columns};
  if (columns === undefined) {
    const message = 'ON CONFLICT DO UPDATE requires inference specification or constraint name';
    throw sqlError('syntax_error', message, {position, hint: 'For example, ON CONFLICT (column_name).'});
  }
  const excluded = shiftNames(declaredColumns(target, 'excluded'), target.columns.length);
  const virtuals = new Virtuals();
  const items = [...existing.items, ...excluded.items];
  const scope = {...childScope(undefined, items, [...existing.columns, ...excluded.columns]), virtuals};
  const context = expressionContext({
    statement,
    scope,
    ctes,
    virtuals,
    clause: 'ON CONFLICT',
    allowAggregates: false,
    allowSetFunctions: false,
  });
  const {row} = bindAssignments(context, assignments, target);
  const predicate = where && conjuncts(coerceToBoolean(statement, context.bind(where), 'WHERE', where.span.start));
  if ([...row, ...(predicate ?? [])].some(e => needsSubquery(e, virtuals))) {
    throw sqlError('feature_not_supported', 'subqueries in ON CONFLICT are not supported', {position});
  }
  return {action, columns, row, where: predicate && conjunction(predicate)};
}

/** The unique constraint that a conflict target means, by its columns. Errors: 42P10, 42704. */
function conflictColumns(written: ConflictTarget, target: DmlTarget & {readonly kind: 'table'}): readonly number[] {
  const constraints = [...(target.primaryKey === undefined ? [] : [target.primaryKey]), ...target.unique];
  const position = written.span.start;
  if (written.kind === 'conflict-constraint') {
    const {name} = written.name;
    const found = constraints.find(c => c.name === name);
    if (found !== undefined) return found.columns;
    throw sqlError('undefined_object', `constraint "${name}" for table "${target.name}" does not exist`, {position});
  }
  const ordinals = written.columns.map(({expression}) => {
    const [part] = expression.kind === 'column-ref' && expression.parts.length === 1 ? expression.parts : [];
    return part === undefined ? -1 : targetOrdinal(target, part);
  });
  const found = constraints.find(c => c.columns.length === new Set(ordinals).size && c.columns.every(o => ordinals.includes(o)));
  if (found !== undefined && written.where === undefined) return found.columns;
  throw sqlError('invalid_column_reference', 'there is no unique or exclusion constraint matching the ON CONFLICT specification', {
    position,
  });
}
