import {conjunction, input} from '../expression/build-expression.ts';
import {remapInputs} from '../expression/references.ts';
import type {LogicalAsOfJoin, LogicalPlan, LogicalTemporalJoin} from '../logical/logical-plan.ts';
import {arityOf, typesOf} from '../logical/output-columns.ts';
import type {DataflowPlan} from './dataflow-plan.ts';
import {equalityKeys, splitCondition, withComputed} from './lower-join.ts';
import {mapOver} from './map-over.ts';

type Lower = (plan: LogicalPlan) => DataflowPlan;

/** The binder has left nothing but equalities between the sides. */
export function lowerAsOfJoin(plan: LogicalAsOfJoin, lower: Lower): DataflowPlan {
  const arity = arityOf(plan.left);
  const keys = equalityKeys(plan.on, arity);
  const left = withComputed(plan.left, [...keys.map(k => k.left), plan.leftTime]);
  const right = withComputed(plan.right, [...keys.map(k => k.right), plan.rightTime]);
  const joined: DataflowPlan = {
    kind: 'asof-join',
    types: [...typesOf(left.plan), ...typesOf(right.plan)],
    joinType: plan.joinType,
    left: lower(left.plan),
    right: lower(right.plan),
    leftKeys: left.places.slice(0, -1),
    rightKeys: right.places.slice(0, -1),
    nullSafe: keys.map(k => k.nullSafe),
    leftTime: left.places.at(-1) ?? 0,
    rightTime: right.places.at(-1) ?? 0,
    strict: plan.strict,
  };
  return withoutAdded(joined, plan, arityOf(left.plan) - arity);
}

export function lowerTemporalJoin(plan: LogicalTemporalJoin, lower: Lower): DataflowPlan {
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
  const joined: DataflowPlan = {
    kind: 'temporal-join',
    types: [...typesOf(left.plan), ...typesOf(right.plan)],
    joinType: plan.joinType,
    left: lower(left.plan),
    right: lower(right.plan),
    leftKeys: left.places,
    rightKeys: right.places,
    nullSafe: keys.map(k => k.nullSafe),
    residual: residual.length === 0 ? undefined : remapInputs(conjunction(residual), i => (i < arity ? i : i + added)),
  };
  return withoutAdded(joined, plan, added);
}

/** Columns that were computed for the join alone are of no use above it. */
function withoutAdded(joined: DataflowPlan, plan: LogicalAsOfJoin | LogicalTemporalJoin, addedLeft: number): DataflowPlan {
  const types = typesOf(plan);
  if (types.length === joined.types.length) return joined;
  const arity = arityOf(plan.left);
  const columns = types.map((type, i) => input(i < arity ? i : i + addedLeft, type));
  return mapOver(joined, [], columns);
}
