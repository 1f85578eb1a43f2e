import {sqlError} from '../../common/sql-error.ts';
import type {FunctionRef, RowsFromRef} from '../../parser/ast/from-item.ts';
import type {FunctionCall} from '../../parser/ast/function-call.ts';
import {T} from '../../types/sql-type.ts';
import {input} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf} from '../logical/output-columns.ts';
import {attachSubqueries, needsSubquery} from './attach-subqueries.ts';
import {expressionContext} from './bind-expression.ts';
import {coerceArguments, functionName, resolveCall} from './bind-function-call.ts';
import {aliased} from './bind-table-ref.ts';
import {settleUnknown} from './coerce.ts';
import type {BoundCte} from './environment.ts';
import type {ExpressionContext} from './expression-context.ts';
import {ONE_ROW, type FromResult} from './from-result.ts';
import {lockstep, type SetCall} from './lockstep.ts';
import {noteVolatility} from './note-volatility.ts';
import {childScope, type Scope, type ScopeColumn} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {Virtuals} from './virtuals.ts';

/** A function call in FROM. `enclosing` is what its arguments can name: the items to its left, then the enclosing queries. */
export function bindFunctionRef(
  statement: StatementContext,
  ref: FunctionRef,
  enclosing: Scope | undefined,
  ctes: readonly BoundCte[],
): FromResult {
  const {call} = ref;
  if (ref.columns.length > 0) {
    throw sqlError('feature_not_supported', 'column definition lists of functions are not supported', {
      position: ref.columns[0]?.span.start,
    });
  }
  const context = argumentContext(statement, enclosing, ctes);
  const name = functionName(context, call);
  if (name === 'unnest' && call.args.length > 1) {
    const calls = call.args.map((arg): FunctionCall => ({...call, args: [arg]}));
    return callsInStep(context, calls, ref);
  }
  const bound = call.syntax === 'keyword' || call.syntax === 'value' ? undefined : bindSetCall(context, call, name);
  if (bound === undefined) return scalarItem(context, ref, name);
  const alias = ref.alias?.name.name ?? name;
  // One unnamed value takes the alias as its name.
  const isValue = bound.types.length === 1 && bound.names[0] === name;
  const named = isValue ? {...bound, names: [alias]} : bound;
  const {plan: below, expressions: args} = attachSubqueries(ONE_ROW, bound.args, context.virtuals);
  const plan: LogicalPlan = {kind: 'unnest', input: below, ...named, args, ordinality: ref.withOrdinality, outer: false};
  return setItem(plan, arityOf(below), [named], ref, name, bound.isScalar && bound.types[0]?.kind !== 'composite' && !ref.withOrdinality);
}

/** `ROWS FROM (f(…), g(…))`: the functions in step. */
export function bindRowsFrom(
  statement: StatementContext,
  ref: RowsFromRef,
  enclosing: Scope | undefined,
  ctes: readonly BoundCte[],
): FromResult {
  const [first, ...others] = ref.items;
  if (first === undefined) throw new Error('internal error: ROWS FROM without functions');
  const defined = ref.items.find(i => i.columns.length > 0);
  if (defined !== undefined) {
    throw sqlError('feature_not_supported', 'column definition lists of functions are not supported', {position: defined.span.start});
  }
  if (others.length > 0) {
    const calls = ref.items.map(i => i.call);
    return callsInStep(argumentContext(statement, enclosing, ctes), calls, ref);
  }
  const {lateral, withOrdinality, alias, span} = ref;
  const {call, columns} = first;
  return bindFunctionRef(
    statement,
    {kind: 'function-ref', call, lateral, tableSyntax: false, withOrdinality, alias, columns, span},
    enclosing,
    ctes,
  );
}

function argumentContext(statement: StatementContext, enclosing: Scope | undefined, ctes: readonly BoundCte[]): ExpressionContext {
  const virtuals = new Virtuals();
  return expressionContext({
    statement,
    scope: {...childScope(enclosing, [], []), virtuals},
    ctes,
    virtuals,
    clause: 'functions in FROM',
    allowAggregates: false,
    allowSetFunctions: false,
  });
}

