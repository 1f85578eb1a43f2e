import {sqlError} from '../../common/sql-error.ts';
import {objectKindName} from '../../catalog/catalog-object.ts';
import {requireRelation} from '../../catalog/resolve-name.ts';
import type {Column} from '../../catalog/column.ts';
import type {Relation, Stream, Table} from '../../catalog/relation.ts';
import type {Identifier, QualifiedName} from '../../parser/ast/names.ts';
import {parseExpression} from '../../parser/parse-expression.ts';
import {formatTypeName} from '../../types/format-type.ts';
import {nullOf} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {expressionContext} from './bind-expression.ts';
import {tryCoerce} from './coerce.ts';
import {childScope} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {Virtuals} from './virtuals.ts';

/** What DML changes: a table; INSERT also takes an embedded stream. */
export type DmlTarget = Table | Stream;

/** Errors: 42P01; 42809 for relations that DML cannot change. */
export function dmlTarget(statement: StatementContext, name: QualifiedName, action: 'INSERT' | 'UPDATE' | 'DELETE'): DmlTarget {
  const position = name.span.start;
  const relation = requireRelation(
    statement,
    name.parts.map(p => p.name),
    position,
  );
  if (relation.kind === 'table' && (action === 'INSERT' || !relation.appendOnly)) return relation;
  if (relation.kind === 'stream' && relation.connector === 'embedded' && action === 'INSERT') return relation;
  throw sqlError('wrong_object_type', refusal(relation, action), {position});
}

function refusal(relation: Relation, action: string): string {
  const what = `${objectKindName(relation)} "${relation.name}"`;
  switch (relation.kind) {
    case 'view':
      return action === 'INSERT'
        ? `cannot insert into ${what}`
        : action === 'UPDATE'
          ? `cannot update ${what}`
          : `cannot delete from ${what}`;
    case 'stream':
      return relation.connector === 'embedded'
        ? `cannot change rows of ${what}: a stream only takes new rows`
        : `cannot insert into ${what}: its rows come from connector ${relation.connector}`;
    case 'table':
      return `cannot change rows of ${what}: it is append-only`;
    default:
      return `cannot change ${what}`;
  }
}

/** The ordinal of a target column. Errors: 42703. */
export function targetOrdinal({columns, name: table}: DmlTarget, {name, span}: Identifier): number {
  const ordinal = columns.findIndex(c => c.name === name);
  if (ordinal >= 0) return ordinal;
  throw sqlError('undefined_column', `column "${name}" of relation "${table}" does not exist`, {position: span.start});
}

/** A value as the column stores it. Errors: 42804 when there is no assignment cast. */
export function assignTo(statement: StatementContext, column: Column, e: TypedExpression, position: number | undefined): TypedExpression {
  const assigned = tryCoerce(statement, e, column.type, 'assignment', position);
  if (assigned !== undefined) return assigned;
  const message = `column "${column.name}" is of type ${formatTypeName(column.type)} but expression is of type ${formatTypeName(e.type)}`;
  throw sqlError('datatype_mismatch', message, {position, hint: 'You will need to rewrite or cast the expression.'});
}

/** The value of a column that a statement leaves out, or for which it says DEFAULT. */
export function defaultOf(statement: StatementContext, column: Column): TypedExpression {
  if (column.default === undefined) return nullOf(column.type);
  // The stored text has nothing to do with positions in the statement's.
  const own = statement.forView(statement.searchPath);
  const virtuals = new Virtuals();
  const context = expressionContext({
    statement: own,
    scope: childScope(undefined, [], []),
    ctes: [],
    virtuals,
    clause: 'DEFAULT expressions',
    allowAggregates: false,
    allowSetFunctions: false,
  });
  return assignTo(own, column, context.bind(parseExpression(column.default)), undefined);
}
