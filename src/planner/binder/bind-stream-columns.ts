import {sqlError} from '../../common/sql-error.ts';
import type {Column} from '../../catalog/column.ts';
import {STREAM_SYSTEM_COLUMNS} from '../../catalog/column.ts';
import type {ColumnDefinition, Watermark} from '../../parser/ast/column-definition.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import {formatTypeName} from '../../types/format-type.ts';
import {input} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {volatilityOf} from '../expression/volatility.ts';
import {bindColumnList, type ColumnsSource} from './bind-columns.ts';
import {bindTypeName} from './bind-type-name.ts';
import {parseExpression} from '../../parser/parse-expression.ts';
import {remapInputs} from '../expression/references.ts';
import {coerce, tryCoerce} from './coerce.ts';
import {expressionContext} from './bind-expression.ts';
import {childScope, type ScopeColumn} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {Virtuals} from './virtuals.ts';

/** `WATERMARK FOR column AS expression`: the column's ordinal and the expression's text. */
export type BoundWatermark = {readonly column: number; readonly text: string};
export type StreamColumns = {readonly columns: readonly Column[]; readonly watermark: BoundWatermark | undefined};

/**
 * The column list of CREATE STREAM: columns, computed columns (`name AS expr`, `name type GENERATED ALWAYS AS (expr)`), WATERMARK FOR.
 * Its keys: bind-stream-keys.ts. Errors: those of bindColumnList; 42P17 for computed columns over computed columns; 42703, 42804 for a watermark that fits no time column.
 */
export function bindStreamColumns(
  statement: StatementContext,
  source: ColumnsSource,
  watermarks: readonly Watermark[],
  given: readonly Column[] = [],
): StreamColumns {
  const plain = source.columns.filter(d => computationOf(d) === undefined);
  const stored = given.length > 0 ? given : bindColumnList(statement, {...source, columns: plain});
  let next = 0;
  const columns =
    given.length > 0
      ? [...given, ...source.columns.map(d => computedColumn(statement, d, stored, source))]
      : source.columns.map(d => (computationOf(d) === undefined ? stored[next++]! : computedColumn(statement, d, stored, source)));
  const twice = columns.findIndex((c, i) => columns.findIndex(other => other.name === c.name) < i);
  if (twice >= 0)
    throw sqlError('duplicate_column', `column "${columns[twice]!.name}" specified more than once`, {
      position: source.columns.find(d => d.name.name === columns[twice]!.name)?.name.span.start,
    });
  const [watermark, second] = watermarks;
  if (second !== undefined) throw sqlError('invalid_table_definition', 'a stream has one watermark at most', {position: second.span.start});
  return {columns, watermark: watermark && bindWatermark(statement, watermark, columns, source)};
}

function computationOf(definition: ColumnDefinition): Expression | undefined {
  return definition.constraints.find(c => c.kind === 'generated')?.expression;
}

function computedColumn(
  statement: StatementContext,
  definition: ColumnDefinition,
  stored: readonly Column[],
  {textAt}: ColumnsSource,
): Column {
  const expression = computationOf(definition);
  const {name, typeName, span} = definition;
  if (expression === undefined)
    throw sqlError('feature_not_supported', 'a generator says which columns it has: only computed columns can be added', {
      position: span.start,
    });
  const bound = bindOver(statement, expression, stored);
  // Records of a topic are computed in UTC, whoever reads them.
  if (volatilityOf(bound, 'fixed') !== 'immutable')
    throw sqlError('invalid_object_definition', 'generation expression is not immutable', {position: expression.span.start});
  const type = typeName === undefined ? bound.type : bindTypeName(statement, typeName);
  if (tryCoerce(statement, bound, type, 'assignment', expression.span.start) === undefined) {
    const message = `column "${name.name}" is of type ${formatTypeName(type)} but generation expression is of type ${formatTypeName(bound.type)}`;
    throw sqlError('datatype_mismatch', message, {
      position: expression.span.start,
      hint: 'You will need to rewrite or cast the expression.',
    });
  }
  return {name: name.name, type: type.kind === 'unknown' ? {kind: 'text'} : type, notNull: false, generated: textAt(expression.span)};
}

function bindWatermark(
  statement: StatementContext,
  {column, expression}: Watermark,
  columns: readonly Column[],
  {textAt}: ColumnsSource,
): BoundWatermark {
  const ordinal = columns.findIndex(c => c.name === column.name);
  const position = column.span.start;
  if (ordinal < 0)
    throw sqlError('undefined_column', `column "${column.name}" does not exist`, {position, hint: systemTimeHint(column.name)});
  const {type} = columns[ordinal]!;
  if (type.kind !== 'timestamp' && type.kind !== 'timestamptz')
    throw sqlError('datatype_mismatch', `a watermark needs a column of type timestamp or timestamptz, not ${formatTypeName(type)}`, {
      position,
    });
  const bound = bindOver(statement, expression, columns);
  if (bound.type.kind !== type.kind)
    throw sqlError('datatype_mismatch', `the watermark of column "${column.name}" is of type ${formatTypeName(bound.type)}`, {
      position: expression.span.start,
      hint: `It has to be of the column's type ${formatTypeName(type)}, for instance ${column.name} - INTERVAL '5 seconds'.`,
    });
  return {column: ordinal, text: textAt(expression.span)};
}

/** The event time is a declared column; a time of the record becomes one by being named. */
function systemTimeHint(name: string): string | undefined {
  if (!STREAM_SYSTEM_COLUMNS.some(c => c.name === name && c.type.kind === 'timestamptz')) return undefined;
  return `Declare a column that takes it: ts timestamptz AS (${name}), WATERMARK FOR ts AS ts - INTERVAL '5 seconds'.`;
}

/** A computed column over the row that holds it; what it reads are columns that are not computed. System columns follow the declared ones. */
export function computedValue(statement: StatementContext, columns: readonly Column[], ordinal: number): TypedExpression {
  const {generated, type} = columns[ordinal]!;
  const stored = columns.filter(c => c.generated === undefined);
  const places = columns.flatMap((c, i) => (c.generated === undefined ? [i] : []));
  // The stored text has nothing to do with positions in the statement's.
  const own = statement.forView(statement.searchPath);
  const bound = bindOver(own, parseExpression(generated!), stored);
  return coerce(
    own,
    remapInputs(bound, i => places[i] ?? columns.length + (i - stored.length)),
    type,
    'assignment',
  );
}

/** What is bound over the columns of a stream, and what errors call its expression. */
const EXPRESSIONS = {'generated columns': 'column generation expression', 'key expressions': 'key expression'} as const;

/** Binds an expression over columns: `input(i)` is the i-th, system columns of a stream follow. */
export function bindOver(
  statement: StatementContext,
  expression: Expression,
  columns: readonly Column[],
  clause: keyof typeof EXPRESSIONS = 'generated columns',
): TypedExpression {
  const virtuals = new Virtuals();
  const all = [...columns, ...STREAM_SYSTEM_COLUMNS].map((c, i): ScopeColumn => ({name: c.name, expression: input(i, c.type)}));
  const item = {alias: '', columns: all.slice(0, columns.length), hidden: all.slice(columns.length)};
  const context = expressionContext({
    statement,
    scope: {...childScope(undefined, [item], item.columns), virtuals},
    ctes: [],
    virtuals,
    clause,
    allowAggregates: false,
    allowSetFunctions: false,
  });
  const bound = context.bind(expression);
  if (virtuals.isEmpty) return bound;
  throw sqlError('feature_not_supported', `cannot use subquery in ${EXPRESSIONS[clause]}`, {position: expression.span.start});
}
