import type {Volatility} from '../functions/definition.ts';
import {functionById} from '../functions/registry.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import type {SqlType} from '../types/sql-type.ts';

/** Facts about an expression as a whole. `columns` = inputs it reads, ascending. */
export type ExpressionTraits = {readonly columns: readonly number[]; readonly volatility: Volatility; readonly hasParameters: boolean};

const known = new WeakMap<TypedExpression, ExpressionTraits>();
const RANK: Readonly<Record<Volatility, number>> = {immutable: 0, stable: 1, volatile: 2};

export function traitsOf(expression: TypedExpression): ExpressionTraits {
  let traits = known.get(expression);
  if (traits === undefined) {
    traits = compute(expression);
    known.set(expression, traits);
  }
  return traits;
}

function compute(e: TypedExpression): ExpressionTraits {
  const columns = new Set<number>(e.kind === 'input' ? [e.index] : []);
  let volatility = ownVolatility(e);
  let hasParameters = e.kind === 'parameter';
  for (const child of childrenOf(e)) {
    const traits = traitsOf(child);
    for (const column of traits.columns) columns.add(column);
    hasParameters ||= traits.hasParameters;
    if (RANK[traits.volatility] > RANK[volatility]) volatility = traits.volatility;
  }
  return {columns: [...columns].sort((a, b) => a - b), volatility, hasParameters};
}

function ownVolatility(e: TypedExpression): Volatility {
  switch (e.kind) {
    case 'call':
      return functionById(e.function).volatility;
    case 'cast':
      return dependsOnSession(e.arg.type) || dependsOnSession(e.type) ? 'stable' : 'immutable';
    case 'quantified':
      return typeof e.op === 'string' ? 'immutable' : functionById(e.op.function).volatility;
    default:
      return 'immutable';
  }
}

/** Types whose conversions look at the time zone, the current time ('now', 'today') or the catalog. */
function dependsOnSession(type: SqlType): boolean {
  switch (type.kind) {
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'regclass':
    case 'regtype':
    case 'regproc':
    case 'regnamespace':
    case 'regrole':
    case 'composite':
    case 'record':
    case 'anyarray':
      return true;
    case 'array':
      return dependsOnSession(type.element);
    default:
      return false;
  }
}

export function childrenOf(e: TypedExpression): readonly TypedExpression[] {
  switch (e.kind) {
    case 'input':
    case 'constant':
    case 'parameter':
    case 'outer':
      return [];
    case 'call':
    case 'and':
    case 'or':
    case 'coalesce':
    case 'extreme':
      return e.args;
    case 'not':
    case 'is-null':
    case 'is-bool':
    case 'cast':
    case 'field':
      return [e.arg];
    case 'compare':
    case 'distinct':
      return [e.left, e.right];
    case 'case':
      return [...e.branches.flatMap(branch => [branch.when, branch.then]), e.otherwise];
    case 'quantified':
      return [e.arg, e.array];
    case 'array':
    case 'row':
      return e.items;
    case 'subscript':
      return e.upper === undefined ? [e.arg, e.index] : [e.arg, e.index, e.upper];
  }
}
