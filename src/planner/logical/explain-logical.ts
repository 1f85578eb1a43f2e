import {unreachable} from '../../common/unreachable.ts';
import {formatInterval} from '../../types/interval-text.ts';
import {aggregateById, callableById, setReturningById} from '../../functions/registry.ts';
import {formatExpression, type ColumnNames} from '../expression/format-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalAggregateCall, LogicalAnalyticCall, LogicalPlan, SortExpression} from './logical-plan.ts';
import {formatFrame} from './format-frame.ts';
import {inputsOf} from './map-inputs.ts';
import {namesOf} from './output-columns.ts';

/** A logical plan as indented lines, each input below and right of its node. */
export function explainLogical(plan: LogicalPlan): string {
  return lines(plan, []).join('\n');
}

/** `outer` are the names of the enclosing queries' columns, the nearest first. */
function lines(plan: LogicalPlan, outer: readonly (readonly string[])[]): string[] {
  const [headline, ...details] = describe(plan, outer);
  const inputs = inputsOf(plan).flatMap((input, i) => {
    const inside = plan.kind === 'apply' && i === 1 ? [uniqueNames(namesOf(plan.left)), ...outer] : outer;
    const [first = '', ...rest] = lines(input, inside);
    return [`  ->  ${first}`, ...rest.map(line => `      ${line}`)];
  });
  return [headline ?? '', ...details.map(line => `      ${line}`), ...inputs];
}

