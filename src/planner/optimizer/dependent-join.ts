import {sqlError} from '../../common/sql-error.ts';
import {unreachable} from '../../common/unreachable.ts';
import {aggregateById} from '../../functions/registry.ts';
import {constant, input, sameValue} from '../expression/build-expression.ts';
import {rewrite} from '../expression/map-expression.ts';
import {shiftInputs} from '../expression/references.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {mapAggregateCall, mapExpressions} from '../logical/map-expressions.ts';
import type {LogicalAggregate, LogicalJoin, LogicalPlan} from '../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../logical/output-columns.ts';
import {mapOuter, outerColumns} from '../logical/outer-references.ts';

/**
 * The rows over which a correlated plan is evaluated. `place` says which column of `plan` an outer column is. With `distinct` the rows are
 * different from each other, which aggregates and the like need; otherwise they may repeat.
 */
export type Domain = {readonly plan: LogicalPlan; readonly place: (outer: number) => number; readonly distinct: boolean};

/**
 * domain ⋈ plan where `plan` reads the domain's row: the dependent join is pushed down until nothing depends on it any more (Neumann and
 * Kemper, Unnesting Arbitrary Queries). Output: the domain's columns, then those of `plan`. `plan` holds no applies.
 */
export function dependentJoin(domain: Domain, plan: LogicalPlan): LogicalPlan {
  if (outerColumns(plan).size === 0) return crossWith(domain.plan, oneLevelUp(plan));
  const width = arityOf(domain.plan);
  const domainColumns = typesOf(domain.plan).map((type, i) => input(i, type));
  const own = (e: TypedExpression) => resolveOuter(shiftInputs(e, width), domain);
  switch (plan.kind) {
    case 'filter':
      return {...plan, input: dependentJoin(domain, plan.input), predicates: plan.predicates.map(own)};
    case 'project':
      return {
        kind: 'project',
        input: dependentJoin(domain, plan.input),
        expressions: [...domainColumns, ...plan.expressions.map(own)],
        names: [...namesOf(domain.plan), ...plan.names],
      };
    case 'unnest':
      return {...plan, input: dependentJoin(domain, plan.input), args: plan.args.map(own)};
    case 'window':
      return {...plan, input: dependentJoin(domain, plan.input), time: own(plan.time)};
    case 'session':
    case 'analytic': {
      const keyed = mapExpressions(plan, own);
      if (keyed.kind !== 'session' && keyed.kind !== 'analytic') throw new Error('internal error: correlated window');
      return {...keyed, input: dependentJoin(domain, plan.input), partition: [...domainColumns, ...keyed.partition]};
    }
    case 'asof-join':
    case 'temporal-join':
      throw sqlError('feature_not_supported', 'a join as of a time may not read columns of an enclosing query');
    case 'aggregate': {
      const keys = [...domainColumns, ...plan.keys.map(own)];
      const aggregates = plan.aggregates.map(a => mapAggregateCall(a, own));
      const names = [...namesOf(domain.plan), ...plan.names];
      const grouped: LogicalAggregate = {kind: 'aggregate', input: dependentJoin(domain, plan.input), keys, aggregates, names};
      return plan.keys.length > 0 ? grouped : withEmptyGroups(domain.plan, grouped);
    }
    case 'distinct':
      return {kind: 'distinct', input: dependentJoin(domain, plan.input)};
    case 'top': {
      const below = dependentJoin(domain, plan.input);
      if (plan.limit === undefined && plan.offset === undefined) return below;
      const sort = plan.sort.map(s => ({...s, expression: own(s.expression)}));
      return {...plan, input: below, sort, partition: [...domainColumns, ...plan.partition.map(own)]};
    }
    case 'union':
      return {kind: 'union', inputs: plan.inputs.map(i => dependentJoin(domain, i))};
    case 'set-operation':
      return {...plan, left: dependentJoin(domain, plan.left), right: dependentJoin(domain, plan.right)};
    case 'join':
      return dependentJoinOfJoin(domain, plan);
    case 'scan':
    case 'values':
    case 'apply':
    case 'partial-aggregate':
    case 'temporal-filter':
    case 'emit-on-close':
      throw new Error(`internal error: correlated ${plan.kind}`);
    default:
      return unreachable(plan);
  }
}

/** An expression below the domain: its outer columns are now inputs, those of queries further out come one level nearer. */
export function resolveOuter(e: TypedExpression, {place}: Pick<Domain, 'place'>): TypedExpression {
  return rewrite(e, n => {
    if (n.kind !== 'outer') return undefined;
    return n.depth === 1 ? input(place(n.index), n.type) : {...n, depth: n.depth - 1};
  });
}

