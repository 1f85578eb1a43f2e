import {sqlError} from '../../common/sql-error.ts';
import type {Column} from '../../catalog/column.ts';
import type {ColumnConstraint, ColumnDefinition, TableConstraint} from '../../parser/ast/column-definition.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import type {Identifier} from '../../parser/ast/names.ts';
import type {Span} from '../../parser/ast/span.ts';
import type {StructField} from '../../parser/ast/type-name.ts';
import type {CompositeField, SqlType} from '../../types/sql-type.ts';
import {formatType, formatTypeName} from '../../types/format-type.ts';
import {bindTypeName} from './bind-type-name.ts';
import type {OutputColumn} from './bound-query.ts';
import {expressionContext} from './bind-expression.ts';
import {tryCoerce} from './coerce.ts';
import {requireEquality} from './orderable.ts';
import {childScope} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {Virtuals} from './virtuals.ts';

/** A key as declared; ids are given when the object is made. */
export type DeclaredKey = {readonly name: string; readonly columns: readonly number[]};
export type DeclaredColumns = {
  readonly columns: readonly Column[];
  readonly primaryKey?: DeclaredKey | undefined;
  readonly unique: readonly DeclaredKey[];
};

export type ColumnsSource = {
  readonly table: string;
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly TableConstraint[];
  /** The statement's text at a span: defaults are kept as they were written. */
  readonly textAt: (span: Span) => string;
};

/** The columns of CREATE TABLE, STREAM and SOURCE, keys left out. Errors: 42701, 42704, 42P16, 42804; 0A000 for what cannot be enforced. */
export function bindColumnList(statement: StatementContext, source: ColumnsSource): readonly Column[] {
  requireDistinct(source.columns.map(d => d.name));
  return source.columns.map(d => bindColumn(statement, d, source));
}

/** The column list of CREATE TABLE. Errors: those of its columns; 42703, 42P16, 42883 for keys; 0A000 for keys that are not to be enforced. */
export function bindColumns(statement: StatementContext, source: ColumnsSource): DeclaredColumns {
  const {table, columns: definitions, constraints} = source;
  const columns = bindColumnList(statement, source);
  const ownKeys = definitions.flatMap((d, i) => d.constraints.flatMap(c => columnKey(c, i, table, d.name.name)));
  const keys = [...ownKeys, ...constraints.flatMap(c => tableKey(c, definitions, table))];
  for (const {columns: ordinals, span} of keys) {
    for (const ordinal of ordinals) requireEquality(columns[ordinal]?.type ?? {kind: 'unknown'}, span.start);
  }
  const [primary, second] = keys.filter(k => k.primary);
  if (second !== undefined) {
    const message = `multiple primary keys for table "${table}" are not allowed`;
    throw sqlError('invalid_table_definition', message, {position: second.span.start});
  }
  return {
    columns: columns.map((c, i) => (primary?.columns.includes(i) === true ? {...c, notNull: true} : c)),
    primaryKey: primary && {name: primary.name, columns: primary.columns},
    unique: keys.filter(k => !k.primary).map(({name, columns: ordinals}) => ({name, columns: ordinals})),
  };
}

function bindColumn(statement: StatementContext, definition: ColumnDefinition, {textAt}: ColumnsSource): Column {
  const {name, typeName, collation, constraints, span} = definition;
  if (typeName === undefined) {
    throw sqlError('feature_not_supported', 'computed columns are not supported', {position: span.start, hint: 'Compute it in a view.'});
  }
  const type = bindTypeName(statement, typeName);
  requireStorable(type, name, typeName.span.start);
  const collationName = collation?.parts.at(-1)?.name;
  if (collationName !== undefined && collationName !== 'C' && collationName !== 'default' && collationName !== 'POSIX') {
    throw sqlError('feature_not_supported', `collation "${collationName}" is not supported`, {position: collation?.span.start});
  }
  let column: Column = {name: name.name, type, notNull: false};
  for (const constraint of constraints) {
    switch (constraint.kind) {
      case 'not-null':
        column = {...column, notNull: true};
        break;
      case 'default':
        requireDefault(statement, column, constraint);
        column = {...column, default: textAt(constraint.value.span)};
        break;
      case 'nullable':
      case 'primary-key':
      case 'unique':
      case 'key':
        break;
      default:
        throw unsupportedConstraint(constraint);
    }
  }
  return column;
}

const CONSTRAINT_NAMES: Readonly<Record<string, string>> = {
  check: 'CHECK constraints are',
  references: 'foreign keys are',
  'foreign-key': 'foreign keys are',
  generated: 'generated columns are',
  identity: 'identity columns are',
};

export function unsupportedConstraint({kind, span}: ColumnConstraint | TableConstraint) {
  return sqlError('feature_not_supported', `${CONSTRAINT_NAMES[kind] ?? `${kind} is`} not supported`, {position: span.start});
}

/** Errors: 42P16 for types that no column can have. */
function requireStorable(type: SqlType, {name}: Identifier, position: number | undefined): void {
  const element = type.kind === 'array' ? type.element : type;
  const isPseudo = ['unknown', 'void', 'record', 'trigger', 'anyarray'].includes(element.kind);
  if (!isPseudo) return;
  throw sqlError('invalid_table_definition', `column "${name}" has pseudo-type ${formatType(type)}`, {position});
}

