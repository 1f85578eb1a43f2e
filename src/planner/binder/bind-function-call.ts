import {sqlError} from '../../common/sql-error.ts';
import type {AggregateDefinition, FunctionDefinition, SetReturningDefinition} from '../../functions/definition.ts';
import {resolveFunction, type ResolvedCall} from '../../functions/resolve-overload.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import type {FunctionCall} from '../../parser/ast/function-call.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {bindAggregate} from './bind-aggregate.ts';
import {bindWindowCall} from './bind-window-call.ts';
import {bindCoalesce, bindExtreme, bindNullif} from './bind-conditional.ts';
import {coerce} from './coerce.ts';
import type {ExpressionContext} from './expression-context.ts';
import {noteVolatility} from './note-volatility.ts';

/** A call in an expression: conditional keywords, scalar functions, aggregates, set-returning functions. */
export function bindFunctionCall(context: ExpressionContext, e: FunctionCall): TypedExpression {
  const position = e.span.start;
  const name = functionName(context, e);
  const keyword = e.syntax === 'keyword' ? bindKeyword(context, e, name) : undefined;
  if (keyword !== undefined) return keyword;
  const {resolved, args} = resolveCall(context, e, name);
  if (resolved.kind === 'cast') {
    requireNoAggregateSyntax(e, name);
    const [arg] = args;
    if (arg === undefined) throw new Error('internal error: cast without argument');
    return coerce(context.statement, arg, resolved.type, 'explicit', position);
  }
  const {definition} = resolved;
  if (e.over !== undefined) {
    if (definition.kind === 'aggregate' || definition.kind === 'window')
      return bindWindowCall(context, e, e.over, {...resolved, definition});
    const message = `OVER specified, but ${name} is not a window function nor an aggregate function`;
    throw sqlError('wrong_object_type', message, {position});
  }
  switch (definition.kind) {
    case 'window':
      throw sqlError('wrong_object_type', `window function ${name} requires an OVER clause`, {position});
    case 'aggregate':
      return bindAggregate(context, e, {...resolved, definition});
    case 'set-returning':
      requireNoAggregateSyntax(e, name);
      return bindSetFunction(context, e, {...resolved, definition}, args);
    case 'function':
      requireNoAggregateSyntax(e, name);
      return bindScalarCall(context, {...resolved, definition}, args, position);
    default:
      throw new Error('internal error: function kind');
  }
}

const SYSTEM_SCHEMAS: ReadonlySet<string> = new Set(['pg_catalog', 'information_schema', 'millrace']);

/** The name without its schema: all functions live in pg_catalog. Errors: 42883, 3F000 for other schemas. */
export function functionName({statement}: Pick<ExpressionContext, 'statement'>, {name, span}: FunctionCall): string {
  const parts = name.parts.map(p => p.name);
  const schema = parts.at(-2);
  const own = parts.at(-1) ?? '';
  if (schema === undefined || SYSTEM_SCHEMAS.has(schema)) return own;
  const position = span.start;
  if (statement.catalog.schema(schema) === undefined) {
    throw sqlError('invalid_schema_name', `schema "${schema}" does not exist`, {position});
  }
  throw sqlError('undefined_function', `function ${parts.join('.')} does not exist`, {position});
}

/** Binds the arguments and finds what the call means. Aggregates bind theirs again, under their own rules. */
export function resolveCall(
  context: ExpressionContext,
  e: FunctionCall,
  name: string,
): {readonly resolved: ReturnType<typeof resolveFunction>; readonly args: readonly TypedExpression[]} {
  const position = e.span.start;
  const named = e.args.find(a => a.name !== undefined);
  if (named !== undefined) {
    throw sqlError('feature_not_supported', 'arguments by name are not supported', {
      position: named.span.start,
      hint: 'Give them by position.',
    });
  }
  const args = e.args.map(a => context.bind(a.value));
  const types = args.map(a => a.type);
  const asVariadic = e.args.at(-1)?.variadic ?? false;
  return {resolved: resolveFunction(name, types, {position, asVariadic}), args};
}

export function bindScalarCall(
  {statement}: ExpressionContext,
  {definition, argTypes, returns}: ResolvedCall<FunctionDefinition>,
  args: readonly TypedExpression[],
  position: number,
): TypedExpression {
  noteVolatility(statement, definition, position);
  return statement.at({kind: 'call', type: returns, function: definition.id, args: coerceArguments(statement, args, argTypes)}, position);
}

export function coerceArguments(
  statement: ExpressionContext['statement'],
  args: readonly TypedExpression[],
  types: readonly SqlType[],
): readonly TypedExpression[] {
  return args.map((arg, i) => coerce(statement, arg, types[i] ?? arg.type, 'implicit'));
}

function bindSetFunction(
  context: ExpressionContext,
  e: FunctionCall,
  {definition, argTypes}: ResolvedCall<SetReturningDefinition>,
  args: readonly TypedExpression[],
): TypedExpression {
  const {statement, virtuals} = context;
  const position = e.span.start;
  const calls = context.insideAggregate === true ? 'aggregate' : context.insideWindow === 'call' ? 'window' : undefined;
  if (!context.allowSetFunctions || calls !== undefined) {
    const where = calls === undefined ? context.clause : `${calls} function calls`;
    const message =
      calls !== undefined ? `${where} cannot contain set-returning function calls` : `set-returning functions are not allowed in ${where}`;
    throw sqlError('feature_not_supported', message, {position});
  }
  statement.note('set-returning-function', position, definition.name);
  noteVolatility(statement, definition, position);
  const columns = definition.columns(argTypes);
  const names = columns.map(c => c.name);
  const types = columns.map(c => c.type);
  const [only] = types;
  const type: SqlType = types.length === 1 && only !== undefined ? only : {kind: 'composite', fields: columns};
  const virtual = {kind: 'set-function', function: definition.id, args: coerceArguments(statement, args, argTypes), names, types} as const;
  return statement.at(virtuals.add(virtual, type), position);
}

function bindKeyword(context: ExpressionContext, e: FunctionCall, name: string): TypedExpression | undefined {
  const args: readonly Expression[] = e.args.map(a => a.value);
  const [a, b] = args;
  switch (name) {
    case 'coalesce':
      return bindCoalesce(context, args);
    case 'greatest':
    case 'least':
      return bindExtreme(context, name, args);
    case 'nullif':
      return a === undefined || b === undefined ? undefined : bindNullif(context, a, b, e.span.start);
    case 'grouping':
      throw sqlError('feature_not_supported', 'GROUPING is not supported yet', {position: e.span.start});
    default:
      return undefined;
  }
}

/** Errors: 42809 for DISTINCT, FILTER and the like on what is no aggregate. */
function requireNoAggregateSyntax(e: FunctionCall, name: string): void {
  const written = e.star
    ? '(*)'
    : e.distinct
      ? 'DISTINCT'
      : e.orderBy.length > 0
        ? 'ORDER BY'
        : e.withinGroup.length > 0
          ? 'WITHIN GROUP'
          : e.filter
            ? 'FILTER'
            : undefined;
  if (written === undefined) return;
  const message = `${written === '(*)' ? `${name}(*)` : written} specified, but ${name} is not an aggregate function`;
  throw sqlError('wrong_object_type', message, {position: e.span.start});
}

export type ResolvedAggregate = ResolvedCall<AggregateDefinition>;
