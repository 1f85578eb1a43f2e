import {conjunction, input} from '../expression/build-expression.ts';
import {remapInputs} from '../expression/references.ts';
import {sameExpression} from '../expression/same-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';
import {mergeProjects} from '../optimizer/rules/merge-projects.ts';
import type {DataflowPlan} from './dataflow-plan.ts';
import {splitCondition} from './join-keys.ts';
import {mapOver} from './map-over.ts';

/** A join of two plans, whatever kind of join. */
type Pair = {readonly left: LogicalPlan; readonly right: LogicalPlan};
type Sides = Pair & {
  readonly keys: {readonly leftKeys: readonly number[]; readonly rightKeys: readonly number[]; readonly nullSafe: readonly boolean[]};
  readonly residual: TypedExpression | undefined;
};

/** The sides with their key expressions computed, and what of the condition is left over left ++ right. */
export function joinSides(plan: Pair & {readonly on: readonly TypedExpression[]}): Sides {
  const arity = arityOf(plan.left);
  const {keys, residual} = splitCondition(plan.on, arity);
  const left = withComputed(
    plan.left,
    keys.map(k => k.left),
  );
  const right = withComputed(
    plan.right,
    keys.map(k => k.right),
  );
  const added = arityOf(left.plan) - arity;
  return {
    left: left.plan,
    right: right.plan,
    keys: {leftKeys: left.places, rightKeys: right.places, nullSafe: keys.map(k => k.nullSafe)},
    residual: residual.length === 0 ? undefined : remapInputs(conjunction(residual), i => (i < arity ? i : i + added)),
  };
}

/** The side with its key expressions as columns: those that are no columns yet are added at the end. */
export function withComputed(
  side: LogicalPlan,
  keys: readonly TypedExpression[],
): {readonly plan: LogicalPlan; readonly places: readonly number[]} {
  const types = typesOf(side);
  const expressions: TypedExpression[] = types.map((type, i) => input(i, type));
  const names = [...namesOf(side)];
  const places = keys.map(key => {
    // A column that only lost its modifiers is that column.
    const known = expressions.findIndex(
      e => sameExpression(e, key) || (e.kind === 'input' && key.kind === 'input' && e.index === key.index),
    );
    if (known >= 0) return known;
    names.push('key');
    return expressions.push(key) - 1;
  });
  if (expressions.length === types.length) return {plan: side, places};
  const project: LogicalPlan = {kind: 'project', input: side, expressions, names};
  return {plan: mergeProjects.apply(project, {}) ?? project, places};
}

/** The columns of `plan` alone: those that were computed for the join are of no use above it. `leftArity` is the join's. */
export function withoutAdded(joined: DataflowPlan, plan: LogicalPlan & Pair, leftArity: number): DataflowPlan {
  const types = typesOf(plan);
  if (types.length === joined.types.length) return joined;
  const arity = arityOf(plan.left);
  const columns = types.map((type, i) => input(i < arity ? i : i + leftArity - arity, type));
  return mapOver(joined, [], columns);
}
