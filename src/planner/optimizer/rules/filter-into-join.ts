import {isFallible} from '../../expression/fallibility.ts';
import {inputsRead, shiftInputs} from '../../expression/references.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import {volatilityOf} from '../../expression/volatility.ts';
import type {LogicalPlan} from '../../logical/logical-plan.ts';
import {arityOf} from '../../logical/output-columns.ts';
import {filterOver} from '../filter-over.ts';
import type {Rule} from '../rule.ts';
import {split} from '../split.ts';

const readsOnly = (e: TypedExpression, test: (column: number) => boolean) => [...inputsRead([e])].every(test);
/** Rows that the join drops must not raise errors, and a volatile value must not be taken for rows that were never asked for. */
const mayMove = (e: TypedExpression) => !isFallible(e) && volatilityOf(e) !== 'volatile';

/** Predicates above a join go to the side that they read; those over both sides become conditions of an inner join. */
export const filterIntoJoin: Rule = {
  name: 'filter-into-join',
  apply: plan => {
    if (plan.kind !== 'filter' || plan.input.kind !== 'join') return undefined;
    const join = plan.input;
    const arity = arityOf(join.left);
    if (join.joinType === 'full') return undefined;
    const [left, rest] = split(plan.predicates, p => mayMove(p) && readsOnly(p, i => i < arity));
    const inner = join.joinType === 'inner';
    const [right, others] = inner ? split(rest, p => mayMove(p) && readsOnly(p, i => i >= arity)) : [[], rest];
    const [both, above] = inner ? split(others, p => !readsOnly(p, i => i < arity) && !readsOnly(p, i => i >= arity)) : [[], others];
    if (left.length + right.length + both.length === 0) return undefined;
    const pushed: LogicalPlan = {
      ...join,
      left: filterOver(join.left, left),
      right: filterOver(
        join.right,
        right.map(p => shiftInputs(p, -arity)),
      ),
      on: [...join.on, ...both],
    };
    return filterOver(pushed, above);
  },
};

/** Conditions of a join that read one side only become filters of that side, where the join type allows it. */
export const conditionToSide: Rule = {
  name: 'condition-to-side',
  apply: plan => {
    if (plan.kind !== 'join' || plan.joinType === 'full') return undefined;
    const arity = arityOf(plan.left);
    const keepsLeft = plan.joinType === 'left' || plan.joinType === 'anti';
    const [left, rest] = keepsLeft ? [[], plan.on] : split(plan.on, p => mayMove(p) && readsOnly(p, i => i < arity));
    const [right, on] = split(rest, p => mayMove(p) && readsOnly(p, i => i >= arity));
    if (left.length + right.length === 0) return undefined;
    return {
      ...plan,
      left: filterOver(plan.left, left),
      right: filterOver(
        plan.right,
        right.map(p => shiftInputs(p, -arity)),
      ),
      on,
    };
  },
};