/** Names made distinct by numbers: `id`, `id#3`. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  return names.map((name, i) => (names.indexOf(name) === i ? name : `${name}#${i}`));
}

function namesFor(columns: readonly string[], outer: readonly (readonly string[])[]): ColumnNames {
  const unique = uniqueNames(columns);
  return {input: i => unique[i] ?? `#${i}`, outer: (depth, i) => `${'^'.repeat(depth)}${outer[depth - 1]?.[i] ?? i}`};
}

function describe(plan: LogicalPlan, outer: readonly (readonly string[])[]): string[] {
  const input = inputsOf(plan).flatMap(namesOf);
  const names = namesFor(input, outer);
  const show = (e: TypedExpression) => formatExpression(e, names);
  const list = (items: readonly TypedExpression[]) => items.map(show).join(', ');
  const conjunction = (items: readonly TypedExpression[]) =>
    items.map(item => (items.length > 1 ? `(${show(item)})` : show(item))).join(' AND ');
  switch (plan.kind) {
    case 'scan':
      return [`Scan ${plan.name} (${plan.names.join(', ')})${plan.appendOnly ? ' append-only' : ''}`];
    case 'values':
      return [
        `Values (${plan.rows.length} ${plan.rows.length === 1 ? 'row' : 'rows'})`,
        ...(plan.types.length === 0 ? [] : plan.rows.slice(0, 5).map(list)),
      ];
    case 'filter':
      return [`Filter ${conjunction(plan.predicates)}`];
    case 'project':
      return [`Project ${plan.expressions.map((e, i) => named(show(e), plan.names[i])).join(', ')}`];
    case 'join':
      return [`${JOINS[plan.joinType]}${plan.on.length === 0 ? '' : ` on ${conjunction(plan.on)}`}`];
    case 'apply':
      return [`Apply ${plan.result}${plan.on.length === 0 ? '' : ` on ${conjunction(plan.on)}`}`];
    case 'aggregate':
    case 'partial-aggregate': {
      const calls = plan.aggregates.map(a => formatAggregate(a, show));
      return [
        `${plan.kind === 'aggregate' ? 'Aggregate' : 'Partial aggregate'}${plan.keys.length === 0 ? '' : ` by ${list(plan.keys)}`}${calls.length === 0 ? '' : `: ${calls.join(', ')}`}`,
      ];
    }
    case 'distinct':
      return ['Distinct'];
    case 'union':
      return ['Union all'];
    case 'set-operation':
      return [`${plan.operation === 'except' ? 'Except' : 'Intersect'}${plan.all ? ' all' : ''}`];
    case 'top': {
      const parts = [
        plan.partition.length === 0 ? '' : `of each ${list(plan.partition)}`,
        plan.sort.length === 0 ? '' : `by ${plan.sort.map(s => formatSort(s, show)).join(', ')}`,
        plan.limit === undefined ? '' : `limit ${show(plan.limit)}`,
        plan.offset === undefined ? '' : `offset ${show(plan.offset)}`,
        plan.rank === undefined ? '' : `by ${plan.rank.function}${plan.rank.output ? ' with rank' : ''}`,
      ];
      return [['Top', ...parts.filter(p => p !== '')].join(' ')];
    }
    case 'unnest':
      return [
        `Unnest ${setReturningById(plan.function).name}(${list(plan.args)})${plan.ordinality ? ' with ordinality' : ''}${plan.outer ? ' outer' : ''}`,
      ];
    case 'window': {
      const slide =
        plan.window === 'hop' ? ` every ${formatMicros(plan.slide)}` : plan.window === 'cumulate' ? ` by ${formatMicros(plan.slide)}` : '';
      const offset = plan.offset === 0n ? '' : ` from ${formatMicros(plan.offset)}`;
      return [`${WINDOWS[plan.window]} ${show(plan.time)} size ${formatMicros(plan.size)}${slide}${offset}`];
    }
    case 'session':
      return [
        `Session ${show(plan.time)} gap ${formatMicros(plan.gap)}${plan.partition.length === 0 ? '' : ` of each ${list(plan.partition)}`}`,
      ];
    case 'analytic': {
      const over = [
        plan.partition.length === 0 ? '' : `of each ${list(plan.partition)}`,
        plan.sort.length === 0 ? '' : `by ${plan.sort.map(s => formatSort(s, show)).join(', ')}`,
      ].filter(p => p !== '');
      return [`${['Analytic', ...over].join(' ')}: ${plan.calls.map(c => formatAnalyticCall(c, show)).join(', ')}`];
    }
    case 'asof-join': {
      // The times are over one side each, the conditions over both.
      const [left, right] = [namesFor(namesOf(plan.left), outer), namesFor(namesOf(plan.right), outer)];
      const times = `${formatExpression(plan.leftTime, left)} ${plan.strict ? '>' : '>='} ${formatExpression(plan.rightTime, right)}`;
      return [
        `${plan.joinType === 'left' ? 'Left as-of join' : 'As-of join'} ${times}${plan.on.length === 0 ? '' : ` on ${conjunction(plan.on)}`}`,
      ];
    }
    case 'temporal-join': {
      const name = plan.joinType === 'left' ? 'Left temporal join' : 'Temporal join';
      return [`${name}${plan.on.length === 0 ? '' : ` on ${conjunction(plan.on)}`}`];
    }
    case 'temporal-filter': {
      const parts = [
        plan.from === undefined ? '' : `${show(plan.from)} <= now()`,
        plan.until === undefined ? '' : `now() < ${show(plan.until)}`,
      ].filter(p => p !== '');
      return [`Temporal filter ${parts.join(' AND ')}`];
    }
    case 'emit-on-close':
      return [`Emit on close of ${names.input(plan.column)}`];
    default:
      return unreachable(plan);
  }
}

const WINDOWS = {tumble: 'Tumble', hop: 'Hop', cumulate: 'Cumulate'} as const;

const formatMicros = (micros: bigint): string => formatInterval({tag: 'interval', months: 0, days: 0, micros});

const JOINS = {inner: 'Join', left: 'Left join', full: 'Full join', semi: 'Semi join', anti: 'Anti join'} as const;

const named = (text: string, name: string | undefined) => (name === undefined || text === name ? text : `${text} AS ${name}`);

function formatAggregate(call: LogicalAggregateCall, show: (e: TypedExpression) => string): string {
  const order = call.orderBy === undefined ? '' : ` ORDER BY ${call.orderBy.map(s => formatSort(s, show)).join(', ')}`;
  const args = `${call.distinct ? 'DISTINCT ' : ''}${call.args.length === 0 ? '*' : call.args.map(show).join(', ')}${order}`;
  return `${aggregateById(call.function).name}(${args})${call.filter === undefined ? '' : ` FILTER (WHERE ${show(call.filter)})`}`;
}

function formatAnalyticCall(call: LogicalAnalyticCall, show: (e: TypedExpression) => string): string {
  const {name} = callableById(call.function);
  const filter = call.filter === undefined ? '' : ` FILTER (WHERE ${show(call.filter)})`;
  const args = call.args.length === 0 && callableById(call.function).kind === 'aggregate' ? '*' : call.args.map(show).join(', ');
  return `${name}(${args})${filter}${formatFrame(call.frame, show)}`;
}

function formatSort({expression, descending, nullsFirst}: SortExpression, show: (e: TypedExpression) => string): string {
  const nulls = nullsFirst === descending ? '' : ` NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
  return `${show(expression)}${descending ? ' DESC' : ''}${nulls}`;
}