/** Errors: those of the expression; 42804 when its type cannot be stored; 0A000, 42803 for columns, subqueries, aggregates in it. */
function requireDefault(statement: StatementContext, {name, type}: Column, {value}: Extract<ColumnConstraint, {kind: 'default'}>): void {
  const virtuals = new Virtuals();
  const context = expressionContext({
    statement,
    scope: childScope(undefined, [], []),
    ctes: [],
    virtuals,
    clause: 'DEFAULT expressions',
    allowAggregates: false,
    allowSetFunctions: false,
  });
  const position = value.span.start;
  if (value.kind === 'column-ref') throw sqlError('feature_not_supported', 'cannot use column reference in DEFAULT expression', {position});
  const bound = context.bind(value);
  if (bound.kind === 'input') throw sqlError('feature_not_supported', 'cannot use subquery in DEFAULT expression', {position});
  if (tryCoerce(statement, bound, type, 'assignment', position) !== undefined) return;
  const message = `column "${name}" is of type ${formatTypeName(type)} but default expression is of type ${formatTypeName(bound.type)}`;
  throw sqlError('datatype_mismatch', message, {position, hint: 'You will need to rewrite or cast the expression.'});
}

type Key = DeclaredKey & {readonly primary: boolean; readonly span: Span};

function columnKey(constraint: ColumnConstraint, ordinal: number, table: string, column: string): readonly Key[] {
  if (constraint.kind !== 'primary-key' && constraint.kind !== 'unique') return [];
  requireEnforced(constraint);
  const primary = constraint.kind === 'primary-key';
  return [{primary, name: constraint.name?.name ?? keyName(primary, table, [column]), columns: [ordinal], span: constraint.span}];
}

function tableKey(constraint: TableConstraint, definitions: readonly ColumnDefinition[], table: string): readonly Key[] {
  if (constraint.kind !== 'primary-key' && constraint.kind !== 'unique') throw unsupportedConstraint(constraint);
  requireEnforced(constraint);
  const primary = constraint.kind === 'primary-key';
  const named = constraint.kind === 'primary-key' ? constraint.columns : constraint.items.map(uniqueColumn);
  const columns = keyColumns(
    named,
    definitions.map(d => d.name.name),
    primary,
  );
  const names = named.map(c => c.name);
  return [{primary, name: constraint.name?.name ?? keyName(primary, table, names), columns, span: constraint.span}];
}

function requireEnforced({notEnforced, span}: {readonly notEnforced: boolean; readonly span: Span}): void {
  if (!notEnforced) return;
  throw sqlError('feature_not_supported', 'keys of tables are always enforced', {position: span.start, hint: 'Leave out NOT ENFORCED.'});
}

function uniqueColumn(item: Expression): Identifier {
  const [only, second] = item.kind === 'column-ref' ? item.parts : [];
  if (only !== undefined && second === undefined) return only;
  throw sqlError('syntax_error', 'a UNIQUE constraint of a table names columns', {position: item.span.start});
}

/** The columns that a key names. Errors: 42703, 42701. */
export function keyColumns(named: readonly Identifier[], columns: readonly string[], primary: boolean): readonly number[] {
  const ordinals = named.map(({name, span}) => {
    const ordinal = columns.indexOf(name);
    if (ordinal < 0) throw sqlError('undefined_column', `column "${name}" named in key does not exist`, {position: span.start});
    return ordinal;
  });
  const twice = named.find((_, i) => ordinals.indexOf(ordinals[i] ?? -1) < i);
  if (twice === undefined) return ordinals;
  const message = `column "${twice.name}" appears twice in ${primary ? 'primary key' : 'unique'} constraint`;
  throw sqlError('duplicate_column', message, {position: twice.span.start});
}

const keyName = (primary: boolean, table: string, columns: readonly string[]) =>
  primary ? `${table}_pkey` : `${table}_${columns.join('_')}_key`;

function requireDistinct(names: readonly Identifier[]): void {
  const twice = names.find((n, i) => names.findIndex(other => other.name === n.name) < i);
  if (twice !== undefined)
    throw sqlError('duplicate_column', `column "${twice.name}" specified more than once`, {position: twice.span.start});
}

/** The fields of CREATE TYPE … AS (…). Errors: 42701, 42704, 42P16. */
export function bindCompositeFields(statement: StatementContext, fields: readonly StructField[]): readonly CompositeField[] {
  requireDistinct(fields.map(f => f.name));
  return fields.map(({name, typeName}) => {
    const type = bindTypeName(statement, typeName);
    requireStorable(type, name, typeName.span.start);
    return {name: name.name, type};
  });
}

/**
 * The columns of a view or of CREATE TABLE AS: those of its query under the names given. Errors: 42601 for too many names, 42701, 42P16.
 */
export function bindViewColumns(
  columns: readonly OutputColumn[],
  names: readonly Identifier[],
  what: 'CREATE VIEW' | 'CREATE MATERIALIZED VIEW' | 'CREATE TABLE AS' = 'CREATE VIEW',
): readonly Column[] {
  const extra = names[columns.length];
  if (extra !== undefined) {
    const message =
      what === 'CREATE VIEW' ? 'CREATE VIEW specifies more column names than columns' : 'too many column names were specified';
    throw sqlError('syntax_error', message, {position: extra.span.start});
  }
  const result = columns.map((c, i): Column => ({name: names[i]?.name ?? c.name, type: c.type, notNull: false}));
  const twice = result.findIndex((c, i) => result.findIndex(other => other.name === c.name) < i);
  const duplicate = result[twice];
  if (duplicate !== undefined) {
    throw sqlError('duplicate_column', `column "${duplicate.name}" specified more than once`, {position: names[twice]?.span.start});
  }
  for (const {name, type} of result) {
    requireStorable(type, {kind: 'identifier', name, quoted: false, span: {start: 0, end: 0}}, undefined);
  }
  return result;
}
