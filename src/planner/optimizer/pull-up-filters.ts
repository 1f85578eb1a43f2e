import {input} from '../expression/build-expression.ts';
import {inputsRead, readsOuter, remapInputs, shiftInputs} from '../expression/references.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';
import {outerColumns} from '../logical/outer-references.ts';

/** A plan without correlation and the correlated predicates that were in it, over its columns. The first columns are those of the original. */
export type PulledUp = {readonly plan: LogicalPlan; readonly predicates: readonly TypedExpression[]};

/** Takes correlated filters out of projections and inner joins; undefined where correlation is elsewhere. */
export function pullUpFilters(plan: LogicalPlan): PulledUp | undefined {
  if (outerColumns(plan).size === 0) return {plan, predicates: []};
  switch (plan.kind) {
    case 'filter': {
      const below = pullUpFilters(plan.input);
      if (below === undefined) return undefined;
      const kept = plan.predicates.filter(p => !readsOuter(p));
      const taken = plan.predicates.filter(readsOuter);
      const filtered: LogicalPlan = kept.length === 0 ? below.plan : {kind: 'filter', input: below.plan, predicates: kept};
      return {plan: filtered, predicates: [...below.predicates, ...taken]};
    }
    case 'project': {
      const below = pullUpFilters(plan.input);
      if (below === undefined || plan.expressions.some(readsOuter)) return undefined;
      // What the predicates read has to be among the columns.
      const expressions: TypedExpression[] = [...plan.expressions];
      const names = [...plan.names];
      const places = new Map<number, number>();
      for (const column of inputsRead(below.predicates)) {
        const known = expressions.findIndex(e => e.kind === 'input' && e.index === column);
        if (known >= 0) {
          places.set(column, known);
          continue;
        }
        const type = typesOf(below.plan)[column];
        if (type === undefined) return undefined;
        places.set(column, expressions.push(input(column, type)) - 1);
        names.push(namesOf(below.plan)[column] ?? '');
      }
      const predicates = below.predicates.map(p => remapInputs(p, i => places.get(i) ?? i));
      return {plan: {kind: 'project', input: below.plan, expressions, names}, predicates};
    }
    case 'join': {
      if (plan.joinType !== 'inner') return undefined;
      const left = pullUpFilters(plan.left);
      const right = pullUpFilters(plan.right);
      if (left === undefined || right === undefined) return undefined;
      const [l, r] = [arityOf(plan.left), arityOf(plan.right)];
      const [wideL, wideR] = [arityOf(left.plan), arityOf(right.plan)];
      const place = (i: number) => (i < l ? i : i - l + wideL);
      const on = plan.on.map(e => remapInputs(e, place));
      const kept = on.filter(e => !readsOuter(e));
      const predicates = [...left.predicates, ...right.predicates.map(p => shiftInputs(p, wideL)), ...on.filter(readsOuter)];
      const joined: LogicalPlan = {kind: 'join', joinType: 'inner', left: left.plan, right: right.plan, on: kept};
      if (wideL === l) return {plan: joined, predicates};
      // The original columns come first again, then those that were added on either side.
      const order = [...range(0, l), ...range(wideL, wideL + r), ...range(l, wideL), ...range(wideL + r, wideL + wideR)];
      const types = typesOf(joined);
      const names = namesOf(joined);
      const expressions = order.flatMap(i => {
        const type = types[i];
        return type === undefined ? [] : [input(i, type)];
      });
      const reordered: LogicalPlan = {kind: 'project', input: joined, expressions, names: order.map(i => names[i] ?? '')};
      return {plan: reordered, predicates: predicates.map(p => remapInputs(p, i => order.indexOf(i)))};
    }
    default:
      return undefined;
  }
}

const range = (from: number, to: number) => Array.from({length: to - from}, (_, i) => from + i);
