import {sqlError} from '../../common/sql-error.ts';
import type {FunctionRef, RowsFromRef} from '../../parser/ast/from-item.ts';
import {T} from '../../types/sql-type.ts';
import {input} from '../expression/build-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf} from '../logical/output-columns.ts';
import {attachSubqueries} from './attach-subqueries.ts';
import {expressionContext} from './bind-expression.ts';
import {coerceArguments, functionName, resolveCall} from './bind-function-call.ts';
import {aliased} from './bind-table-ref.ts';
import {settleUnknown} from './coerce.ts';
import type {BoundCte} from './environment.ts';
import {ONE_ROW, type FromResult} from './from-result.ts';
import {noteVolatility} from './note-volatility.ts';
import {childScope, type Scope, type ScopeColumn} from './scope.ts';
import type {StatementContext} from './statement-context.ts';
import {Virtuals} from './virtuals.ts';

const WINDOW_FUNCTIONS: ReadonlySet<string> = new Set(['tumble', 'hop', 'session']);

/** A function call in FROM. `enclosing` is what its arguments can name: the items to its left, then the enclosing queries. */
export function bindFunctionRef(
  statement: StatementContext,
  ref: FunctionRef,
  enclosing: Scope | undefined,
  ctes: readonly BoundCte[],
): FromResult {
  const {call} = ref;
  const position = call.span.start;
  if (ref.columns.length > 0) {
    throw sqlError('feature_not_supported', 'column definition lists of functions are not supported', {
      position: ref.columns[0]?.span.start,
    });
  }
  const virtuals = new Virtuals();
  const context = expressionContext({
    statement,
    scope: {...childScope(enclosing, [], []), virtuals},
    ctes,
    virtuals,
    clause: 'functions in FROM',
    allowAggregates: false,
    allowSetFunctions: false,
  });
  const name = functionName(context, call);
  if (WINDOW_FUNCTIONS.has(name) && call.args[0]?.value.kind === 'table-argument') {
    throw sqlError('feature_not_supported', `${name.toUpperCase()} is not supported yet`, {position});
  }
  const alias = ref.alias?.name.name ?? name;
  if (call.syntax === 'keyword' || call.syntax === 'value') return scalarItem(context.bind(call));
  const {resolved, args} = resolveCall(context, call, name);
  if (resolved.kind !== 'call' || resolved.definition.kind !== 'set-returning') return scalarItem(context.bind(call));

  const {definition, argTypes} = resolved;
  statement.note('set-returning-function', position, name);
  noteVolatility(statement, definition, position);
  const columns = definition.columns(argTypes);
  const attached = attachSubqueries(ONE_ROW, coerceArguments(statement, args, argTypes), virtuals);
  const first = arityOf(attached.plan);
  const unnest: LogicalPlan = {
    kind: 'unnest',
    input: attached.plan,
    function: definition.id,
    args: attached.expressions,
    names: columns.map(c => c.name),
    types: columns.map(c => c.type),
    ordinality: ref.withOrdinality,
    outer: false,
  };
  // One unnamed value takes the alias as its name.
  const scalar = columns.length === 1 && columns[0]?.name === name;
  const names = columns.map(c => (scalar ? alias : c.name));
  const types = [...columns.map(c => c.type), ...(ref.withOrdinality ? [T.int8] : [])];
  const scoped = types.map((type, i): ScopeColumn => ({name: names[i] ?? 'ordinality', expression: input(first + i, type)}));
  return aliased(unnest, ref.alias, {
    alias: name,
    relationName: name,
    columns: scoped,
    hidden: [],
    scalar: columns.length === 1 && !ref.withOrdinality && definition.returns.kind !== 'record',
  });

  function scalarItem(value: ReturnType<typeof context.bind>): FromResult {
    const {plan, expressions} = attachSubqueries(ONE_ROW, [settleUnknown(statement, value)], virtuals);
    const [settled] = expressions;
    if (settled === undefined) throw new Error('internal error: function in FROM');
    const fields = settled.type.kind === 'composite' ? settled.type.fields : [{name: alias, type: settled.type}];
    const expanded =
      settled.type.kind === 'composite'
        ? fields.map((f, index) => ({kind: 'field', type: f.type, arg: settled, index}) as const)
        : [settled];
    if (ref.withOrdinality) throw sqlError('feature_not_supported', 'WITH ORDINALITY of a scalar function is not supported', {position});
    const project: LogicalPlan = {kind: 'project', input: plan, expressions: expanded, names: fields.map(f => f.name)};
    const own = fields.map((f, i): ScopeColumn => ({name: f.name, expression: input(i, f.type)}));
    return aliased(project, ref.alias, {alias: name, relationName: name, columns: own, hidden: [], scalar: fields.length === 1});
  }
}

/** `ROWS FROM (f(…))` of one function is that function; several in step are not supported. */
export function bindRowsFrom(
  statement: StatementContext,
  ref: RowsFromRef,
  enclosing: Scope | undefined,
  ctes: readonly BoundCte[],
): FromResult {
  const [item, ...others] = ref.items;
  if (item === undefined || others.length > 0) {
    throw sqlError('feature_not_supported', 'ROWS FROM with several functions is not supported', {position: ref.span.start});
  }
  const single: FunctionRef = {
    kind: 'function-ref',
    call: item.call,
    lateral: ref.lateral,
    tableSyntax: false,
    withOrdinality: ref.withOrdinality,
    alias: ref.alias,
    columns: item.columns,
    span: ref.span,
  };
  return bindFunctionRef(statement, single, enclosing, ctes);
}
