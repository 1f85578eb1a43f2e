import {printsAsOne} from '../../../types/hashable-key.ts';
import {T} from '../../../types/sql-type.ts';
import {aggregateById} from '../../../functions/registry.ts';
import {constant, input, isNull} from '../../expression/build-expression.ts';
import {FLIPPED} from '../../expression/compare-op.ts';
import {isFallible} from '../../expression/fallibility.ts';
import {inputsRead, substituteInputs} from '../../expression/references.ts';
import {sameExpression} from '../../expression/same-expression.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import {volatilityOf} from '../../expression/volatility.ts';
import type {LogicalAggregate, LogicalJoin, LogicalPlan} from '../../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../../logical/output-columns.ts';
import {samePlan} from '../../logical/same-plan.ts';
import {filterOver} from '../filter-over.ts';
import {isNullable, mayBeNull} from '../properties/nullability.ts';
import type {Rule} from '../rule.ts';

/**
 * Rows joined with the greatest value of their group, which is computed from the same rows, are the rows of rank 1: `x JOIN (SELECT k, max(v)
 * FROM x GROUP BY k) m ON x.k = m.k AND x.v >= m.max`. Rows whose key or value is NULL meet nothing.
 */
export const greatestOfGroup: Rule = {
  name: 'greatest-of-group',
  apply: plan => {
    if (plan.kind !== 'join' || plan.joinType !== 'inner') return undefined;
    const rows = opened(plan.left);
    const greatest = opened(plan.right);
    const group = greatest.base;
    if (group.kind !== 'aggregate' || group.aggregates.length !== 1 || group.keys.length === 0) return undefined;
    const grouped = opened(group.input);
    if (rows === undefined || !samePlan(rows.base, grouped.base)) return undefined;
    return asTop(plan, rows, greatest.columns, group, grouped.columns);
  },
};

/** A plan below its projections, and its columns as expressions over that. */
type Opened = {readonly base: LogicalPlan; readonly columns: readonly TypedExpression[]};

function opened(plan: LogicalPlan): Opened {
  const columns = typesOf(plan).map((type, i) => input(i, type));
  if (plan.kind !== 'project' || plan.expressions.some(e => isFallible(e) || volatilityOf(e) !== 'immutable')) return {base: plan, columns};
  const below = opened(plan.input);
  return {base: below.base, columns: plan.expressions.map(e => substituteInputs(e, below.columns))};
}

function asTop(
  join: LogicalJoin,
  rows: Opened,
  outputs: readonly TypedExpression[],
  group: LogicalAggregate,
  groupedColumns: readonly TypedExpression[],
): LogicalPlan | undefined {
  const [call] = group.aggregates;
  const [argument] = call?.args ?? [];
  if (call === undefined || argument === undefined || call.filter !== undefined || !isExtreme(call.function)) return undefined;
  const keys = group.keys.map(key => substituteInputs(key, groupedColumns));
  const value = substituteInputs(argument, groupedColumns);
  // What the columns of the right side are, said by the left row that it is joined with.
  const ofGroup = [...keys, value];
  if (!ofGroup.every(e => printsAsOne(e.type) && !isFallible(e) && volatilityOf(e) === 'immutable')) return undefined;
  const columns = [...rows.columns, ...outputs.map(e => substituteInputs(e, ofGroup))];
  const descending = aggregateById(call.function).name === 'max';
  const arity = arityOf(join.left);
  const met = join.on.map(e => meets(e, {columns, outputs, arity, keys: keys.length, descending}));
  const isWhole = [...ofGroup.keys()].every(place => met.includes(place));
  if (!isWhole || met.includes(undefined)) return undefined;

  const nullable = ofGroup.filter(e => mayBeNull(e, i => isNullable(rows.base, i)));
  return {
    kind: 'project',
    input: {
      kind: 'top',
      input: filterOver(
        rows.base,
        nullable.map(e => isNull(e, true)),
      ),
      partition: withoutDetermined(keys),
      sort: [{expression: value, descending, nullsFirst: descending}],
      limit: constant(1n, T.int8),
      rank: {function: 'rank', output: false},
    },
    expressions: columns,
    names: namesOf(join),
  };
}

const isExtreme = (id: string) => ['max', 'min'].includes(aggregateById(id).name);

type Condition = {
  /** Of left ++ right, over the rows. */
  readonly columns: readonly TypedExpression[];
  readonly outputs: readonly TypedExpression[];
  readonly arity: number;
  readonly keys: number;
  readonly descending: boolean;
};

/**
 * Which column of the group a condition compares with what the left row itself has for it: its number, keys first. Undefined for any other
 * condition.
 */
function meets(e: TypedExpression, {columns, outputs, arity, keys, descending}: Condition): number | undefined {
  if (e.kind !== 'compare') return undefined;
  const isRight = (x: TypedExpression) => x.kind === 'input' && x.index >= arity;
  const [left, right, op] = isRight(e.right) ? [e.left, e.right, e.op] : [e.right, e.left, FLIPPED[e.op]];
  if (right.kind !== 'input' || !isRight(right) || [...inputsRead([left])].some(i => i >= arity)) return undefined;
  const output = outputs[right.index - arity];
  if (output?.kind !== 'input') return undefined;
  const own = substituteInputs(left, columns);
  const same = columns[right.index];
  if (same === undefined || !sameExpression(own, same)) return undefined;
  if (output.index < keys) return op === '=' ? output.index : undefined;
  return op === '=' || op === (descending ? '>=' : '<=') ? output.index : undefined;
}

/** Without expressions that follow from columns which are in the list themselves. */
function withoutDetermined(list: readonly TypedExpression[]): readonly TypedExpression[] {
  const columns = new Set(list.flatMap(e => (e.kind === 'input' ? [e.index] : [])));
  return list.filter((e, i) => {
    if (e.kind === 'input') return list.findIndex(other => sameExpression(other, e)) === i;
    const read = [...inputsRead([e])];
    return read.length === 0 || !read.every(c => columns.has(c));
  });
}
