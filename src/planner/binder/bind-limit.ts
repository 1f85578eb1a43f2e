import {sqlError} from '../../common/sql-error.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import {formatTypeName} from '../../types/format-type.ts';
import {T} from '../../types/sql-type.ts';
import {some} from '../expression/map-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {expressionContext} from './bind-expression.ts';
import {tryCoerce} from './coerce.ts';
import type {Environment} from './environment.ts';
import {childScope} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {Virtuals} from './virtuals.ts';

/** The expression of LIMIT or OFFSET: bigint, without columns; undefined for LIMIT NULL. */
export function bindLimit(
  e: Expression | undefined,
  clause: 'LIMIT' | 'OFFSET',
  statement: StatementContext,
  {scope: enclosing, ctes}: Environment,
): TypedExpression | undefined {
  if (e === undefined || e.kind === 'null-literal') return undefined;
  const virtuals = new Virtuals();
  const position = e.span.start;
  if (e.kind === 'column-ref') throw variables(clause, position);
  const scope = childScope(enclosing, [], []);
  const context = expressionContext({statement, scope, ctes, virtuals, clause, allowAggregates: false, allowSetFunctions: false});
  const bound = context.bind(e);
  if (some(bound, n => n.kind === 'outer')) {
    throw variables(clause, position);
  }
  if (some(bound, n => n.kind === 'input'))
    throw sqlError('feature_not_supported', `subqueries in ${clause} are not supported`, {position});
  const limit = tryCoerce(statement, bound, T.int8, 'assignment', position);
  if (limit !== undefined) return limit;
  const message = `argument of ${clause} must be type bigint, not type ${formatTypeName(bound.type)}`;
  throw sqlError('datatype_mismatch', message, {position});
}

function variables(clause: string, position: number) {
  return sqlError('invalid_column_reference', `argument of ${clause} must not contain variables`, {position});
}
