import {unreachable} from '../../common/unreachable.ts';
import {formatConstant, formatExpression} from '../expression/format-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {formatBound} from '../time/format-bound.ts';
import {formatFrame} from '../logical/format-frame.ts';
import type {FrameBound} from '../logical/logical-plan.ts';
import {formatInterval} from '../../types/interval-text.ts';
import {unboundedSides} from '../time/unbounded-joins.ts';
import {dataflowInputs} from './dataflow-inputs.ts';
import type {
  AggregateCall,
  AnalyticCall,
  DataflowAsOfJoin,
  DataflowFrameBound,
  DataflowJoin,
  DataflowPlan,
  DataflowTemporalJoin,
  Expiry,
  SortKey,
} from './dataflow-plan.ts';

/** A dataflow plan as indented lines. Columns have no names any more: `#0` is the first of the node's input (in a join of left ++ right). */
export function explainDataflow(plan: DataflowPlan, relationName: (id: number) => string, maintained = false): string {
  return lines(plan, {relationName, maintained}).join('\n');
}

export type PlanNames = {readonly relationName: (id: number) => string; readonly maintained: boolean};

function lines(plan: DataflowPlan, names: PlanNames): string[] {
  const below = dataflowInputs(plan).flatMap(input => {
    const [first = '', ...rest] = lines(input, names);
    return [`  ->  ${first}`, ...rest.map(line => `      ${line}`)];
  });
  return [describeOperator(plan, names), ...below];
}

/** One operator as its line says. */
export function describeOperator(plan: DataflowPlan, names: PlanNames): string {
  return `${describe(plan, names)}${ending(plan, names.relationName)}`;
}

/** What time does to a node's state. */
function ending(plan: DataflowPlan, relationName: (id: number) => string): string {
  if (plan.kind === 'late-gate' || plan.kind === 'window-close') return ` at ${formatBound(plan.bound, relationName)}`;
  if (!('expiry' in plan) || plan.expiry === undefined) return '';
  const over = ({column: c, bound}: Expiry, side: string) => ` ending${side} with ${column(c)} at ${formatBound(bound, relationName)}`;
  if ('bound' in plan.expiry) return over(plan.expiry, '');
  const {left, right} = plan.expiry;
  return `${left === undefined ? '' : over(left, ' left')}${right === undefined ? '' : over(right, ' right')}`;
}

const column = (i: number) => `#${i}`;
const show = (e: TypedExpression) => formatExpression(e, {input: column});
const columns = (list: readonly number[]) => list.map(column).join(', ');

