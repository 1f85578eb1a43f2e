import type {Expression} from '../ast/expression.ts';
import type {FunctionCall, FunctionSyntax} from '../ast/function-call.ts';
import type {Span} from '../ast/span.ts';

/** The node of a call in a syntax of its own: a call of the built-in function `name` that remembers its spelling. */
export function specialCall(name: string, syntax: FunctionSyntax, values: readonly Expression[], nameSpan: Span, span: Span): FunctionCall {
  return {
    kind: 'function-call',
    name: {kind: 'qualified-name', parts: [{kind: 'identifier', name, quoted: false, span: nameSpan}], span: nameSpan},
    args: values.map(value => ({kind: 'function-argument', name: undefined, variadic: false, value, span: value.span})),
    star: false,
    distinct: false,
    orderBy: [],
    withinGroup: [],
    filter: undefined,
    nullTreatment: undefined,
    over: undefined,
    syntax,
    span,
  };
}
