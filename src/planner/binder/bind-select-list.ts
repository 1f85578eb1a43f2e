import {sqlError} from '../../common/sql-error.ts';
import type {SelectItem} from '../../parser/ast/query.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {findItem, fromOuterScope, missingTable, resolveColumn} from './bind-column-ref.ts';
import {expandFields} from './bind-composite.ts';
import type {ColumnSource} from './bound-query.ts';
import type {ExpressionContext} from './expression-context.ts';
import {outputName} from './output-name.ts';
import type {ScopeColumn} from './scope.ts';

/** A column of a select list or RETURNING. `position` is that of its item. */
export type Target = {
  readonly name: string;
  readonly expression: TypedExpression;
  readonly source?: ColumnSource | undefined;
  readonly position: number;
};

/** The columns of a select list, stars expanded. */
export function bindSelectList(context: ExpressionContext, items: readonly SelectItem[]): readonly Target[] {
  return items.flatMap(item => bindItem(context, item));
}

function bindItem(context: ExpressionContext, item: SelectItem): readonly Target[] {
  const {expression: e} = item;
  const position = e.span.start;
  const {statement} = context;
  if (e.kind === 'star' && item.alias === undefined) {
    const star = ({name, expression, source}: ScopeColumn, depth: number): Target => ({
      name,
      expression: statement.at(fromOuterScope({...expression}, depth), position),
      source: depth === 0 ? source : undefined,
      position,
    });
    return starColumns(
      context,
      e.qualifier.map(q => q.name),
      position,
    ).map(({column, depth}) => star(column, depth));
  }
  if (e.kind === 'field-star') {
    return expandFields(context.bind(e.operand), position).map(f => ({...f, position}));
  }
  const expression = context.bind(e);
  const name = item.alias?.name ?? outputName(e);
  const source = e.kind === 'column-ref' ? sourceOf(context, e) : undefined;
  return [{name, expression, source, position}];
}

function sourceOf(context: ExpressionContext, e: Parameters<typeof resolveColumn>[1]): ColumnSource | undefined {
  const found = resolveColumn(context, e);
  return found.depth === 0 ? found.column?.source : undefined;
}

function starColumns(
  {scope}: ExpressionContext,
  qualifier: readonly string[],
  position: number,
): readonly {readonly column: ScopeColumn; readonly depth: number}[] {
  const table = qualifier.at(-1);
  if (table === undefined) {
    if (scope.items.length === 0) throw sqlError('syntax_error', 'SELECT * with no tables specified is not valid', {position});
    return scope.columns.map(column => ({column, depth: 0}));
  }
  const found = findItem(scope, qualifier.at(-2), table, position);
  if (found === undefined) throw missingTable(scope, table, position);
  return found.item.columns.map(column => ({column, depth: found.depth}));
}
