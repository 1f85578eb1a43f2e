import {input, TRUE, FALSE} from '../../expression/build-expression.ts';
import {inputsRead, remapInputs} from '../../expression/references.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalApply, LogicalPlan} from '../../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../../logical/output-columns.ts';
import {isNullable, mayBeNull} from '../properties/nullability.ts';
import type {Rule} from '../rule.ts';
import {unnestRight} from './decorrelate.ts';

/** `WHERE EXISTS (…)`, `WHERE x IN (…)` and their negations: the boolean is only asked for being true, so a semi or anti join is enough. */
export const markToSemiJoin: Rule = {
  name: 'mark-to-semi-join',
  apply: plan => {
    if (plan.kind !== 'filter' || plan.input.kind !== 'apply') return undefined;
    const apply = plan.input;
    if (apply.result !== 'exists' && apply.result !== 'any') return undefined;
    const mark = arityOf(apply.left);
    const asked = plan.predicates.find(p => isMark(p, mark) || (p.kind === 'not' && isMark(p.arg, mark)));
    if (asked === undefined) return undefined;
    const others = plan.predicates.filter(p => p !== asked);
    if (others.some(p => inputsRead([p]).has(mark))) return undefined;
    const negated = asked.kind === 'not';
    if (negated && apply.result === 'any' && testMayBeNull(apply)) return undefined;
    const joined = semiJoin(apply, negated);
    return others.length === 0 ? joined : {kind: 'filter', input: joined, predicates: others};
  },
};

const isMark = (e: TypedExpression, mark: number) => e.kind === 'input' && e.index === mark;

/** NOT IN is unknown, and so not true, when a comparison is NULL: an anti join would not see that. */
function testMayBeNull({left, right, on}: LogicalApply): boolean {
  const arity = arityOf(left);
  return on.some(e => mayBeNull(e, i => (i < arity ? isNullable(left, i) : isNullable(right, i - arity))));
}

function semiJoin({left, right, on}: LogicalApply, negated: boolean): LogicalPlan {
  const arity = arityOf(left);
  const unnested = unnestRight(left, right);
  const tests = on.map(e => remapInputs(e, i => (i < arity ? i : i + unnested.first)));
  const joined: LogicalPlan = {
    kind: 'join',
    joinType: negated ? 'anti' : 'semi',
    left,
    right: unnested.right,
    on: [...unnested.on, ...tests],
  };
  const columns = typesOf(left).map((type, i) => input(i, type));
  return {kind: 'project', input: joined, expressions: [...columns, negated ? FALSE : TRUE], names: [...namesOf(left), 'found']};
}
