import {input} from '../../expression/build-expression.ts';
import {isFallible} from '../../expression/fallibility.ts';
import {inputsRead, remapInputs, shiftInputs} from '../../expression/references.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalJoin, LogicalPlan} from '../../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../../logical/output-columns.ts';
import {filterOver} from '../filter-over.ts';
import type {Rule} from '../rule.ts';
import {split} from '../split.ts';

/**
 * Joins stay in the order in which they were written, unless that compares every row of two inputs although a later input connects them:
 * `FROM a, b, c WHERE a.x = c.x AND c.y = b.y` is joined as a, c, b.
 */
export const avoidCrossJoins: Rule = {
  name: 'avoid-cross-joins',
  apply: plan => {
    if (!isInner(plan) || !hasCrossJoin(plan)) return undefined;
    const {leaves, predicates} = flatten(plan);
    if (leaves.length < 3) return undefined;
    const starts = startsOf(leaves);
    const owner = (column: number) => starts.findLastIndex(start => start <= column);
    const order = chooseOrder(leaves.length, predicates, owner);
    if (order.every((leaf, i) => leaf === i)) return undefined;
    return joinInOrder(leaves, starts, order, predicates);
  },
};

const isInner = (plan: LogicalPlan): plan is LogicalJoin => plan.kind === 'join' && plan.joinType === 'inner';

const isEquality = (e: TypedExpression): e is Extract<TypedExpression, {kind: 'compare' | 'distinct'}> =>
  (e.kind === 'compare' && e.op === '=') || (e.kind === 'distinct' && e.negated);

/** Whether a join of the tree has no equality between its sides. */
function hasCrossJoin(plan: LogicalPlan): boolean {
  if (!isInner(plan)) return false;
  return !plan.on.some(isEquality) || hasCrossJoin(plan.left) || hasCrossJoin(plan.right);
}

type Flat = {readonly leaves: readonly LogicalPlan[]; readonly predicates: readonly TypedExpression[]};

/** The inputs of a tree of inner joins; predicates over all their columns, side by side. */
function flatten(plan: LogicalPlan): Flat {
  if (!isInner(plan)) return {leaves: [plan], predicates: []};
  const left = flatten(plan.left);
  const right = flatten(plan.right);
  const offset = arityOf(plan.left);
  return {
    leaves: [...left.leaves, ...right.leaves],
    predicates: [...left.predicates, ...right.predicates.map(p => shiftInputs(p, offset)), ...plan.on],
  };
}

function startsOf(leaves: readonly LogicalPlan[]): readonly number[] {
  let next = 0;
  return leaves.map(leaf => {
    const start = next;
    next += arityOf(leaf);
    return start;
  });
}

/** The first input, then always the first one that an equality ties to those already joined, if there is any. */
function chooseOrder(count: number, predicates: readonly TypedExpression[], owner: (column: number) => number): readonly number[] {
  const links = predicates.filter(isEquality).map(e => [leavesOf(e.left, owner), leavesOf(e.right, owner)] as const);
  const order = [0];
  const within = (set: ReadonlySet<number>) => set.size > 0 && [...set].every(leaf => order.includes(leaf));
  const only = (set: ReadonlySet<number>, leaf: number) => set.size === 1 && set.has(leaf);
  while (order.length < count) {
    const open = Array.from({length: count}, (_, i) => i).filter(i => !order.includes(i));
    const tied = open.find(leaf => links.some(([a, b]) => (within(a) && only(b, leaf)) || (within(b) && only(a, leaf))));
    const next = tied ?? open[0];
    if (next === undefined) break;
    order.push(next);
  }
  return order;
}

function leavesOf(e: TypedExpression, owner: (column: number) => number): ReadonlySet<number> {
  return new Set([...inputsRead([e])].map(owner));
}

/** A left-deep join; each predicate as soon as its columns are there, those that may fail above all joins; columns back in their old order. */
function joinInOrder(
  leaves: readonly LogicalPlan[],
  starts: readonly number[],
  order: readonly number[],
  predicates: readonly TypedExpression[],
): LogicalPlan {
  const places = new Map<number, number>();
  let joined: LogicalPlan | undefined;
  let [waiting, last] = split(predicates, p => !isFallible(p));
  for (const leaf of order) {
    const plan = leaves[leaf];
    const start = starts[leaf];
    if (plan === undefined || start === undefined) continue;
    const offset = joined === undefined ? 0 : arityOf(joined);
    for (let i = 0; i < arityOf(plan); i++) places.set(start + i, offset + i);
    if (joined === undefined) {
      joined = plan;
      continue;
    }
    const [ready, later] = split(waiting, p => [...inputsRead([p])].every(c => places.has(c)));
    waiting = later;
    joined = {kind: 'join', joinType: 'inner', left: joined, right: plan, on: ready.map(p => remapInputs(p, c => places.get(c) ?? c))};
  }
  if (joined === undefined) throw new Error('internal error: join of nothing');
  last = [...last, ...waiting].map(p => remapInputs(p, c => places.get(c) ?? c));
  const types = leaves.flatMap(typesOf);
  return {
    kind: 'project',
    input: filterOver(joined, last),
    expressions: types.map((type, i) => input(places.get(i) ?? i, type)),
    names: leaves.flatMap(namesOf),
  };
}
