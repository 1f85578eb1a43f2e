import {sqlError} from '../../common/sql-error.ts';
import {input} from '../expression/build-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';

/**
 * EMIT ON WINDOW CLOSE: rows come out when the window that they belong to is over. Its end has to be among the columns, or at least where they
 * are computed from. Errors: 42P20 where there is none.
 */
export function emitOnClose(plan: LogicalPlan, position: number): LogicalPlan {
  // Of a set of rows that come one by one the order has no meaning, but the plan may still hold it.
  if (plan.kind === 'top' && plan.limit === undefined && plan.offset === undefined && plan.partition.length === 0) {
    return {...plan, input: emitOnClose(plan.input, position)};
  }
  const withEnd = exposeEnd(plan);
  if (withEnd === undefined) {
    throw sqlError('windowing_error', 'EMIT ON WINDOW CLOSE needs the end of a window', {
      position,
      hint: 'Group by the window_end of TUMBLE, HOP or SESSION, or select it.',
    });
  }
  const emitted: LogicalPlan = {kind: 'emit-on-close', input: withEnd.plan, column: withEnd.column};
  const arity = arityOf(plan);
  if (arityOf(withEnd.plan) === arity) return emitted;
  const columns = typesOf(plan).map((type, i) => input(i, type));
  return {kind: 'project', input: emitted, expressions: columns, names: namesOf(plan)};
}

type WithEnd = {readonly plan: LogicalPlan; readonly column: number};

/** The plan with the end of a window among its columns: one of them, or one more. */
function exposeEnd(plan: LogicalPlan): WithEnd | undefined {
  const column = typesOf(plan).findIndex((_, i) => isWindowEnd(plan, i));
  if (column >= 0) return {plan, column};
  if (plan.kind === 'filter') {
    const below = exposeEnd(plan.input);
    return below && {plan: {...plan, input: below.plan}, column: below.column};
  }
  if (plan.kind !== 'project') return undefined;
  const below = exposeEnd(plan.input);
  const type = below && typesOf(below.plan)[below.column];
  if (below === undefined || type === undefined) return undefined;
  const expressions = [...plan.expressions, input(below.column, type)];
  return {plan: {...plan, input: below.plan, expressions, names: [...plan.names, 'window_end']}, column: expressions.length - 1};
}

/** Whether an output column is the end of a window: of this query, or of a view that it reads. */
function isWindowEnd(plan: LogicalPlan, column: number): boolean {
  switch (plan.kind) {
    case 'scan':
      return plan.names[column] === 'window_end' && ['timestamp', 'timestamptz'].includes(plan.types[column]?.kind ?? '');
    case 'window':
    case 'session':
      return column === arityOf(plan.input) + 1 || (column < arityOf(plan.input) && isWindowEnd(plan.input, column));
    case 'project': {
      const e = plan.expressions[column];
      return e?.kind === 'input' && isWindowEnd(plan.input, e.index);
    }
    case 'aggregate': {
      const key = plan.keys[column];
      return key?.kind === 'input' && isWindowEnd(plan.input, key.index);
    }
    case 'filter':
    case 'distinct':
    case 'top':
    case 'analytic':
    case 'unnest':
      return column < arityOf(plan.input) && isWindowEnd(plan.input, column);
    case 'join':
    case 'apply':
    case 'asof-join':
    case 'temporal-join': {
      const arity = arityOf(plan.left);
      return column < arity ? isWindowEnd(plan.left, column) : plan.kind === 'join' && isWindowEnd(plan.right, column - arity);
    }
    case 'union':
      return plan.inputs.every(i => isWindowEnd(i, column));
    default:
      return false;
  }
}
