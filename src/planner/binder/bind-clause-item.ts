import {sqlError} from '../../common/sql-error.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import {sameExpression} from '../expression/same-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {Target} from './bind-select-list.ts';
import {settleUnknown} from './coerce.ts';
import type {ExpressionContext} from './expression-context.ts';

type Clause = 'GROUP BY' | 'ORDER BY' | 'DISTINCT ON';

/**
 * An item of GROUP BY, ORDER BY or DISTINCT ON: the number of an output column, the name of one, or an expression over the input. GROUP BY
 * prefers a column of the input to an output column of that name, the others do not (PostgreSQL's findTargetlistEntrySQL92).
 */
export function bindClauseItem(context: ExpressionContext, e: Expression, targets: readonly Target[], clause: Clause): TypedExpression {
  const position = e.span.start;
  if (e.kind === 'integer-literal') {
    const target = targets[Number(e.text) - 1];
    if (target !== undefined) return target.expression;
    throw sqlError('invalid_column_reference', `${clause} position ${e.text} is not in select list`, {position});
  }
  if (e.kind === 'decimal-literal' || e.kind === 'string-literal' || e.kind === 'boolean-literal' || e.kind === 'null-literal') {
    throw sqlError('syntax_error', `non-integer constant in ${clause}`, {position});
  }
  const [part] = e.kind === 'column-ref' && e.parts.length === 1 ? e.parts : [];
  if (part !== undefined && !(clause === 'GROUP BY' && context.scope.columns.some(c => c.name === part.name))) {
    const found = targetNamed(targets, part.name, clause, position);
    if (found !== undefined) return found.expression;
  }
  return settleUnknown(context.statement, context.bind(e));
}

/** The output column with a name; several are fine as long as they are the same expression. */
export function targetNamed(targets: readonly Target[], name: string, clause: string, position: number): Target | undefined {
  const found = targets.filter(t => t.name === name);
  const [first] = found;
  if (first !== undefined && found.some(t => !sameExpression(t.expression, first.expression))) {
    throw sqlError('ambiguous_column', `${clause} "${name}" is ambiguous`, {position});
  }
  return first;
}
