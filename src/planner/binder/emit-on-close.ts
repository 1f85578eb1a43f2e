import {sqlError} from '../../common/sql-error.ts';
import {input} from '../expression/build-expression.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';

/**
 * EMIT ON WINDOW CLOSE: rows come out when the window that they belong to is over. One of its edges has to be among the columns, or at least
 * where they are computed from. Which one does not matter where all windows of a start end together or, of CUMULATE, the longest one ends them
 * all. Without windows it is a time that is grouped by. Errors: 42P20 where there is none.
 */
export function emitOnClose(plan: LogicalPlan, position: number): LogicalPlan {
  // Of a set of rows that come one by one the order has no meaning, but the plan may still hold it.
  if (plan.kind === 'top' && plan.limit === undefined && plan.offset === undefined && plan.partition.length === 0) {
    return {...plan, input: emitOnClose(plan.input, position)};
  }
  const withEdge = exposeEdge(plan, 'window_end') ?? exposeEdge(plan, 'window_start') ?? exposeEdge(plan, 'group_time');
  if (withEdge === undefined) {
    throw sqlError('windowing_error', 'EMIT ON WINDOW CLOSE needs to know when a row is over', {
      position,
      hint: 'Group by window_start or window_end of TUMBLE, HOP or CUMULATE, by the window_end of SESSION, or by a time such as date_trunc.',
    });
  }
  const emitted: LogicalPlan = {kind: 'emit-on-close', input: withEdge.plan, column: withEdge.column};
  const arity = arityOf(plan);
  if (arityOf(withEdge.plan) === arity) return emitted;
  const columns = typesOf(plan).map((type, i) => input(i, type));
  return {kind: 'project', input: emitted, expressions: columns, names: namesOf(plan)};
}

/** `group_time`: any time that is grouped by; whether anything is known of it is seen when the plan is bounded. */
type Edge = 'window_start' | 'window_end' | 'group_time';
type WithEdge = {readonly plan: LogicalPlan; readonly column: number};

/** The plan with an edge of a window among its columns: one of them, or one more. */
function exposeEdge(plan: LogicalPlan, edge: Edge): WithEdge | undefined {
  const column = typesOf(plan).findIndex((_, i) => isEdge(plan, i, edge));
  if (column >= 0) return {plan, column};
  if (plan.kind === 'filter') {
    const below = exposeEdge(plan.input, edge);
    return below && {plan: {...plan, input: below.plan}, column: below.column};
  }
  if (plan.kind !== 'project') return undefined;
  const below = exposeEdge(plan.input, edge);
  const type = below && typesOf(below.plan)[below.column];
  if (below === undefined || type === undefined) return undefined;
  const expressions = [...plan.expressions, input(below.column, type)];
  return {plan: {...plan, input: below.plan, expressions, names: [...plan.names, edge]}, column: expressions.length - 1};
}

const TIMES: ReadonlySet<SqlType['kind']> = new Set(['timestamp', 'timestamptz', 'date']);

/** Whether an output column is such an edge of a window: of this query, or of a view that it reads. */
function isEdge(plan: LogicalPlan, column: number, edge: Edge): boolean {
  switch (plan.kind) {
    case 'scan':
      return plan.names[column] === edge && ['timestamp', 'timestamptz'].includes(plan.types[column]?.kind ?? '');
    case 'window':
    case 'session': {
      const arity = arityOf(plan.input);
      if (column < arity) return isEdge(plan.input, column, edge);
      // A session that has begun says nothing of its end.
      if (edge === 'window_end') return column === arity + 1;
      return edge === 'window_start' && column === arity && plan.kind === 'window';
    }
    case 'project': {
      const e = plan.expressions[column];
      return e?.kind === 'input' && isEdge(plan.input, e.index, edge);
    }
    case 'aggregate': {
      const key = plan.keys[column];
      if (key !== undefined && edge === 'group_time') return TIMES.has(key.type.kind);
      return key?.kind === 'input' && isEdge(plan.input, key.index, edge);
    }
    case 'filter':
    case 'distinct':
    case 'top':
    case 'analytic':
    case 'unnest':
      return column < arityOf(plan.input) && isEdge(plan.input, column, edge);
    case 'join':
    case 'apply':
    case 'asof-join':
    case 'temporal-join': {
      const arity = arityOf(plan.left);
      return column < arity ? isEdge(plan.left, column, edge) : plan.kind === 'join' && isEdge(plan.right, column - arity, edge);
    }
    case 'union':
      return plan.inputs.every(i => isEdge(i, column, edge));
    default:
      return false;
  }
}
