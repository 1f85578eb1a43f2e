import {sameValue, constant, input, isNull, nullOf, TRUE, FALSE, compare} from '../../expression/build-expression.ts';
import {inputsRead, readsOuter, remapInputs, shiftInputs} from '../../expression/references.ts';
import {mapOuter, outerColumns} from '../../logical/outer-references.ts';
import {T} from '../../../types/sql-type.ts';
import {rewrite} from '../../expression/map-expression.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalAggregateCall, LogicalApply, LogicalPlan} from '../../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../../logical/output-columns.ts';
import {dependentJoin, isRowwise, resolveOuter, type Domain} from '../dependent-join.ts';
import {uniqueKeys} from '../properties/unique-keys.ts';
import {pullUpFilters} from '../pull-up-filters.ts';
import type {Rule} from '../rule.ts';

/** Turns an apply, whose right side holds none itself, into joins and aggregates. */
export const decorrelate: Rule = {
  name: 'decorrelate',
  apply: plan => {
    if (plan.kind !== 'apply') return undefined;
    switch (plan.result) {
      case 'inner':
      case 'left':
        return lateral(plan, plan.result);
      case 'scalar':
        return scalar(plan);
      case 'exists':
        return exists(plan);
      case 'any':
        return any(plan);
      default:
        return undefined;
    }
  },
};

/** A right side that no longer reads the left row, and the conditions (over left ++ right) that tie the two together. */
type Unnested = {
  readonly right: LogicalPlan;
  readonly on: readonly TypedExpression[];
  /** Where the original columns are. */ readonly first: number;
};

/** Right sides with nothing but correlated filters become conditions; any other is evaluated over the different values that it reads. */
export function unnestRight(left: LogicalPlan, right: LogicalPlan): Unnested {
  const arity = arityOf(left);
  const pulled = pullUpFilters(right);
  if (pulled !== undefined) {
    const on = pulled.predicates.map(p => resolveOuter(shiftInputs(p, arity), {place: i => i}));
    return {right: oneLevelUp(pulled.plan), on, first: 0};
  }
  const domain = domainOf(left, [...outerColumns(right).keys()]);
  return {right: dependentJoin(domain, right), on: matchDomain(left, domain.columns, arity), first: domain.columns.length};
}

const oneLevelUp = (plan: LogicalPlan) => mapOuter(plan, (o, depth) => (depth > 1 ? {...o, depth: o.depth - 1} : o));

/** The different values that `columns` of the left side take. */
function domainOf(left: LogicalPlan, columns: readonly number[]): Domain & {readonly columns: readonly number[]} {
  const sorted = [...columns].sort((a, b) => a - b);
  const types = typesOf(left);
  const names = namesOf(left);
  const expressions = sorted.map(i => input(i, types[i] ?? T.unknown));
  const project: LogicalPlan = {kind: 'project', input: left, expressions, names: sorted.map(i => names[i] ?? '')};
  return {plan: {kind: 'distinct', input: project}, place: i => sorted.indexOf(i), distinct: true, columns: sorted};
}

/** Left columns are the same as the domain's, which come at `offset` of left ++ right; NULL is a value like any other here. */
function matchDomain(left: LogicalPlan, columns: readonly number[], offset: number): readonly TypedExpression[] {
  const types = typesOf(left);
  return columns.map((column, i) => {
    const type = types[column] ?? T.unknown;
    return sameValue(input(column, type), input(offset + i, type));
  });
}

function lateral(plan: LogicalApply, joinType: 'inner' | 'left'): LogicalPlan {
  const {left, right} = plan;
  const unnest = asUnnest(plan, joinType);
  if (unnest !== undefined) return unnest;
  const arity = arityOf(left);
  if (joinType === 'inner' && isRowwise(right) && pullUpFilters(right) === undefined) {
    const joined = dependentJoin({plan: left, place: i => i, distinct: false}, right);
    return plan.on.length === 0 ? joined : {kind: 'filter', input: joined, predicates: plan.on};
  }
  const {right: free, on, first} = unnestRight(left, right);
  const shifted = plan.on.map(e => remapInputs(e, i => (i < arity ? i : i + first)));
  const joined: LogicalPlan = {kind: 'join', joinType, left, right: free, on: [...on, ...shifted]};
  return pick(joined, [...range(0, arity), ...range(arity + first, arity + first + arityOf(right))]);
}

