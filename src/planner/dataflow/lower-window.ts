import {constant, input} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan, LogicalSession, LogicalWindow} from '../logical/logical-plan.ts';
import {arityOf, typesOf} from '../logical/output-columns.ts';
import {T} from '../../types/sql-type.ts';
import {keyExpression} from './canonical-keys.ts';
import {Columns, withoutComputed} from './columns-below.ts';
import type {DataflowPlan} from './dataflow-plan.ts';

type Lower = (plan: LogicalPlan) => DataflowPlan;

/** A row's one tumbling window is two more projections of the map below; the other windows are an operator that repeats rows. */
export function lowerWindow(plan: LogicalWindow, lower: Lower): DataflowPlan {
  const types = typesOf(plan);
  if (plan.window === 'tumble') {
    const columns = typesOf(plan.input).map((type, i) => input(i, type));
    const expressions = [...columns, windowEdge('start', plan), windowEdge('end', plan)];
    return lower({kind: 'project', input: plan.input, expressions, names: expressions.map(() => '')});
  }
  const columns = new Columns(plan.input, true);
  const time = columns.place(plan.time);
  const below = columns.plan();
  const hop: DataflowPlan = {
    kind: 'hop',
    types: [...typesOf(below), plan.time.type, plan.time.type],
    input: lower(below),
    time,
    slide: Number(plan.slide),
    size: Number(plan.size),
    offset: Number(plan.offset),
    cumulate: plan.window === 'cumulate',
  };
  return withoutComputed(hop, types.length - 2, arityOf(below));
}

/** `window_start(time, size, offset)` or `window_end(…)`. */
export function windowEdge(edge: 'start' | 'end', {time, size, offset}: Pick<LogicalWindow, 'time' | 'size' | 'offset'>): TypedExpression {
  const args = [time, constant(size, T.int8), constant(offset, T.int8)];
  return {kind: 'call', type: time.type, function: `window_${edge}_${time.type.kind}_int8_int8`, args};
}

export function lowerSession(plan: LogicalSession, lower: Lower): DataflowPlan {
  const columns = new Columns(plan.input, true);
  const time = columns.place(plan.time);
  const partition = plan.partition.map(e => columns.place(keyExpression(e)));
  const below = columns.plan();
  const types = [...typesOf(below), plan.time.type, plan.time.type];
  const session: DataflowPlan = {kind: 'session', types, input: lower(below), time, gap: Number(plan.gap), partition};
  return withoutComputed(session, arityOf(plan.input), arityOf(below));
}
