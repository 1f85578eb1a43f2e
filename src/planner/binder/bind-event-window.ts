import {sqlError} from '../../common/sql-error.ts';
import type {Expression} from '../../parser/ast/expression.ts';
import type {FromItem, FunctionRef} from '../../parser/ast/from-item.ts';
import {formatTypeName} from '../../types/format-type.ts';
import {input} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf} from '../logical/output-columns.ts';
import {expressionContext} from './bind-expression.ts';
import {aliased} from './bind-table-ref.ts';
import {settleUnknown} from './coerce.ts';
import {windowArguments, wrongCall, type EventWindow} from './event-window-call.ts';
import type {ExpressionContext} from './expression-context.ts';
import type {FromContext} from './from-context.ts';
import type {FromResult} from './from-result.ts';
import {requireEquality} from './orderable.ts';
import {childScope, type ScopeColumn} from './scope.ts';
import {Virtuals} from './virtuals.ts';
import {withGracePeriod} from './window-grace.ts';
import {constantInterval, intervalFromZero, positiveInterval} from './window-interval.ts';

const NAMES = ['window_start', 'window_end'] as const;

/** `TUMBLE(relation, time, size)` and its like: the relation's columns, then window_start and window_end. */
export function bindEventWindow(window: EventWindow, ref: FunctionRef, from: FromContext): FromResult {
  const {call} = ref;
  const args = windowArguments(window, call);
  const {relation, partitionBy} = bindRelation(window, argument(args, 'data'), from);
  if (ref.withOrdinality || ref.columns.length > 0) throw wrongCall(window, call.span.start);
  const written = call.partitionBy ?? partitionBy;
  if (written !== undefined && window !== 'session') {
    const hint = 'Windows of a fixed size are the same for all rows: use GROUP BY.';
    throw sqlError('syntax_error', `${window.toUpperCase()} takes no PARTITION BY`, {position: written[0]?.span.start, hint});
  }
  const context = rowContext(relation, from);
  const time = bindTime(window, context, args);
  const plan = windowPlan(window, relation.plan, time, args, context, written ?? []);
  return withWindowColumns(plan, relation, time, ref, window);
}

function argument(args: ReadonlyMap<string, Expression>, name: string): Expression {
  const found = args.get(name);
  if (found === undefined) throw new Error(`internal error: argument ${name}`);
  return found;
}

type Relation = {readonly relation: FromResult; readonly partitionBy: readonly Expression[] | undefined};

/** The relation that a window is put over: a name, `TABLE name`, or a query in parentheses. */
function bindRelation(window: EventWindow, e: Expression, from: FromContext): Relation {
  const {span} = e;
  const bind = (item: FromItem) => from.bindItem(item, from);
  const unnamed = {only: false, systemTime: undefined, alias: undefined, span} as const;
  switch (e.kind) {
    case 'column-ref':
      return {
        relation: bind({kind: 'table-ref', name: {kind: 'qualified-name', parts: e.parts, span}, ...unnamed}),
        partitionBy: undefined,
      };
    case 'table-argument':
      return {relation: bind({kind: 'table-ref', name: e.name, ...unnamed}), partitionBy: e.partitionBy};
    case 'scalar-subquery':
      return {relation: bind({kind: 'subquery-ref', query: e.query, lateral: false, alias: undefined, span}), partitionBy: undefined};
    default:
      throw wrongCall(window, span.start);
  }
}

/** Where the time column is bound: over the relation's columns alone. */
function rowContext({items, columns}: FromResult, {statement, ctes, plain}: FromContext): ExpressionContext {
  const virtuals = new Virtuals();
  return expressionContext({
    statement,
    scope: {...childScope(plain, items, columns), virtuals},
    ctes,
    virtuals,
    clause: 'functions in FROM',
    allowAggregates: false,
    allowSetFunctions: false,
  });
}

/** The time of a row: a column, `DESCRIPTOR(column)`, or an expression. Errors: 42804 when it is no timestamp. */
function bindTime(window: EventWindow, context: ExpressionContext, args: ReadonlyMap<string, Expression>): TypedExpression {
  const e = argument(args, 'timecol');
  const [described] = e.kind === 'function-call' && e.name.parts.at(-1)?.name === 'descriptor' ? e.args : [];
  const written = described?.value ?? e;
  const time = settleUnknown(context.statement, context.bind(written));
  const name = window.toUpperCase();
  if (time.type.kind !== 'timestamp' && time.type.kind !== 'timestamptz') {
    const message = `the time column of ${name} must be type timestamp or timestamp with time zone, not type ${formatTypeName(time.type)}`;
    throw sqlError('datatype_mismatch', message, {position: written.span.start});
  }
  const grace = args.get('grace');
  return grace === undefined ? time : withGracePeriod(time, intervalFromZero(context, grace, `grace of ${name}`));
}

function windowPlan(
  window: EventWindow,
  below: LogicalPlan,
  time: TypedExpression,
  args: ReadonlyMap<string, Expression>,
  context: ExpressionContext,
  partitionBy: readonly Expression[],
): LogicalPlan {
  const name = window.toUpperCase();
  const positive = (parameter: string) => positiveInterval(context, argument(args, parameter), `${parameter} of ${name}`);
  if (window === 'session') {
    const partition = partitionBy.map(e => settleUnknown(context.statement, context.bind(e)));
    for (const [i, e] of partition.entries()) requireEquality(e.type, partitionBy[i]?.span.start);
    return {kind: 'session', input: below, time, gap: positive('gap'), partition, names: NAMES};
  }
  const size = positive('size');
  const slide = window === 'tumble' ? size : positive(window === 'hop' ? 'slide' : 'step');
  if (window === 'cumulate' && size % slide !== 0n) {
    const message = 'the size of CUMULATE must be a multiple of its step';
    throw sqlError('invalid_parameter_value', message, {position: argument(args, 'size').span.start});
  }
  const shift = args.get('offset');
  const offset = shift === undefined ? 0n : constantInterval(context, shift, `offset of ${name}`);
  return {kind: 'window', window, input: below, time, size, slide, offset, names: NAMES};
}

/** The relation under its own name, unless it got an alias, with two more columns. */
function withWindowColumns(
  plan: LogicalPlan,
  {items, columns}: FromResult,
  time: TypedExpression,
  ref: FunctionRef,
  window: EventWindow,
): FromResult {
  const first = arityOf(plan) - NAMES.length;
  const edges = NAMES.map((name, i): ScopeColumn => ({name, expression: input(first + i, time.type)}));
  const [item] = items;
  const named = item?.alias === 'subquery' ? {alias: window} : item;
  return aliased(plan, ref.alias, {
    alias: named?.alias ?? window,
    relationName: item?.relationName,
    schema: item?.schema,
    columns: [...columns, ...edges],
    hidden: item?.hidden ?? [],
  });
}
