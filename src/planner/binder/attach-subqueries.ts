import {input} from '../expression/build-expression.ts';
import {rewrite, some} from '../expression/map-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {arityOf} from '../logical/output-columns.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {isVirtual, SUBQUERY_COLUMN, type Virtuals} from './virtuals.ts';

/** Whether an expression waits for a subquery's result. */
export function needsSubquery(e: TypedExpression, virtuals: Virtuals): boolean {
  return some(e, n => n.kind === 'input' && virtuals.get(n.index)?.kind === 'subquery');
}

/**
 * Puts the subqueries that expressions over `plan` contain on top of it, each as one more column, and lets the expressions read those columns.
 * The columns of `plan` keep their places. `known` are virtual columns that are among them already.
 */
export function attachSubqueries(
  plan: LogicalPlan,
  expressions: readonly TypedExpression[],
  virtuals: Virtuals,
  known: ReadonlyMap<number, number> = new Map(),
): {readonly plan: LogicalPlan; readonly expressions: readonly TypedExpression[]} {
  let attached = plan;
  const places = new Map(known);
  const resolve = (e: TypedExpression): TypedExpression =>
    rewrite(e, n => {
      if (n.kind !== 'input' || !isVirtual(n.index)) return undefined;
      const place = placeOf(n.index);
      return place === undefined ? n : input(place, n.type);
    });
  const placeOf = (index: number): number | undefined => {
    const found = places.get(index);
    const virtual = virtuals.get(index);
    if (found !== undefined || virtual?.kind !== 'subquery') return found;
    const tests = virtual.on.map(resolve);
    const place = arityOf(attached);
    const on = tests.map(t =>
      rewrite(t, n => (n.kind === 'input' && n.index >= SUBQUERY_COLUMN ? input(n.index - SUBQUERY_COLUMN + place, n.type) : undefined)),
    );
    attached = {kind: 'apply', result: virtual.result, left: attached, right: virtual.plan, on};
    places.set(index, place);
    return place;
  };
  const resolved = expressions.map(resolve);
  return {plan: attached, expressions: resolved};
}

/** Rows for which all predicates hold; those without subqueries are tested first, below the subqueries of the others. */
export function attachFilter(plan: LogicalPlan, predicates: readonly TypedExpression[], virtuals: Virtuals): LogicalPlan {
  const plain = predicates.filter(p => !needsSubquery(p, virtuals));
  const others = predicates.filter(p => needsSubquery(p, virtuals));
  const below: LogicalPlan = plain.length === 0 ? plan : {kind: 'filter', input: plan, predicates: plain};
  if (others.length === 0) return below;
  const attached = attachSubqueries(below, others, virtuals);
  return {kind: 'filter', input: attached.plan, predicates: attached.expressions};
}