/** A function over the left row alone: each row with the rows of the function. */
function asUnnest({left, right, on}: LogicalApply, joinType: 'inner' | 'left'): LogicalPlan | undefined {
  if (right.kind !== 'unnest' || on.length > 0) return undefined;
  const {input: below} = right;
  if (below.kind !== 'values' || below.types.length > 0 || below.rows.length !== 1) return undefined;
  return {...right, input: left, args: right.args.map(a => resolveOuter(a, {place: i => i})), outer: joinType === 'left'};
}

const hasAtMostOneRow = (plan: LogicalPlan) => uniqueKeys(plan).some(key => key.length === 0);

/** Left rows with the subquery's value. Several rows are an error, but only where a left row asks for them. */
function scalar({left, right}: LogicalApply): LogicalPlan {
  const arity = arityOf(left);
  const type = typesOf(right)[0] ?? T.unknown;
  const name = namesOf(right)[0] ?? '';
  const value: LogicalAggregateCall = {function: 'single_value', args: [input(0, type)], type, distinct: false};
  if (outerColumns(right).size === 0) {
    const free = oneLevelUp(right);
    const single: LogicalPlan = hasAtMostOneRow(free)
      ? free
      : {kind: 'aggregate', input: free, keys: [], aggregates: [value], names: [name]};
    return {kind: 'join', joinType: isNeverEmpty(single) ? 'inner' : 'left', left, right: single, on: []};
  }
  if (hasAtMostOneRow(right)) {
    const {right: free, on, first} = unnestRight(left, right);
    const joined: LogicalPlan = {kind: 'join', joinType: 'left', left, right: free, on};
    return pick(joined, [...range(0, arity), arity + first]);
  }
  const domain = domainOf(left, [...outerColumns(right).keys()]);
  const width = domain.columns.length;
  const keys = typesOf(domain.plan).map((t, i) => input(i, t));
  const grouped: LogicalPlan = {
    kind: 'aggregate',
    input: dependentJoin(domain, right),
    keys,
    aggregates: [{...value, args: [input(width, type)]}],
    names: [...namesOf(domain.plan), name],
  };
  const joined: LogicalPlan = {kind: 'join', joinType: 'left', left, right: grouped, on: matchDomain(left, domain.columns, arity)};
  return pick(joined, [...range(0, arity), arity + width]);
}

/** Aggregates without keys, below projections. */
function isNeverEmpty(plan: LogicalPlan): boolean {
  if (plan.kind === 'project') return isNeverEmpty(plan.input);
  return plan.kind === 'aggregate' && plan.keys.length === 0;
}

/** Left rows with a boolean column: whether there are rows. */
function exists({left, right}: LogicalApply): LogicalPlan {
  const arity = arityOf(left);
  if (outerColumns(right).size === 0) {
    const count: LogicalPlan = {kind: 'aggregate', input: oneLevelUp(right), keys: [], aggregates: [COUNT_ROWS], names: ['count']};
    const joined: LogicalPlan = {kind: 'join', joinType: 'inner', left, right: count, on: []};
    return withColumn(joined, arity, compare('>', input(arity, T.int8), ZERO), 'exists');
  }
  const domain = domainOf(left, [...outerColumns(right).keys()]);
  const flagged = flagOf(pick(dependentJoin(domain, right), range(0, domain.columns.length)));
  const joined: LogicalPlan = {kind: 'join', joinType: 'left', left, right: flagged, on: matchDomain(left, domain.columns, arity)};
  return withColumn(joined, arity, isNull(input(arity + domain.columns.length, T.bool), true), 'exists');
}

const ZERO = constant(0n, T.int8);
const COUNT_ROWS: LogicalAggregateCall = {function: 'count', args: [], type: T.int8, distinct: false};

/** The different rows of a plan, with a column that is true. */
function flagOf(plan: LogicalPlan): LogicalPlan {
  const distinct: LogicalPlan = {kind: 'distinct', input: plan};
  const expressions = [...typesOf(plan).map((type, i) => input(i, type)), TRUE];
  return {kind: 'project', input: distinct, expressions, names: [...namesOf(plan), 'found']};
}

