import {walk} from '../expression/map-expression.ts';
import {sameData} from '../expression/same-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {mapAnalyticCall} from '../logical/map-expressions.ts';
import type {LogicalAnalyticCall, LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf} from '../logical/output-columns.ts';
import {attachSubqueries} from './attach-subqueries.ts';
import type {Virtuals, VirtualWindow, WindowOrder} from './virtuals.ts';

/** The window calls in `expressions` as columns on top of `plan`: one node for each different partition and order. */
export function attachWindows(
  plan: LogicalPlan,
  expressions: readonly TypedExpression[],
  virtuals: Virtuals,
): {readonly plan: LogicalPlan; readonly places: ReadonlyMap<number, number>} {
  const found = windowsIn(expressions, virtuals);
  const places = new Map<number, number>();
  if (found.size === 0) return {plan, places};
  const attached = withoutSubqueries(plan, [...found.values()], virtuals);
  let result = attached.plan;
  const open = [...found.keys()].map((index, i) => ({index, window: attached.windows[i]}));
  while (open.length > 0) {
    const order = open[0]?.window?.order;
    const together = open.filter(({window}) => sameData(window?.order, order));
    if (order === undefined) break;
    const first = arityOf(result);
    for (const [i, {index}] of together.entries()) places.set(index, first + i);
    result = {
      kind: 'analytic',
      input: result,
      ...order,
      calls: together.flatMap(({window}) => (window === undefined ? [] : [window.call])),
      names: together.map(({window}) => window?.name ?? ''),
    };
    for (const done of together) open.splice(open.indexOf(done), 1);
  }
  return {plan: result, places};
}

/** The window calls, by their virtual columns; those in the tests of subqueries too. */
function windowsIn(expressions: readonly TypedExpression[], virtuals: Virtuals): ReadonlyMap<number, VirtualWindow> {
  const found = new Map<number, VirtualWindow>();
  const visit = (e: TypedExpression): void =>
    walk(e, n => {
      const virtual = n.kind === 'input' ? virtuals.get(n.index) : undefined;
      if (n.kind !== 'input' || virtual === undefined) return;
      if (virtual.kind === 'window') found.set(n.index, virtual);
      if (virtual.kind === 'subquery') for (const test of virtual.on) visit(test);
      if (virtual.kind === 'set-function') for (const arg of virtual.args) visit(arg);
    });
  for (const e of expressions) visit(e);
  return found;
}

/** Calls whose parts read subqueries' results as columns of the plan. */
function withoutSubqueries(
  plan: LogicalPlan,
  windows: readonly VirtualWindow[],
  virtuals: Virtuals,
): {readonly plan: LogicalPlan; readonly windows: readonly VirtualWindow[]} {
  const parts: TypedExpression[] = [];
  const collect = (e: TypedExpression) => {
    parts.push(e);
    return e;
  };
  for (const window of windows) mapWindow(window, collect);
  const attached = attachSubqueries(plan, parts, virtuals);
  let next = 0;
  const resolved = windows.map(window => mapWindow(window, e => attached.expressions[next++] ?? e));
  return {plan: attached.plan, windows: resolved};
}

/** A window call with `f` applied to each of its expressions, in a fixed order. */
export function mapWindow(window: VirtualWindow, f: (e: TypedExpression) => TypedExpression): VirtualWindow {
  const call: LogicalAnalyticCall = mapAnalyticCall(window.call, f);
  const order: WindowOrder = {
    partition: window.order.partition.map(f),
    sort: window.order.sort.map(s => ({...s, expression: f(s.expression)})),
  };
  return {...window, call, order};
}
