import {sqlError} from '../../common/sql-error.ts';
import {aggregateById} from '../../functions/registry.ts';
import {hasKeyBytes, isHashableKey, printsAsOne} from '../../types/hashable-key.ts';
import {T, type SqlType} from '../../types/sql-type.ts';
import {input} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalAggregate, LogicalAggregateCall, LogicalDistinct, LogicalPlan, LogicalSetOperation} from '../logical/logical-plan.ts';
import {namesOf, typesOf} from '../logical/output-columns.ts';
import {isAppendOnly} from '../optimizer/properties/append-only.ts';

/**
 * Operators compare keys by their stored form. Where a type has several forms of one value ('1 day' = '24 hours', jsonb 1.0 = 1, blanks
 * behind bpchar), plans compare `key_bytes` of the value instead, and show one of the spellings that are there: the greatest by its bytes.
 */
export function keyExpression(e: TypedExpression): TypedExpression {
  return isHashableKey(e.type) || !hasKeyBytes(e.type) ? e : call('key_bytes', T.bytea, e);
}

const call = (id: string, type: SqlType, arg: TypedExpression): TypedExpression => ({kind: 'call', type, function: id, args: [arg]});

export type CanonicalGroups = {
  readonly aggregate: LogicalAggregate;
  /** Over the columns of `aggregate`, the columns of the plan that was given; absent = they are the same. */
  readonly projections?: readonly TypedExpression[] | undefined;
};

/** Groups by value. A numeric or float key is compared by value anyway; only where rows go away its spelling has to be looked after. */
export function canonicalGroups(plan: LogicalAggregate): CanonicalGroups {
  const appendOnly = isAppendOnly(plan.input);
  const respelt = plan.keys.map(({type}) => hasKeyBytes(type) && !(appendOnly && isHashableKey(type)) && !printsAsOne(type));
  const aggregates = plan.aggregates.map(countedByValue);
  if (!respelt.includes(true)) return {aggregate: {...plan, aggregates}};
  const spellings: LogicalAggregateCall[] = [];
  const keys = plan.keys.map((key, i): TypedExpression => {
    if (respelt[i] !== true) return input(i, key.type);
    const place = plan.keys.length + aggregates.length + spellings.length;
    spellings.push({function: 'greatest_bytes', args: [call('value_bytes', T.bytea, key)], type: T.bytea, distinct: false});
    return call('value_of_bytes', key.type, input(place, T.bytea));
  });
  const values = aggregates.map((a, i) => input(plan.keys.length + i, a.type));
  return {
    aggregate: {
      ...plan,
      keys: plan.keys.map(keyExpression),
      aggregates: [...aggregates, ...spellings],
      names: [...plan.names, ...spellings.map(() => 'spelling')],
    },
    projections: [...keys, ...values],
  };
}

/** count(DISTINCT x) counts keys: which spelling stands for them does not matter. */
function countedByValue(a: LogicalAggregateCall): LogicalAggregateCall {
  const {lowering} = aggregateById(a.function);
  return a.distinct && lowering.kind === 'native' && lowering.accumulator === 'count' ? {...a, args: a.args.map(keyExpression)} : a;
}

/** DISTINCT as grouping by all columns, where rows that are equal may print differently. */
export function distinctAsGroups({input: rows}: LogicalDistinct): LogicalAggregate | undefined {
  const types = typesOf(rows);
  if (types.every(type => printsAsOne(type) || !hasKeyBytes(type))) return undefined;
  return {kind: 'aggregate', input: rows, keys: types.map((type, i) => input(i, type)), aggregates: [], names: namesOf(rows)};
}

/** INTERSECT and EXCEPT as a join of the distinct left rows, where rows that are equal may print differently. Errors: 0A000 for ALL. */
export function setOperationAsJoin(plan: LogicalSetOperation): LogicalPlan | undefined {
  const types = typesOf(plan);
  const [unhashable] = types.filter(type => !isHashableKey(type));
  if (plan.all) {
    if (unhashable === undefined) return undefined;
    throw sqlError('feature_not_supported', `${plan.operation.toUpperCase()} ALL on columns of type ${unhashable.kind} is not supported`);
  }
  if (types.every(printsAsOne)) return undefined;
  return {
    kind: 'join',
    joinType: plan.operation === 'intersect' ? 'semi' : 'anti',
    left: {kind: 'distinct', input: plan.left},
    right: plan.right,
    on: types.map((type, i) => ({
      kind: 'distinct',
      type: T.bool,
      negated: true,
      left: input(i, type),
      right: input(types.length + i, type),
    })),
  };
}