/** Left rows with a boolean column: true if the test is for some row, else NULL if it is NULL for some, else false. */
function any(plan: LogicalApply): LogicalPlan {
  const {left, right} = plan;
  const equality = plan.on.length === 1 && outerColumns(right).size === 0 ? equalityOf(plan.on[0], arityOf(left)) : undefined;
  if (equality !== undefined) return inUncorrelated(left, oneLevelUp(right), equality);
  const arity = arityOf(left);
  const read = [...inputsRead(plan.on)].filter(i => i < arity);
  const domain = domainOf(left, [...new Set([...read, ...outerColumns(right).keys()])]);
  const width = domain.columns.length;
  const test: TypedExpression = {
    kind: 'and',
    type: T.bool,
    args: plan.on.map(e => remapInputs(e, i => (i < arity ? domain.place(i) : i - arity + width))),
  };
  const keys = typesOf(domain.plan).map((t, i) => input(i, t));
  const counts = [
    {...COUNT_ROWS, filter: test},
    {...COUNT_ROWS, filter: isNull(test)},
  ];
  const names = [...namesOf(domain.plan), 'matches', 'unknown'];
  const grouped: LogicalPlan = {kind: 'aggregate', input: dependentJoin(domain, right), keys, aggregates: counts, names};
  const joined: LogicalPlan = {kind: 'join', joinType: 'left', left, right: grouped, on: matchDomain(left, domain.columns, arity)};
  const positive = (i: number) => compare('>', input(arity + width + i, T.int8), ZERO);
  const value: TypedExpression = {
    kind: 'case',
    type: T.bool,
    branches: [
      {when: positive(0), then: TRUE},
      {when: positive(1), then: nullOf(T.bool)},
    ],
    otherwise: FALSE,
  };
  return withColumn(joined, arity, value, 'any');
}

type Equality = {readonly left: TypedExpression; readonly column: number};

/** `left expression = right column` */
function equalityOf(e: TypedExpression | undefined, arity: number): Equality | undefined {
  if (e?.kind !== 'compare' || e.op !== '=' || readsOuter(e)) return undefined;
  for (const [a, b] of [
    [e.left, e.right],
    [e.right, e.left],
  ] as const) {
    if (b.kind === 'input' && b.index >= arity && [...inputsRead([a])].every(i => i < arity)) return {left: a, column: b.index - arity};
  }
  return undefined;
}

/** `x IN (SELECT …)` by a join on the value, and two counts that say whether the absence of a match means false or unknown. */
function inUncorrelated(left: LogicalPlan, right: LogicalPlan, {left: value, column}: Equality): LogicalPlan {
  const arity = arityOf(left);
  const type = typesOf(right)[column] ?? T.unknown;
  const found = input(column, type);
  const countNulls = {...COUNT_ROWS, filter: isNull(found)};
  const counts: LogicalPlan = {kind: 'aggregate', input: right, keys: [], aggregates: [COUNT_ROWS, countNulls], names: ['rows', 'nulls']};
  const notNull: LogicalPlan = {kind: 'filter', input: right, predicates: [isNull(found, true)]};
  const flagged = flagOf(pick(notNull, [column]));
  const withCounts: LogicalPlan = {kind: 'join', joinType: 'inner', left, right: counts, on: []};
  const match = compare('=', value, input(arity + 2, type));
  const joined: LogicalPlan = {kind: 'join', joinType: 'left', left: withCounts, right: flagged, on: [match]};
  const [rows, nulls] = [input(arity, T.int8), input(arity + 1, T.int8)];
  const result: TypedExpression = {
    kind: 'case',
    type: T.bool,
    branches: [
      {when: isNull(input(arity + 3, T.bool), true), then: TRUE},
      {when: compare('=', rows, ZERO), then: FALSE},
      {when: {kind: 'or', type: T.bool, args: [isNull(value), compare('>', nulls, ZERO)]}, then: nullOf(T.bool)},
    ],
    otherwise: FALSE,
  };
  return withColumn(joined, arity, result, 'any');
}

/** Some columns of a plan; the plan itself if these are all. */
export function pick(plan: LogicalPlan, columns: readonly number[]): LogicalPlan {
  const types = typesOf(plan);
  if (columns.length === types.length && columns.every((c, i) => c === i)) return plan;
  const names = namesOf(plan);
  const expressions = columns.map(i => input(i, types[i] ?? T.unknown));
  return {kind: 'project', input: plan, expressions, names: columns.map(i => names[i] ?? '')};
}

/** The first `arity` columns and one more. */
function withColumn(plan: LogicalPlan, arity: number, value: TypedExpression, name: string): LogicalPlan {
  const types = typesOf(plan).slice(0, arity);
  const names = namesOf(plan).slice(0, arity);
  return {kind: 'project', input: plan, expressions: [...types.map((type, i) => input(i, type)), value], names: [...names, name]};
}

const range = (from: number, to: number) => Array.from({length: to - from}, (_, i) => from + i);

/** Replaces inputs at or above `arity`. */
export const replaceFrom = (e: TypedExpression, arity: number, f: (i: number) => TypedExpression): TypedExpression =>
  rewrite(e, n => (n.kind === 'input' && n.index >= arity ? f(n.index) : undefined));
