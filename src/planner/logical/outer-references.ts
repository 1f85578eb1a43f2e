import {rewrite, walk} from '../expression/map-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {expressionsOf, mapExpressions} from './map-expressions.ts';
import {inputsOf, mapInputs} from './map-inputs.ts';
import type {LogicalPlan} from './logical-plan.ts';

export type OuterExpression = Extract<TypedExpression, {kind: 'outer'}>;

/**
 * Rewrites the `outer` expressions of an expression that lies `level` applies below the query they are seen from. `f` gets the
 * depth as seen from there: 1 is the nearest enclosing query.
 */
export function mapOuterIn(e: TypedExpression, level: number, f: (o: OuterExpression, depth: number) => TypedExpression): TypedExpression {
  return rewrite(e, n => (n.kind === 'outer' ? (n.depth > level ? f(n, n.depth - level) : n) : undefined));
}

/** As `mapOuterIn` for a whole plan: going into the right side of an apply is one level further in. */
export function mapOuter(
  plan: LogicalPlan,
  f: (o: OuterExpression, depth: number, level: number) => TypedExpression,
  level = 0,
): LogicalPlan {
  const own = mapExpressions(plan, e => mapOuterIn(e, level, (o, depth) => f(o, depth, level)));
  return mapInputs(own, input => {
    // `own` is new when its expressions changed, but its inputs are still those of `plan`.
    const inside = own.kind === 'apply' && input === own.right;
    return mapOuter(input, f, inside ? level + 1 : level);
  });
}

/** The columns of the query `depth` levels out that a plan reads. */
export function outerColumns(plan: LogicalPlan, depth = 1): Map<number, OuterExpression> {
  const found = new Map<number, OuterExpression>();
  const visit = (p: LogicalPlan, level: number): void => {
    for (const expression of expressionsOf(p)) {
      walk(expression, e => {
        if (e.kind === 'outer' && e.depth === level + depth) found.set(e.index, e);
      });
    }
    for (const input of inputsOf(p)) visit(input, p.kind === 'apply' && input === p.right ? level + 1 : level);
  };
  visit(plan, 0);
  return found;
}
