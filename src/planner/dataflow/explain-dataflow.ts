import {unreachable} from '../../common/unreachable.ts';
import {formatConstant, formatExpression} from '../expression/format-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {AggregateCall, DataflowPlan, SortKey} from './dataflow-plan.ts';

/** A dataflow plan as indented lines. Columns have no names any more: `#0` is the first of the node's input (in a join of left ++ right). */
export function explainDataflow(plan: DataflowPlan, relationName: (id: number) => string): string {
  return lines(plan, relationName).join('\n');
}

export function dataflowInputs(plan: DataflowPlan): readonly DataflowPlan[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
      return [];
    case 'join':
    case 'set-operation':
      return [plan.left, plan.right];
    case 'union':
      return plan.inputs;
    default:
      return [plan.input];
  }
}

function lines(plan: DataflowPlan, relationName: (id: number) => string): string[] {
  const below = dataflowInputs(plan).flatMap(input => {
    const [first = '', ...rest] = lines(input, relationName);
    return [`  ->  ${first}`, ...rest.map(line => `      ${line}`)];
  });
  return [describe(plan, relationName), ...below];
}

const column = (i: number) => `#${i}`;
const show = (e: TypedExpression) => formatExpression(e, {input: column});
const columns = (list: readonly number[]) => list.map(column).join(', ');

function describe(plan: DataflowPlan, relationName: (id: number) => string): string {
  switch (plan.kind) {
    case 'scan':
      return `scan ${relationName(plan.relation)} [${plan.columns.map((c, i) => [c, ...(plan.paths?.[i] ?? [])].join('.')).join(', ')}]${plan.appendOnly ? ' append-only' : ''}`;
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
    case 'join': {
      const keys = plan.leftKeys.map((l, i) => {
        const right = plan.left.types.length + (plan.rightKeys[i] ?? 0);
        return `${column(l)} ${plan.nullSafe[i] === true ? 'is' : '='} ${column(right)}`;
      });
      const on = keys.length === 0 ? ' cross' : ` on ${keys.join(', ')}`;
      return `${plan.joinType} join${on}${plan.residual === undefined ? '' : ` where ${show(plan.residual)}`}`;
    }
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
      ];
      return ['top', ...parts.filter(p => p !== '')].join(' ');
    }
    case 'unnest':
      return `unnest ${plan.function}(${plan.args.map(show).join(', ')})${plan.ordinality ? ' with ordinality' : ''}${plan.outer ? ' outer' : ''}`;
    default:
      return unreachable(plan);
  }
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
