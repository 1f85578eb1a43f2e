import fc from 'fast-check';
import {describe, test} from 'vitest';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Schema} from '../batch/batch.ts';
import type {Operator} from '../graph/operator.ts';
import {cellsOf} from '../testing/arbitrary-cells.ts';
import {joinOracle, lessThan, type MatchRule} from '../testing/join-oracle.ts';
import {checkLaws, type LawfulOperator} from '../testing/operator-laws.ts';
import type {Cell} from '../testing/zset.ts';
import {AntiJoinOperator} from './anti-join.ts';
import {InnerJoinOperator, type JoinArgs} from './inner-join.ts';
import {LeftJoinOperator} from './left-join.ts';
import {SemiJoinOperator} from './semi-join.ts';

const KINDS: readonly PhysicalKind[] = ['u8', 'i32', 'i64', 'f64', 'decimal', 'bytes'];
const rowsOf = (schema: Schema): fc.Arbitrary<readonly Cell[]> => fc.tuple(...schema.map(cellsOf));

type JoinType = 'inner' | 'left' | 'semi' | 'anti';
const MAKERS: Readonly<Record<JoinType, (args: JoinArgs) => Operator>> = {
  inner: args => new InnerJoinOperator(args),
  left: args => new LeftJoinOperator(args),
  semi: args => new SemiJoinOperator(args),
  anti: args => new AntiJoinOperator(args),
};

function join(type: JoinType, left: Schema, right: Schema, rule: MatchRule): LawfulOperator {
  const {lessThan: condition} = rule;
  const residual = condition === undefined ? undefined : lessThan(...condition);
  return {
    name: type,
    inputs: [left, right],
    rows: [rowsOf(left), rowsOf(right)],
    make: hashMask => MAKERS[type]({label: type, left, right, keys: rule.keys, residual, hashMask}),
    batch: ([l, r]) => joinOracle(rule, type, l!, r!, right.length),
  };
}

for (const type of Object.keys(MAKERS) as JoinType[]) {
  describe(`laws of the ${type} join`, () => {
    for (const kind of KINDS) {
      test(`on ${kind}`, () => checkLaws(join(type, [kind, 'i32'], ['i32', kind], {keys: {left: [0], right: [1], nullSafe: [false]}}), 60));
    }
    test('on two keys, NULL matching NULL in one of them', () =>
      checkLaws(join(type, ['u8', 'i32', 'bytes'], ['u8', 'i32'], {keys: {left: [0, 1], right: [0, 1], nullSafe: [true, false]}}), 100));
    test('on a key and a condition', () =>
      checkLaws(join(type, ['u8', 'i32'], ['u8', 'i32'], {keys: {left: [0], right: [0], nullSafe: [false]}, lessThan: [1, 1]}), 150));
    test('on a condition alone', () =>
      checkLaws(join(type, ['i32'], ['i32', 'decimal'], {keys: {left: [], right: [], nullSafe: []}, lessThan: [0, 0]}), 100));
    test('without a condition', () => checkLaws(join(type, ['i32'], ['u8'], {keys: {left: [], right: [], nullSafe: []}}), 100));
  });
}

test('the inner join of sides that never retract, with repeated rows', () => {
  const [left, right]: Schema[] = [
    ['u8', 'bytes', 'i64'],
    ['bytes', 'u8'],
  ];
  const rule: MatchRule = {keys: {left: [0], right: [1], nullSafe: [false]}};
  const make = (hashMask: number | undefined) =>
    new InnerJoinOperator({label: 'inner', left: left!, right: right!, keys: rule.keys, appendOnly: {left: true, right: true}, hashMask});
  checkLaws({...join('inner', left!, right!, rule), make, appendOnly: true}, 150);
});
