import type {EvaluationContext} from '../functions/evaluation-context.ts';
import {functionById} from '../functions/registry.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import {castDatum} from '../types/cast-datum.ts';
import type {Datum} from '../types/datum.ts';
import {traitsOf} from './expression-traits.ts';
import {interpret} from './interpret.ts';

/** An expression without columns, ready to be evaluated for other parameters and contexts. Errors are thrown as SqlError. */
export type CompiledScalar = (parameters: readonly Datum[], context: EvaluationContext) => Datum;

const NO_ROW: readonly Datum[] = [];

/**
 * Prepares an expression over parameters and constants: keys of point lookups, VALUES, LIMIT. What the expression is made of is looked up
 * once; parts that nothing can change are computed once. Anything unusual is interpreted.
 */
export function compileScalar(expression: TypedExpression, context: EvaluationContext): CompiledScalar {
  const {columns, volatility, hasParameters} = traitsOf(expression);
  if (columns.length > 0) throw new Error('internal error: a scalar expression reads columns');
  if (volatility === 'immutable' && !hasParameters) {
    const value = fold(expression, context);
    if (value !== undefined) return () => value.datum;
  }
  switch (expression.kind) {
    case 'parameter': {
      const {index} = expression;
      return parameters => parameters[index] ?? null;
    }
    case 'cast': {
      const arg = compileScalar(expression.arg, context);
      const {type, explicit} = expression;
      const from = expression.arg.type;
      return (parameters, current) => castDatum(arg(parameters, current), from, type, {explicit, settings: current});
    }
    case 'call': {
      const definition = functionById(expression.function);
      const args = expression.args.map(arg => compileScalar(arg, context));
      const types = {args: expression.args.map(arg => arg.type), returns: expression.type};
      return (parameters, current) => {
        const values = args.map(arg => arg(parameters, current));
        return definition.strict && values.includes(null) ? null : definition.evaluate(values, current, types);
      };
    }
    default:
      return (parameters, current) => interpret(expression, NO_ROW, parameters, current);
  }
}

/** Undefined when it fails: the error belongs to the evaluation. */
function fold(expression: TypedExpression, context: EvaluationContext): {readonly datum: Datum} | undefined {
  try {
    return {datum: interpret(expression, NO_ROW, [], context)};
  } catch {
    return undefined;
  }
}
