import {conjunction, nullOf} from '../expression/build-expression.ts';
import {isFallible} from '../expression/fallibility.ts';
import {inputsRead, shiftInputs} from '../expression/references.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {volatilityOf} from '../expression/volatility.ts';
import {keyExpression} from './canonical-keys.ts';

/** `left = right`, each over its own side. */
export type KeyPair = {readonly left: TypedExpression; readonly right: TypedExpression; readonly nullSafe: boolean};

/** Equalities between the two sides as keys, all other conditions as the residual. */
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
