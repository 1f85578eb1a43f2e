import {sqlError} from '../../common/sql-error.ts';
import type {SortItem} from '../../parser/ast/sort-item.ts';
import type {SortExpression} from '../logical/logical-plan.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {settleUnknown} from './coerce.ts';
import {requireOrdering} from './orderable.ts';
import type {ExpressionContext} from './expression-context.ts';

/** One key of an ORDER BY whose expression means a value of the input (not an output column). */
export function bindSortItem(context: ExpressionContext, item: SortItem): SortExpression {
  return sortBy(item, settleUnknown(context.statement, context.bind(item.expression)));
}

/** The direction and null order of a sort item over a bound expression. NULLs are largest unless said otherwise. */
export function sortBy(item: SortItem, expression: TypedExpression): SortExpression {
  requireOrdering(expression.type, item.span.start);
  const descending = item.using === undefined ? item.direction === 'desc' : usingDescends(item);
  return {expression, descending, nullsFirst: item.nulls === undefined ? descending : item.nulls === 'first'};
}

function usingDescends({using}: SortItem): boolean {
  if (using?.name === '<' || using?.name === '>') return using.name === '>';
  throw sqlError('wrong_object_type', `operator ${using?.name ?? ''} is not a valid ordering operator`, {
    position: using?.span.start,
    hint: 'Ordering operators must be "<" or ">" members of btree operator families.',
  });
}
