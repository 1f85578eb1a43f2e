import {conjunction, input, nullOf} from '../expression/build-expression.ts';
import {isFallible} from '../expression/fallibility.ts';
import {inputsRead, remapInputs, shiftInputs} from '../expression/references.ts';
import {sameExpression} from '../expression/same-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {volatilityOf} from '../expression/volatility.ts';
import type {LogicalJoin, LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';
import {isAppendOnly} from '../optimizer/properties/append-only.ts';
import {mergeProjects} from '../optimizer/rules/merge-projects.ts';
import {keyExpression} from './canonical-keys.ts';
import type {DataflowPlan} from './dataflow-plan.ts';

type Lower = (plan: LogicalPlan) => DataflowPlan;
/** `left = right`, each over its own side. */
type KeyPair = {readonly left: TypedExpression; readonly right: TypedExpression; readonly nullSafe: boolean};

/** Equalities between the two sides become keys, all other conditions the residual. Key expressions are computed below the join. */
export function lowerJoin(plan: LogicalJoin, lower: Lower): DataflowPlan {
  if (plan.joinType === 'full') return lower(fullJoin(plan));
  const arity = arityOf(plan.left);
  const {keys, residual} = splitCondition(plan.on, arity);
  const left = withComputed(
    plan.left,
    keys.map(k => k.left),
  );
  const right = withComputed(
    plan.right,
    keys.map(k => k.right),
  );
  const added = arityOf(left.plan) - arity;
  const place = (i: number) => (i < arity ? i : i + added);
  const sides = plan.joinType === 'semi' || plan.joinType === 'anti' ? typesOf(left.plan) : [...typesOf(left.plan), ...typesOf(right.plan)];
  const joined: DataflowPlan = {
    kind: 'join',
    types: sides,
    joinType: plan.joinType,
    left: lower(left.plan),
    right: lower(right.plan),
    leftKeys: left.places,
    rightKeys: right.places,
    nullSafe: keys.map(k => k.nullSafe),
    residual: residual.length === 0 ? undefined : remapInputs(conjunction(residual), place),
    appendOnly: {left: isAppendOnly(plan.left), right: isAppendOnly(plan.right)},
  };
  const types = typesOf(plan);
  if (types.length === sides.length) return joined;
  // Computed keys are of no use above the join.
  return {kind: 'map', types, input: joined, predicates: [], projections: types.map((type, i) => input(place(i), type))};
}

export function splitCondition(
  on: readonly TypedExpression[],
  arity: number,
): {readonly keys: readonly KeyPair[]; readonly residual: readonly TypedExpression[]} {
  const pairs = on.map(e => ({e, pair: keyPair(e, arity)}));
  const safe = pairs.filter(({pair}) => pair !== undefined && !isFallible(pair.left) && !isFallible(pair.right));
  // A key that may fail is computed for rows that match nothing: only where the alternative is to compare every row with every other.
  const chosen = safe.length > 0 ? safe : pairs.filter(({pair}) => pair !== undefined).slice(0, 1);
  const residual = on.filter(e => !chosen.some(c => c.e === e));
  const [left, right] = [
    residual.filter(e => !isFallible(e) && [...inputsRead([e])].every(i => i < arity)),
    residual.filter(e => !isFallible(e) && [...inputsRead([e])].every(i => i >= arity)).map(e => shiftInputs(e, -arity)),
  ];
  const keys = chosen.flatMap(({pair}) =>
    pair === undefined ? [] : [byValue({...pair, left: guarded(pair.left, left), right: guarded(pair.right, right)})],
  );
  return {keys, residual};
}

/** A key that may fail is computed for rows alone that the other conditions on their side let match. */
function guarded(key: TypedExpression, conditions: readonly TypedExpression[]): TypedExpression {
  if (conditions.length === 0 || !isFallible(key)) return key;
  return {kind: 'case', type: key.type, branches: [{when: conjunction(conditions), then: key}], otherwise: nullOf(key.type)};
}

/** Every equality as a key, whatever it may raise: for joins that have no other conditions. */
export function equalityKeys(on: readonly TypedExpression[], arity: number): readonly KeyPair[] {
  return on.map(e => {
    const pair = keyPair(e, arity);
    if (pair === undefined) throw new Error('internal error: condition of an as-of join');
    return byValue(pair);
  });
}

const byValue = ({left, right, nullSafe}: KeyPair): KeyPair => ({left: keyExpression(left), right: keyExpression(right), nullSafe});

function keyPair(e: TypedExpression, arity: number): KeyPair | undefined {
  const nullSafe = e.kind === 'distinct' && e.negated;
  if (!nullSafe && !(e.kind === 'compare' && e.op === '=')) return undefined;
  if (volatilityOf(e) === 'volatile') return undefined;
  const [a, b] = [inputsRead([e.left]), inputsRead([e.right])];
  const onLeft = (columns: ReadonlySet<number>) => columns.size > 0 && [...columns].every(i => i < arity);
  const onRight = (columns: ReadonlySet<number>) => columns.size > 0 && [...columns].every(i => i >= arity);
  if (onLeft(a) && onRight(b)) return {left: e.left, right: shiftInputs(e.right, -arity), nullSafe};
  if (onLeft(b) && onRight(a)) return {left: e.right, right: shiftInputs(e.left, -arity), nullSafe};
  return undefined;
}

/** The side with its key expressions as columns: those that are no columns yet are added at the end. */
export function withComputed(
  side: LogicalPlan,
  keys: readonly TypedExpression[],
): {readonly plan: LogicalPlan; readonly places: readonly number[]} {
  const types = typesOf(side);
  const expressions: TypedExpression[] = types.map((type, i) => input(i, type));
  const names = [...namesOf(side)];
  const places = keys.map(key => {
    // A column that only lost its modifiers is that column.
    const known = expressions.findIndex(
      e => sameExpression(e, key) || (e.kind === 'input' && key.kind === 'input' && e.index === key.index),
    );
    if (known >= 0) return known;
    names.push('key');
    return expressions.push(key) - 1;
  });
  if (expressions.length === types.length) return {plan: side, places};
  const project: LogicalPlan = {kind: 'project', input: side, expressions, names};
  return {plan: mergeProjects.apply(project, {}) ?? project, places};
}

/** L ⟗ R = L ⟕ R, and the rows of R that no row of L meets, padded with NULLs. */
function fullJoin(plan: LogicalJoin): LogicalPlan {
  const [l, r] = [arityOf(plan.left), arityOf(plan.right)];
  const swapped = plan.on.map(e => remapInputs(e, i => (i < l ? i + r : i - l)));
  const unmatched: LogicalPlan = {kind: 'join', joinType: 'anti', left: plan.right, right: plan.left, on: swapped};
  const expressions = [...typesOf(plan.left).map(nullOf), ...typesOf(plan.right).map((type, i) => input(i, type))];
  const padded: LogicalPlan = {kind: 'project', input: unmatched, expressions, names: namesOf(plan)};
  return {kind: 'union', inputs: [{...plan, joinType: 'left'}, padded]};
}