/** Whether each node works row by row, so that repeated rows in the domain do no harm. */
export function isRowwise(plan: LogicalPlan): boolean {
  if (outerColumns(plan).size === 0) return true;
  switch (plan.kind) {
    case 'filter':
    case 'project':
    case 'unnest':
    case 'window':
      return isRowwise(plan.input);
    case 'join': {
      const correlated = [plan.left, plan.right].filter(side => outerColumns(side).size > 0);
      if (plan.joinType === 'inner') return correlated.length < 2 && correlated.every(isRowwise);
      return plan.joinType !== 'full' && outerColumns(plan.right).size === 0 && isRowwise(plan.left);
    }
    case 'union':
      return plan.inputs.every(isRowwise);
    default:
      return false;
  }
}

function oneLevelUp(plan: LogicalPlan): LogicalPlan {
  return mapOuter(plan, (o, depth) => (depth > 1 ? {...o, depth: o.depth - 1} : o));
}

/** One row without columns joined with anything is that thing. */
function crossWith(left: LogicalPlan, right: LogicalPlan): LogicalPlan {
  if (right.kind === 'values' && right.types.length === 0 && right.rows.length === 1) return left;
  return {kind: 'join', joinType: 'inner', left, right, on: []};
}

/** Aggregates without keys have a row for an empty input too: NULL, or 0 for counts. */
function withEmptyGroups(domain: LogicalPlan, grouped: LogicalAggregate): LogicalPlan {
  const width = arityOf(domain);
  const types = typesOf(grouped);
  const on = typesOf(domain).map((type, i) => sameValue(input(i, type), input(width + i, type)));
  const joined: LogicalPlan = {kind: 'join', joinType: 'left', left: domain, right: grouped, on};
  const expressions = types.map((type, i) => {
    if (i < width) return input(i, type);
    const call = grouped.aggregates[i - width];
    return call === undefined ? input(width + i, type) : overNothing(input(width + i, type), call.function);
  });
  return {kind: 'project', input: joined, expressions, names: grouped.names};
}

/** The value of an aggregate where the padded NULL may stand for an empty group. */
function overNothing(value: TypedExpression, aggregate: string): TypedExpression {
  if (aggregateById(aggregate).name !== 'count') return value;
  return {kind: 'coalesce', type: value.type, args: [value, constant(0n, value.type)]};
}

function dependentJoinOfJoin(domain: Domain, plan: LogicalJoin): LogicalPlan {
  const width = arityOf(domain.plan);
  const [l, r] = [arityOf(plan.left), arityOf(plan.right)];
  const own = (e: TypedExpression) => resolveOuter(shiftInputs(e, width), domain);
  const leftDepends = outerColumns(plan.left).size > 0;
  const rightDepends = outerColumns(plan.right).size > 0;
  // A full join pads both sides, and each padded row belongs to one row of the domain.
  if (!rightDepends && plan.joinType !== 'full') {
    return {...plan, left: dependentJoin(domain, plan.left), right: oneLevelUp(plan.right), on: plan.on.map(own)};
  }
  const domainTypes = typesOf(domain.plan);
  const right = dependentJoin(domain, plan.right);
  if (!leftDepends && plan.joinType === 'inner') {
    // domain ++ right ++ left, put back in order.
    const place = (i: number) => (i < width ? i : i < width + l ? i + r : i - l);
    const on = plan.on.map(own).map(e => rewrite(e, n => (n.kind === 'input' ? {...n, index: place(n.index)} : undefined)));
    const joined: LogicalPlan = {kind: 'join', joinType: 'inner', left: right, right: oneLevelUp(plan.left), on};
    const types = [...domainTypes, ...typesOf(plan.left), ...typesOf(plan.right)];
    const names = [...namesOf(domain.plan), ...namesOf(plan.left), ...namesOf(plan.right)];
    return {kind: 'project', input: joined, expressions: types.map((type, i) => input(place(i), type)), names};
  }
  // Both sides carry the domain: the same row of it on both.
  const left = dependentJoin(domain, plan.left);
  const second = width + l;
  const place = (i: number) => (i < second ? i : i + width);
  const same = domainTypes.map((type, i) => sameValue(input(i, type), input(second + i, type)));
  const on = [...same, ...plan.on.map(own).map(e => rewrite(e, n => (n.kind === 'input' ? {...n, index: place(n.index)} : undefined)))];
  const joined: LogicalPlan = {kind: 'join', joinType: plan.joinType, left, right, on};
  if (plan.joinType === 'semi' || plan.joinType === 'anti') return joined;
  const types = [...domainTypes, ...typesOf(plan.left), ...typesOf(plan.right)];
  const names = [...namesOf(domain.plan), ...namesOf(plan.left), ...namesOf(plan.right)];
  const expressions = types.map((type, i): TypedExpression => {
    if (i >= width || plan.joinType !== 'full') return input(place(i), type);
    return {kind: 'coalesce', type, args: [input(i, type), input(second + i, type)]};
  });
  return {kind: 'project', input: joined, expressions, names};
}
