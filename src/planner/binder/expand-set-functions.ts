import {input} from '../expression/build-expression.ts';
import {rewrite, walk} from '../expression/map-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {arityOf} from '../logical/output-columns.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {fromOuterScope} from './bind-column-ref.ts';
import {lockstep} from './lockstep.ts';
import type {Virtuals, VirtualSetFunction} from './virtuals.ts';

/**
 * Set-returning functions of a select list become unnest nodes, inner calls below the calls that they are arguments of. Several at one level
 * run in step.
 */
export function expandSetFunctions(
  plan: LogicalPlan,
  expressions: readonly TypedExpression[],
  virtuals: Virtuals,
): {readonly plan: LogicalPlan; readonly expressions: readonly TypedExpression[]} {
  const found = setFunctionsIn(expressions, virtuals);
  if (found.size === 0) return {plan, expressions};
  const calls = [...found.values()];
  // Calls inside arguments first: their rows are the input of this level.
  const below = expandSetFunctions(
    plan,
    calls.flatMap(c => c.args),
    virtuals,
  );
  let next = 0;
  const resolved = calls.map(c => ({...c, args: c.args.map(a => below.expressions[next++] ?? a)}));
  const first = arityOf(below.plan);
  const values = new Map<number, TypedExpression>();
  let at = first;
  for (const [i, index] of [...found.keys()].entries()) {
    const call = resolved[i];
    if (call === undefined) continue;
    values.set(index, valueOf(call, at));
    at += call.types.length;
  }
  const replaced = expressions.map(e => rewrite(e, n => (n.kind === 'input' ? values.get(n.index) : undefined)));
  return {plan: sideBySide(below.plan, resolved), expressions: replaced};
}

/** The outermost calls, by their virtual columns. */
function setFunctionsIn(expressions: readonly TypedExpression[], virtuals: Virtuals): ReadonlyMap<number, VirtualSetFunction> {
  const found = new Map<number, VirtualSetFunction>();
  for (const e of expressions) {
    walk(e, n => {
      const virtual = n.kind === 'input' ? virtuals.get(n.index) : undefined;
      if (n.kind === 'input' && virtual?.kind === 'set-function') found.set(n.index, virtual);
    });
  }
  return found;
}

/** One value: the column itself, or a row of the columns. */
function valueOf({types, names}: VirtualSetFunction, at: number): TypedExpression {
  const columns = types.map((type, i) => input(at + i, type));
  const [only] = columns;
  if (columns.length === 1 && only !== undefined) return only;
  const fields = types.map((type, i) => ({name: names[i] ?? '', type}));
  return {kind: 'row', type: {kind: 'composite', fields}, items: columns};
}

function sideBySide(plan: LogicalPlan, calls: readonly VirtualSetFunction[]): LogicalPlan {
  const [only] = calls;
  if (calls.length === 1 && only !== undefined) {
    const {args, names, types} = only;
    return {kind: 'unnest', input: plan, function: only.function, args, names, types, ordinality: false, outer: false};
  }
  const right = lockstep(calls.map(c => ({...c, args: c.args.map(a => fromOuterScope(a, 1))})));
  return {kind: 'apply', result: 'inner', left: plan, right, on: []};
}
