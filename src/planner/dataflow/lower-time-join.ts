import type {LogicalAsOfJoin, LogicalPlan, LogicalTemporalJoin} from '../logical/logical-plan.ts';
import {arityOf, typesOf} from '../logical/output-columns.ts';
import {isAppendOnly} from '../optimizer/properties/append-only.ts';
import type {DataflowPlan} from './dataflow-plan.ts';
import {equalityKeys} from './join-keys.ts';
import {joinSides, withComputed, withoutAdded} from './join-sides.ts';

type Lower = (plan: LogicalPlan) => DataflowPlan;

/** The binder has left nothing but equalities between the sides. */
export function lowerAsOfJoin(plan: LogicalAsOfJoin, lower: Lower): DataflowPlan {
  const keys = equalityKeys(plan.on, arityOf(plan.left));
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
    appendOnly: {left: isAppendOnly(plan.left), right: isAppendOnly(plan.right)},
  };
  return withoutAdded(joined, plan, arityOf(left.plan));
}

export function lowerTemporalJoin(plan: LogicalTemporalJoin, lower: Lower): DataflowPlan {
  const {left, right, keys, residual} = joinSides(plan);
  const joined: DataflowPlan = {
    kind: 'temporal-join',
    types: [...typesOf(left), ...typesOf(right)],
    joinType: plan.joinType,
    left: lower(left),
    right: lower(right),
    ...keys,
    residual,
  };
  return withoutAdded(joined, plan, arityOf(left));
}
