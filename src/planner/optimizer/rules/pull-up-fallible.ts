import {input} from '../../expression/build-expression.ts';
import {isFallible} from '../../expression/fallibility.ts';
import {shiftInputs, substituteInputs} from '../../expression/references.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import {volatilityOf} from '../../expression/volatility.ts';
import type {LogicalPlan, LogicalProject} from '../../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../../logical/output-columns.ts';
import type {Rule} from '../rule.ts';

/** Columns of a join's side that may fail are computed above the join: not for rows that it drops. */
export const pullUpFallible: Rule = {
  name: 'pull-up-fallible',
  apply: plan => {
    if (plan.kind !== 'join' || plan.joinType === 'full') return undefined;
    // On the right of an outer join a column is NULL where the row is missing, whatever its expression says.
    const left = liftable(plan.left);
    const right = plan.joinType === 'left' ? undefined : liftable(plan.right);
    if (left === undefined && right === undefined) return undefined;
    const below = {left: left?.input ?? plan.left, right: right?.input ?? plan.right};
    const width = arityOf(below.left);
    const leftColumns = left?.expressions ?? columnsOf(plan.left);
    const columns = [...leftColumns, ...(right?.expressions ?? columnsOf(plan.right)).map(e => shiftInputs(e, width))];
    return {
      kind: 'project',
      input: {...plan, ...below, on: plan.on.map(e => substituteInputs(e, columns))},
      expressions: plan.joinType === 'semi' || plan.joinType === 'anti' ? leftColumns : columns,
      names: namesOf(plan),
    };
  },
};

function liftable(side: LogicalPlan): LogicalProject | undefined {
  if (side.kind !== 'project' || !side.expressions.some(isFallible)) return undefined;
  return side.expressions.some(e => volatilityOf(e) === 'volatile') ? undefined : side;
}

const columnsOf = (plan: LogicalPlan): readonly TypedExpression[] => typesOf(plan).map((type, i) => input(i, type));
