import {isFallible} from '../../expression/fallibility.ts';
import {inputsRead, substituteInputs} from '../../expression/references.ts';
import {walk} from '../../expression/map-expression.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import {volatilityOf} from '../../expression/volatility.ts';
import {arityOf} from '../../logical/output-columns.ts';
import type {Rule} from '../rule.ts';

/**
 * One projection for two, unless a costly or volatile column would be computed more than once. A column that may fail and is asked for under
 * a condition only has to be computed there, however often.
 */
export const mergeProjects: Rule = {
  name: 'merge-projects',
  apply: plan => {
    if (plan.kind !== 'project' || plan.input.kind !== 'project') return undefined;
    const below = plan.input;
    if (below.expressions.some(e => volatilityOf(e) === 'volatile')) return undefined;
    const uses = useCounts(plan.expressions);
    const isTrivial = (e: TypedExpression) => e.kind === 'input' || e.kind === 'constant' || e.kind === 'parameter';
    const again = below.expressions.some((e, i) => !isTrivial(e) && (uses.get(i) ?? 0) > 1);
    if (again && ![...conditionalInputs(plan.expressions)].some(i => isFallible(below.expressions[i]!))) return undefined;
    return {...plan, input: below.input, expressions: plan.expressions.map(e => substituteInputs(e, below.expressions))};
  },
};

/** Columns that are read where evaluation depends on what another operand says. */
function conditionalInputs(expressions: readonly TypedExpression[]): Set<number> {
  const decided = expressions.flatMap(expression => {
    const found: TypedExpression[] = [];
    walk(expression, e => {
      if (e.kind === 'case') found.push(...e.branches.slice(1).map(b => b.when), ...e.branches.map(b => b.then), e.otherwise);
      else if (e.kind === 'and' || e.kind === 'or') found.push(...e.args);
      else if (e.kind === 'coalesce') found.push(...e.args.slice(1));
    });
    return found;
  });
  return inputsRead(decided);
}

function useCounts(expressions: readonly TypedExpression[]): Map<number, number> {
  const uses = new Map<number, number>();
  for (const expression of expressions) {
    walk(expression, e => {
      if (e.kind === 'input') uses.set(e.index, (uses.get(e.index) ?? 0) + 1);
    });
  }
  return uses;
}

/** A projection of all columns as they are. */
export const removeIdentityProject: Rule = {
  name: 'remove-identity-project',
  apply: plan => {
    if (plan.kind !== 'project' || plan.expressions.length !== arityOf(plan.input)) return undefined;
    return plan.expressions.every((e, i) => e.kind === 'input' && e.index === i) ? plan.input : undefined;
  },
};

/** Constant rows with a projection of them are constant rows, as long as nothing is left out of sight. */
export const projectValues: Rule = {
  name: 'project-values',
  apply: plan => {
    if (plan.kind !== 'project' || plan.input.kind !== 'values') return undefined;
    const {rows} = plan.input;
    if (rows.length > 1 && plan.expressions.some(e => volatilityOf(e) === 'volatile')) return undefined;
    if (plan.expressions.some(e => hasOuter(e)) || inputsRead(plan.expressions).size > (rows[0]?.length ?? 0)) return undefined;
    return {
      kind: 'values',
      names: plan.names,
      types: plan.expressions.map(e => e.type),
      rows: rows.map(row => plan.expressions.map(e => substituteInputs(e, row))),
    };
  },
};

function hasOuter(e: TypedExpression): boolean {
  let found = false;
  walk(e, n => {
    found ||= n.kind === 'outer';
  });
  return found;
}
