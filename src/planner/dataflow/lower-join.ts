import {input, nullOf} from '../expression/build-expression.ts';
import {remapInputs} from '../expression/references.ts';
import type {LogicalJoin, LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';
import {isAppendOnly} from '../optimizer/properties/append-only.ts';
import type {DataflowPlan} from './dataflow-plan.ts';
import {joinSides, withoutAdded} from './join-sides.ts';

type Lower = (plan: LogicalPlan) => DataflowPlan;

/** Equalities between the two sides become keys, all other conditions the residual. Key expressions are computed below the join. */
export function lowerJoin(plan: LogicalJoin, lower: Lower): DataflowPlan {
  if (plan.joinType === 'full') return lower(fullJoin(plan));
  const {left, right, keys, residual} = joinSides(plan);
  const isPair = plan.joinType !== 'semi' && plan.joinType !== 'anti';
  const joined: DataflowPlan = {
    kind: 'join',
    types: isPair ? [...typesOf(left), ...typesOf(right)] : typesOf(left),
    joinType: plan.joinType,
    left: lower(left),
    right: lower(right),
    ...keys,
    residual,
    appendOnly: {left: isAppendOnly(plan.left), right: isAppendOnly(plan.right)},
  };
  return withoutAdded(joined, plan, arityOf(left));
}

/** L ⟗ R = L ⟕ R, and the rows of R that no row of L meets, padded with NULLs. */
function fullJoin(plan: LogicalJoin): LogicalPlan {
  const [l, r] = [arityOf(plan.left), arityOf(plan.right)];
  const swapped = plan.on.map(e => remapInputs(e, i => (i < l ? i + r : i - l)));
  const unmatched: LogicalPlan = {kind: 'join', joinType: 'anti', left: plan.right, right: plan.left, on: swapped};
  const expressions = [...typesOf(plan.left).map(nullOf), ...typesOf(plan.right).map((type, i) => input(i, type))];
  const padded: LogicalPlan = {kind: 'project', input: unmatched, expressions, names: namesOf(plan)};
  return {kind: 'union', inputs: [{...plan, joinType: 'left'}, padded]};
}
