import {sqlError} from '../../common/sql-error.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import type {Values} from '../../parser/ast/query.ts';
import {readsOuter} from '../expression/references.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {attachSubqueries, needsSubquery} from './attach-subqueries.ts';
import {expressionContext} from './bind-expression.ts';
import type {BoundQuery} from './bound-query.ts';
import {coerceToCommonType} from './common-type.ts';
import type {Environment} from './environment.ts';
import {ONE_ROW} from './from-result.ts';
import {childScope} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {Virtuals} from './virtuals.ts';

/** `VALUES (…), (…)`: columns are named column1, …, each of the common type of its values. */
export function bindValues(values: Values, statement: StatementContext, {scope: enclosing, ctes}: Environment): BoundQuery {
  const virtuals = new Virtuals();
  const scope = {...childScope(enclosing, [], []), virtuals};
  const context = expressionContext({statement, scope, ctes, virtuals, clause: 'VALUES', allowAggregates: false, allowSetFunctions: false});
  const width = requireEqualLengths(values.rows);
  const bound = values.rows.map(row => row.map(context.bind));
  const columns = Array.from({length: width}, (_, i) =>
    coerceToCommonType(
      statement,
      bound.map(row => cell(row, i)),
      'VALUES',
      values.rows.map(row => row[i]?.span.start),
    ),
  );
  const rows = bound.map((_, r) => columns.map(c => cell(c.expressions, r)));
  const names = columns.map((_, i) => `column${i + 1}`);
  const output = columns.map((c, i) => ({name: `column${i + 1}`, type: c.type}));
  return {plan: valuesPlan(rows, names, virtuals), columns: output};
}

/** Rows of expressions as a plan; rows with subqueries become projections of one row. */
export function valuesPlan(rows: readonly (readonly TypedExpression[])[], names: readonly string[], virtuals: Virtuals): LogicalPlan {
  const [first = []] = rows;
  const plain = rows.every(row => row.every(e => !needsSubquery(e, virtuals) && !readsOuter(e)));
  if (plain) return {kind: 'values', names, types: first.map(e => e.type), rows};
  const inputs = rows.map((row): LogicalPlan => {
    const {plan, expressions} = attachSubqueries(ONE_ROW, row, virtuals);
    return {kind: 'project', input: plan, expressions, names};
  });
  const [only] = inputs;
  return inputs.length === 1 && only !== undefined ? only : {kind: 'union', inputs};
}

function cell(row: readonly TypedExpression[], i: number): TypedExpression {
  const e = row[i];
  if (e === undefined) throw new Error('internal error: VALUES row too short');
  return e;
}

/** Errors: 42601 when rows differ in length. */
export function requireEqualLengths(rows: readonly (readonly Expression[])[]): number {
  const width = rows[0]?.length ?? 0;
  const odd = rows.find(row => row.length !== width);
  if (odd !== undefined) {
    throw sqlError('syntax_error', 'VALUES lists must all be the same length', {position: odd[0]?.span.start});
  }
  return width;
}
