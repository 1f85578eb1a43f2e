import {sqlError} from '../../common/sql-error.ts';
import {input} from '../expression/build-expression.ts';
import {rewrite, some, walk} from '../expression/map-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {arityOf} from '../logical/output-columns.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import type {StatementContext} from './statement-context.ts';
import type {Virtuals} from './virtuals.ts';

/**
 * Set-returning functions of a select list become unnest nodes, inner calls below the calls that they are arguments of.
 * Errors: 0A000 for several that would have to run in step.
 */
export function expandSetFunctions(
  statement: StatementContext,
  plan: LogicalPlan,
  expressions: readonly TypedExpression[],
  virtuals: Virtuals,
): {readonly plan: LogicalPlan; readonly expressions: readonly TypedExpression[]} {
  const isSetFunction = (n: TypedExpression) => n.kind === 'input' && virtuals.get(n.index)?.kind === 'set-function';
  let expanded = plan;
  const values = new Map<number, TypedExpression>();
  const resolve = (e: TypedExpression): TypedExpression =>
    rewrite(e, n => (n.kind === 'input' && isSetFunction(n) ? valueOf(n.index) : undefined));
  const valueOf = (index: number): TypedExpression => {
    const known = values.get(index);
    if (known !== undefined) return known;
    const virtual = virtuals.get(index);
    if (virtual?.kind !== 'set-function') throw new Error('internal error: set-returning function');
    const args = virtual.args.map(resolve);
    const first = arityOf(expanded);
    const {names, types} = virtual;
    expanded = {kind: 'unnest', input: expanded, function: virtual.function, args, names, types, ordinality: false, outer: false};
    const columns = types.map((type, i) => input(first + i, type));
    const [only] = columns;
    const fields = types.map((type, i) => ({name: names[i] ?? '', type}));
    const value: TypedExpression =
      columns.length === 1 && only !== undefined ? only : {kind: 'row', type: {kind: 'composite', fields}, items: columns};
    values.set(index, value);
    return value;
  };
  const outermost = new Set<number>();
  for (const e of expressions) {
    walk(e, n => {
      if (n.kind === 'input' && isSetFunction(n)) outermost.add(n.index);
    });
  }
  if (outermost.size > 1) {
    const later = expressions.findLast(e => some(e, isSetFunction));
    throw sqlError('feature_not_supported', 'several set-returning functions in one select list are not supported', {
      position: later && statement.positionOf(later),
      hint: 'Call them in FROM.',
    });
  }
  return {expressions: expressions.map(resolve), plan: expanded};
}
