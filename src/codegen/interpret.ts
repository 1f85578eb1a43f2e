import {unreachable} from '../common/unreachable.ts';
import type {EvaluationContext} from '../functions/evaluation-context.ts';
import {functionById} from '../functions/registry.ts';
import type {CallExpression, CompareOp, TypedExpression} from '../planner/expression/typed-expression.ts';
import {castDatum} from '../types/cast-datum.ts';
import {compareDatums} from '../types/compare.ts';
import type {ArrayDatum, Datum, RowDatum} from '../types/datum.ts';
import {interpretSubscript} from './interpret-subscript.ts';

/** What an expression is evaluated over. `row` needs values only at the columns that the expression uses. */
type Scope = {
  readonly row: readonly Datum[];
  readonly parameters: readonly Datum[];
  readonly context: EvaluationContext;
};

type Kind<K extends TypedExpression['kind']> = Extract<TypedExpression, {readonly kind: K}>;

/**
 * Evaluates a typed expression on one row: the meaning of expressions, which compiled kernels must reproduce, and the constant folder.
 * An error is thrown as SqlError. FALSE AND error is FALSE and TRUE OR error is TRUE in either order of the operands; CASE branches,
 * COALESCE arguments and the like that are not taken are not evaluated.
 */
export function interpret(
  expression: TypedExpression,
  row: readonly Datum[],
  parameters: readonly Datum[],
  context: EvaluationContext,
): Datum {
  return evaluate(expression, {row, parameters, context});
}

function evaluate(e: TypedExpression, scope: Scope): Datum {
  switch (e.kind) {
    case 'input':
      return scope.row[e.index] ?? null;
    case 'constant':
      return e.value;
    case 'parameter':
      return scope.parameters[e.index] ?? null;
    case 'call':
      return call(e, scope);
    case 'and':
    case 'or':
      return connective(e, scope);
    case 'not': {
      const value = evaluate(e.arg, scope);
      return value === null ? null : value !== true;
    }
    case 'compare': {
      const left = evaluate(e.left, scope);
      const right = evaluate(e.right, scope);
      return left === null || right === null ? null : holds(e.op, compareDatums(e.left.type, left, right));
    }
    case 'distinct':
      return isDistinct(e, scope) !== e.negated;
    case 'is-null':
      return isNull(e, scope);
    case 'is-bool':
      return (evaluate(e.arg, scope) === e.value) !== e.negated;
    case 'case': {
      const taken = e.branches.find(branch => evaluate(branch.when, scope) === true);
      return evaluate(taken?.then ?? e.otherwise, scope);
    }
    case 'coalesce':
      return coalesce(e, scope);
    case 'extreme':
      return extreme(e, scope);
    case 'cast':
      return castDatum(evaluate(e.arg, scope), e.arg.type, e.type, {explicit: e.explicit, settings: scope.context});
    case 'quantified':
      return quantified(e, scope);
    case 'array':
      return {tag: 'array', items: e.items.map(item => evaluate(item, scope))};
    case 'row':
      return {tag: 'row', values: e.items.map(item => evaluate(item, scope))};
    case 'field': {
      const value = evaluate(e.arg, scope) as RowDatum | null;
      return value?.values[e.index] ?? null;
    }
    case 'subscript':
      return interpretSubscript(
        e.arg.type,
        evaluate(e.arg, scope),
        evaluate(e.index, scope),
        e.upper === undefined ? undefined : evaluate(e.upper, scope),
      );
    case 'outer':
      throw new Error('internal error: a correlated reference was not removed before evaluation');
    default:
      return unreachable(e);
  }
}

export function holds(op: CompareOp, order: number): boolean {
  switch (op) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return unreachable(op);
  }
}

function call(e: CallExpression, scope: Scope): Datum {
  const definition = functionById(e.function);
  const args = e.args.map(arg => evaluate(arg, scope));
  if (definition.strict && args.includes(null)) return null;
  return definition.evaluate(args, scope.context, {args: e.args.map(arg => arg.type), returns: e.type});
}

/** AND and OR: the deciding value wins over errors and NULLs, an error over NULL. */
function connective(e: Kind<'and' | 'or'>, scope: Scope): Datum {
  const deciding = e.kind === 'or';
  let error: unknown;
  let failed = false;
  let unknown = false;
  for (const arg of e.args) {
    try {
      const value = evaluate(arg, scope);
      if (value === deciding) return deciding;
      if (value === null) unknown = true;
    } catch (thrown) {
      if (!failed) error = thrown;
      failed = true;
    }
  }
  if (failed) throw error;
  return unknown ? null : !deciding;
}

function isDistinct(e: Kind<'distinct'>, scope: Scope): boolean {
  const left = evaluate(e.left, scope);
  const right = evaluate(e.right, scope);
  if (left === null || right === null) return left !== right;
  return compareDatums(e.left.type, left, right) !== 0;
}

/** A row is null when all its fields are, and not null when none is: NOT (row IS NULL) is not (row IS NOT NULL). */
function isNull(e: Kind<'is-null'>, scope: Scope): boolean {
  const value = evaluate(e.arg, scope);
  if (value === null || typeof value !== 'object' || !('tag' in value) || value.tag !== 'row') return (value === null) !== e.negated;
  return value.values.every(field => (field === null) !== e.negated);
}

function coalesce(e: Kind<'coalesce'>, scope: Scope): Datum {
  for (const arg of e.args) {
    const value = evaluate(arg, scope);
    if (value !== null) return value;
  }
  return null;
}

function extreme(e: Kind<'extreme'>, scope: Scope): Datum {
  const sign = e.which === 'greatest' ? 1 : -1;
  let best: Datum = null;
  for (const arg of e.args) {
    const value = evaluate(arg, scope);
    if (value !== null && (best === null || sign * compareDatums(e.type, value, best) > 0)) best = value;
  }
  return best;
}

function quantified(e: Kind<'quantified'>, scope: Scope): Datum {
  const arg = evaluate(e.arg, scope);
  const array = evaluate(e.array, scope) as ArrayDatum | null;
  if (array === null) return null;
  const deciding = e.quantifier === 'any';
  let unknown = false;
  for (const item of array.items) {
    const value = quantifiedItem(e, arg, item, scope);
    if (value === deciding) return deciding;
    if (value === null) unknown = true;
  }
  return unknown ? null : !deciding;
}

function quantifiedItem(e: Kind<'quantified'>, arg: Datum, item: Datum, scope: Scope): Datum {
  if (typeof e.op === 'string') return arg === null || item === null ? null : holds(e.op, compareDatums(e.arg.type, arg, item));
  const definition = functionById(e.op.function);
  if (definition.strict && (arg === null || item === null)) return null;
  const element = e.array.type.kind === 'array' ? e.array.type.element : e.arg.type;
  return definition.evaluate([arg, item], scope.context, {args: [e.arg.type, element], returns: e.type});
}
