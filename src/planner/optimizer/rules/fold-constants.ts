import {SqlError} from '../../../common/sql-error.ts';
import {conjuncts, constant, FALSE, TRUE} from '../../expression/build-expression.ts';
import {rewriteUp, some} from '../../expression/map-expression.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import {volatilityOf} from '../../expression/volatility.ts';
import {mapExpressions} from '../../logical/map-expressions.ts';
import {filterOver} from '../filter-over.ts';
import {namesOf, typesOf} from '../../logical/output-columns.ts';
import type {Rule, RuleContext} from '../rule.ts';

/** Computes what is constant, and takes AND, OR, CASE and COALESCE apart where constants decide them. */
export const foldConstants: Rule = {
  name: 'fold-constants',
  apply: (plan, context) => {
    const folded = mapExpressions(plan, e => foldExpression(e, context));
    return folded === plan ? undefined : folded;
  },
};

/** A filter that is always true goes; one that is never true leaves no rows. */
export const decideFilter: Rule = {
  name: 'decide-filter',
  apply: plan => {
    if (plan.kind !== 'filter') return undefined;
    const predicates = plan.predicates.flatMap(conjuncts);
    if (predicates.some(isNeverTrue)) return {kind: 'values', names: namesOf(plan), types: typesOf(plan), rows: []};
    const kept = predicates.filter(p => !isTrue(p));
    return kept.length === plan.predicates.length ? undefined : filterOver(plan.input, kept);
  },
};

const isTrue = (e: TypedExpression) => e.kind === 'constant' && e.value === true;
const isFalse = (e: TypedExpression) => e.kind === 'constant' && e.value === false;
const isNeverTrue = (e: TypedExpression) => e.kind === 'constant' && e.value !== true;

export function foldExpression(e: TypedExpression, context: RuleContext): TypedExpression {
  return rewriteUp(e, n => simplify(evaluate(n, context)));
}

/** The value of an expression over constants. One that fails keeps its place: it fails when and if it is evaluated. */
function evaluate(e: TypedExpression, {evaluateConstant}: RuleContext): TypedExpression {
  if (evaluateConstant === undefined || e.kind === 'constant' || e.kind === 'input' || e.kind === 'outer' || e.kind === 'parameter')
    return e;
  if (!areOperandsConstant(e) || volatilityOf(e) !== 'immutable') return e;
  try {
    return constant(evaluateConstant(e), e.type);
  } catch (error) {
    if (error instanceof SqlError) return e;
    throw error;
  }
}

const areOperandsConstant = (e: TypedExpression) =>
  !some(e, n => n.kind === 'input' || n.kind === 'outer' || n.kind === 'parameter' || (n.kind === 'row' && n !== e));

function simplify(e: TypedExpression): TypedExpression {
  switch (e.kind) {
    case 'and': {
      if (e.args.some(isFalse)) return FALSE;
      return withoutNeutral(e, isTrue, TRUE);
    }
    case 'or': {
      if (e.args.some(isTrue)) return TRUE;
      return withoutNeutral(e, isFalse, FALSE);
    }
    case 'not':
      if (isTrue(e.arg)) return FALSE;
      if (isFalse(e.arg)) return TRUE;
      return e.arg.kind === 'not' ? e.arg.arg : e;
    case 'case': {
      const open = e.branches.filter(b => !isNeverTrue(b.when));
      const [first] = open;
      if (first === undefined) return e.otherwise;
      if (isTrue(first.when)) return first.then;
      return open.length === e.branches.length ? e : {...e, branches: open};
    }
    case 'coalesce': {
      const args = e.args.filter(a => !(a.kind === 'constant' && a.value === null));
      const [first] = args;
      if (first === undefined) return constant(null, e.type);
      if (args.length === 1 || first.kind === 'constant') return first;
      return args.length === e.args.length ? e : {...e, args};
    }
    default:
      return e;
  }
}

function withoutNeutral(
  e: Extract<TypedExpression, {kind: 'and' | 'or'}>,
  isNeutral: (e: TypedExpression) => boolean,
  neutral: TypedExpression,
): TypedExpression {
  const args = e.args.filter(a => !isNeutral(a));
  const [first] = args;
  if (first === undefined) return neutral;
  if (args.length === 1) return first;
  return args.length === e.args.length ? e : {...e, args};
}