function describe(plan: DataflowPlan, {relationName, maintained}: PlanNames): string {
  switch (plan.kind) {
    case 'scan':
      return `scan ${relationName(plan.relation)} [${plan.columns.map((c, i) => [c, ...(plan.paths?.[i] ?? [])].join('.')).join(', ')}]${plan.appendOnly ? ' append-only' : ''}${plan.lookup === undefined ? '' : ' by key'}`;
    case 'values': {
      const rows = plan.rows
        .slice(0, 3)
        .map(row => `(${row.map((v, i) => formatConstant(v, plan.types[i] ?? {kind: 'text'})).join(', ')})`);
      return ['values', `${plan.rows.length} rows:`, ...rows, ...(plan.rows.length > 3 ? ['…'] : [])].join(' ');
    }
    case 'map': {
      const filter = plan.predicates.length === 0 ? '' : ` where ${plan.predicates.map(p => `(${show(p)})`).join(' and ')}`;
      return `map${plan.projections === undefined ? '' : ` [${plan.projections.map(show).join(', ')}]`}${filter}`;
    }
    case 'join':
    case 'temporal-join': {
      const keys = joinKeys(plan);
      const on = keys.length === 0 ? ' cross' : ` on ${keys.join(', ')}`;
      return `${plan.joinType} ${plan.kind === 'join' ? 'join' : 'temporal join'}${on}${plan.residual === undefined ? '' : ` where ${show(plan.residual)}`}${maintained && plan.kind === 'join' ? keeps(plan) : ''}`;
    }
    case 'asof-join': {
      const right = plan.left.types.length;
      const times = `${column(plan.leftTime)} ${plan.strict ? '>' : '>='} ${column(right + plan.rightTime)}`;
      return `${plan.joinType} as-of join on ${[...joinKeys(plan), times].join(', ')}`;
    }
    case 'partial-aggregate':
      return `partial aggregate by ${columns(plan.keys)}${plan.aggregates.length === 0 ? '' : `: ${plan.aggregates.map(aggregate).join(', ')}`}`;
    case 'aggregate': {
      const by = plan.keys.length === 0 ? '' : ` by ${columns(plan.keys)}`;
      return `aggregate${by}${plan.aggregates.length === 0 ? '' : `: ${plan.aggregates.map(aggregate).join(', ')}`}${plan.appendOnly ? ' append-only' : ''}`;
    }
    case 'distinct':
      return 'distinct';
    case 'union':
      return 'union';
    case 'set-operation':
      return `${plan.operation}${plan.all ? ' all' : ''}`;
    case 'top': {
      const parts = [
        plan.partition === undefined ? '' : `of each ${columns(plan.partition)}`,
        plan.sort.length === 0 ? '' : `by ${plan.sort.map(sortKey).join(', ')}`,
        plan.limit === undefined ? '' : `limit ${show(plan.limit)}`,
        plan.offset === undefined ? '' : `offset ${show(plan.offset)}`,
        plan.rank === undefined ? '' : `by ${plan.rank.function}${plan.rank.output ? ' with rank' : ''}`,
      ];
      return ['top', ...parts.filter(p => p !== '')].join(' ');
    }
    case 'unnest':
      return `unnest ${plan.function}(${plan.args.map(show).join(', ')})${plan.ordinality ? ' with ordinality' : ''}${plan.outer ? ' outer' : ''}`;
    case 'hop':
      return `${plan.cumulate ? 'cumulate' : 'hop'} ${column(plan.time)} size ${micros(plan.size)} slide ${micros(plan.slide)}${plan.offset === 0 ? '' : ` from ${micros(plan.offset)}`}`;
    case 'session':
      return `session ${column(plan.time)} gap ${micros(plan.gap)}${plan.partition.length === 0 ? '' : ` of each ${columns(plan.partition)}`}`;
    case 'session-aggregate': {
      const by = plan.keys.length === 0 ? '' : ` by ${columns(plan.keys)}`;
      const calls = plan.aggregates.length === 0 ? '' : `: ${plan.aggregates.map(aggregate).join(', ')}`;
      return `session aggregate ${column(plan.time)} gap ${micros(plan.gap)}${by}${calls}`;
    }
    case 'analytic': {
      const over = [
        plan.partition.length === 0 ? '' : ` of each ${columns(plan.partition)}`,
        plan.sort.length === 0 ? '' : ` by ${plan.sort.map(sortKey).join(', ')}`,
      ].join('');
      return `analytic${over}: ${plan.calls.map(analyticCall).join(', ')}`;
    }
    case 'temporal-filter': {
      const parts = [
        plan.from === undefined ? '' : `${column(plan.from)} <= now`,
        plan.until === undefined ? '' : `now < ${column(plan.until)}`,
      ].filter(p => p !== '');
      return `temporal filter ${parts.join(' and ')}`;
    }
    case 'window-close':
      return `window close at ${column(plan.column)}`;
    case 'late-gate':
      return `late gate on ${column(plan.column)}`;
    default:
      return unreachable(plan);
  }
}

/** Which sides of a maintained join are kept for ever. */
function keeps(join: DataflowJoin): string {
  const sides = unboundedSides(join).map(({side}) => side);
  return sides.length === 0 ? '' : `, keeps every row of ${sides.join(' and ')}`;
}

function joinKeys({left, leftKeys, rightKeys, nullSafe}: DataflowJoin | DataflowAsOfJoin | DataflowTemporalJoin): readonly string[] {
  return leftKeys.map((key, i) => `${column(key)} ${nullSafe[i] === true ? 'is' : '='} ${column(left.types.length + (rightKeys[i] ?? 0))}`);
}

const micros = (value: number) => formatInterval({tag: 'interval', months: 0, days: 0, micros: BigInt(value)});

const shown = ({bound, offset, edge}: DataflowFrameBound): FrameBound => ({
  bound,
  offset,
  edge: edge === undefined ? undefined : {kind: 'input', type: {kind: 'unknown'}, index: edge},
});

function analyticCall(call: AnalyticCall): string {
  const filter = call.filter === undefined ? '' : ` filter ${column(call.filter)}`;
  return `${call.function}(${columns(call.args)})${filter}${formatFrame({...call.frame, start: shown(call.frame.start), end: shown(call.frame.end)}, show).toLowerCase()}`;
}

function aggregate(call: AggregateCall): string {
  const order = call.orderBy === undefined ? '' : ` order by ${call.orderBy.map(sortKey).join(', ')}`;
  const args = `${call.distinct ? 'distinct ' : ''}${columns(call.args)}${order}`;
  return `${call.function}(${args})${call.filter === undefined ? '' : ` filter ${column(call.filter)}`}`;
}

function sortKey({column: c, descending, nullsFirst}: SortKey): string {
  const nulls = nullsFirst === descending ? '' : ` nulls ${nullsFirst ? 'first' : 'last'}`;
  return `${column(c)}${descending ? ' desc' : ''}${nulls}`;
}