/** Undefined when the call gives one value and not rows. */
function bindSetCall(context: ExpressionContext, call: FunctionCall, name: string): (SetCall & {readonly isScalar: boolean}) | undefined {
  const {statement} = context;
  const {resolved, args} = resolveCall(context, call, name);
  if (resolved.kind !== 'call' || resolved.definition.kind !== 'set-returning') return undefined;
  const {definition, argTypes} = resolved;
  statement.note('set-returning-function', call.span.start, name);
  noteVolatility(statement, definition, call.span.start);
  const columns = definition.columns(argTypes);
  return {
    function: definition.id,
    args: coerceArguments(statement, args, argTypes),
    names: columns.map(c => c.name),
    types: columns.map(c => c.type),
    isScalar: columns.length === 1 && definition.returns.kind !== 'record',
  };
}

function callsInStep(context: ExpressionContext, calls: readonly FunctionCall[], ref: FunctionRef | RowsFromRef): FromResult {
  const bound = calls.map((call): SetCall => {
    const position = call.span.start;
    const found = bindSetCall(context, call, functionName(context, call));
    if (found === undefined) throw sqlError('feature_not_supported', 'ROWS FROM takes set-returning functions only', {position});
    if (found.args.some(a => needsSubquery(a, context.virtuals))) {
      throw sqlError('feature_not_supported', 'subqueries in the arguments of functions in step are not supported', {position});
    }
    return found;
  });
  const plan = lockstep(bound);
  return setItem(plan, 0, bound, ref, calls[0]?.name.parts.at(-1)?.name ?? '', false);
}

/** The columns of set-returning calls, from `first` on, then perhaps the row number. */
function setItem(
  plan: LogicalPlan,
  first: number,
  calls: readonly SetCall[],
  ref: FunctionRef | RowsFromRef,
  name: string,
  scalar: boolean,
): FromResult {
  const types = [...calls.flatMap(c => c.types), ...(ref.withOrdinality ? [T.int8] : [])];
  const names = calls.flatMap(c => c.names);
  const columns = types.flatMap((type, i) => columnsOf({name: names[i] ?? 'ordinality', expression: input(first + i, type)}));
  return aliased(plan, ref.alias, {alias: name, relationName: name, columns, hidden: [], scalar});
}

/** A function over composite values gives a column for each of their fields. */
function columnsOf(column: ScopeColumn): readonly ScopeColumn[] {
  const {expression: arg} = column;
  if (arg.type.kind !== 'composite') return [column];
  return arg.type.fields.map(({name, type}, index): ScopeColumn => ({name, expression: {kind: 'field', type, arg, index}}));
}

/** A function that gives one value is a relation of one row. */
function scalarItem({statement, bind, virtuals}: ExpressionContext, ref: FunctionRef, name: string): FromResult {
  const {call} = ref;
  if (ref.withOrdinality) {
    throw sqlError('feature_not_supported', 'WITH ORDINALITY of a scalar function is not supported', {position: call.span.start});
  }
  const {plan, expressions} = attachSubqueries(ONE_ROW, [settleUnknown(statement, bind(call))], virtuals);
  const [value] = expressions;
  if (value === undefined) throw new Error('internal error: function in FROM');
  const alias = ref.alias?.name.name ?? name;
  const fields = value.type.kind === 'composite' ? value.type.fields : [{name: alias, type: value.type}];
  const values =
    value.type.kind === 'composite' ? fields.map(({type}, index): TypedExpression => ({kind: 'field', type, arg: value, index})) : [value];
  const project: LogicalPlan = {kind: 'project', input: plan, expressions: values, names: fields.map(f => f.name)};
  const columns = fields.map((f, i): ScopeColumn => ({name: f.name, expression: input(i, f.type)}));
  return aliased(project, ref.alias, {alias: name, relationName: name, columns, hidden: [], scalar: fields.length === 1});
}
