import {T} from '../../../types/sql-type.ts';
import {constant, input} from '../../expression/build-expression.ts';
import {FLIPPED} from '../../expression/compare-op.ts';
import type {TypedExpression} from '../../expression/typed-expression.ts';
import type {LogicalAnalytic, LogicalPlan, TopRank} from '../../logical/logical-plan.ts';
import {arityOf, namesOf, typesOf} from '../../logical/output-columns.ts';
import {filterOver} from '../filter-over.ts';
import type {Rule} from '../rule.ts';

const RANKS: Readonly<Record<string, TopRank['function']>> = {row_number: 'row-number', rank: 'rank', dense_rank: 'dense-rank'};

/**
 * Rows whose row_number(), rank() or dense_rank() is at most k: only the first rows of each partition are kept, and what comes after them is
 * never ranked. The rank stays a column; pruning takes it out where nothing reads it.
 */
export const rankToTop: Rule = {
  name: 'rank-to-top',
  apply: plan => {
    if (plan.kind !== 'filter' || plan.input.kind !== 'analytic') return undefined;
    const analytic = plan.input;
    const [call, ...more] = analytic.calls;
    const rank = call === undefined || more.length > 0 ? undefined : RANKS[call.function];
    if (rank === undefined) return undefined;
    const column = arityOf(analytic.input);
    const limits = plan.predicates.map(p => greatestRank(p, column));
    const known = limits.filter(l => l !== undefined);
    if (known.length === 0) return undefined;
    const limit = known.reduce((a, b) => (a < b ? a : b));
    if (limit < 1n) return {kind: 'values', names: namesOf(plan), types: typesOf(plan), rows: []};
    // What is still to be tested: other predicates, and those that limit from below too.
    const rest = plan.predicates.filter((p, i) => limits[i] === undefined || (isEquality(p) && limit > 1n));
    return filterOver(ranked(analytic, rank, limit), rest);
  },
};

function ranked({input: below, partition, sort, names}: LogicalAnalytic, rank: TopRank['function'], limit: bigint): LogicalPlan {
  const top = {kind: 'top', input: below, partition, sort, limit: constant(limit, T.int8)} as const;
  if (limit > 1n) return {...top, rank: {function: rank, output: true}};
  // The first rank is 1 by any function.
  const columns = typesOf(below).map((type, i): TypedExpression => input(i, type));
  return {
    kind: 'project',
    input: {...top, rank: {function: rank, output: false}},
    expressions: [...columns, constant(1n, T.int8)],
    names: [...namesOf(below), ...names],
  };
}

const isEquality = (e: TypedExpression) => e.kind === 'compare' && e.op === '=';

/** The greatest rank for which the predicate can be true, where it says so. */
function greatestRank(e: TypedExpression, column: number): bigint | undefined {
  if (e.kind !== 'compare') return undefined;
  const isRank = (x: TypedExpression) => x.kind === 'input' && x.index === column;
  const [op, value] = isRank(e.left) ? [e.op, e.right] : isRank(e.right) ? [FLIPPED[e.op], e.left] : [undefined, undefined];
  if (value?.kind !== 'constant' || typeof value.value !== 'bigint') return undefined;
  return op === '<=' || op === '=' ? value.value : op === '<' ? value.value - 1n : undefined;
}
