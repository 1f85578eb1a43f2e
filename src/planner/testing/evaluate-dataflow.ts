import {compareDatums} from '../../types/compare.ts';
import type {Datum} from '../../types/datum.ts';
import {unreachable} from '../../common/unreachable.ts';
import {interpret} from '../../codegen/interpret.ts';
import {detachedContext} from '../../functions/evaluation-context.ts';
import {setReturningById} from '../../functions/registry.ts';
import type {DataflowPlan, SortKey} from '../dataflow/dataflow-plan.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {TopRank} from '../logical/logical-plan.ts';
import {evaluateWindow} from './evaluate-window.ts';
import {aggregate, all, groupRows, same, sameRow, sortRows, type Row} from './row-sets.ts';

export type {Row};
/** All rows of a relation: every ordinal, system columns included. */
export type Tables = ReadonlyMap<number, readonly Row[]>;

const context = detachedContext();

/** The meaning of a dataflow plan, by brute force: the oracle of planner tests. */
export function evaluateDataflow(plan: DataflowPlan, tables: Tables, parameters: readonly Datum[] = []): readonly Row[] {
  const rowsOf = (p: DataflowPlan) => evaluateDataflow(p, tables, parameters);
  const value = (e: TypedExpression, row: Row) => interpret(e, row, parameters, context);
  const holds = (predicates: readonly TypedExpression[], row: Row) =>
    predicates.length === 0 ||
    value(predicates.length === 1 ? predicates[0]! : {kind: 'and', type: {kind: 'bool'}, args: predicates}, row) === true;
  switch (plan.kind) {
    case 'scan':
      return (tables.get(plan.relation) ?? []).map(row => plan.columns.map(c => row[c] ?? null));
    case 'values':
      return plan.rows;
    case 'map':
      return rowsOf(plan.input)
        .filter(row => holds(plan.predicates, row))
        .map(row => plan.projections?.map(e => value(e, row)) ?? row);
    case 'join': {
      const [left, right] = [rowsOf(plan.left), rowsOf(plan.right)];
      const {leftKeys, rightKeys, nullSafe, residual, joinType} = plan;
      const matches = (l: Row) =>
        right.filter(
          r =>
            leftKeys.every((k, i) => {
              const [a = null, b = null] = [l[k], r[rightKeys[i]!]];
              if (a === null || b === null) return nullSafe[i] === true && a === b;
              return compareDatums(plan.left.types[k]!, a, b) === 0;
            }) &&
            (residual === undefined || value(residual, [...l, ...r]) === true),
        );
      return left.flatMap((l): readonly Row[] => {
        const found = matches(l);
        if (joinType === 'semi') return found.length > 0 ? [l] : [];
        if (joinType === 'anti') return found.length > 0 ? [] : [l];
        if (found.length === 0 && joinType === 'left') return [[...l, ...plan.right.types.map(() => null)]];
        return found.map(r => [...l, ...r]);
      });
    }
    case 'aggregate': {
      const rows = rowsOf(plan.input);
      const groups = groupRows(rows, plan.keys, plan.input.types);
      if (plan.keys.length === 0 && groups.length === 0) groups.push([]);
      return groups.map(group => [
        ...plan.keys.map(k => group[0]?.[k] ?? null),
        ...plan.aggregates.map(a => aggregate(a, group, plan.input.types)),
      ]);
    }
    case 'distinct':
      return groupRows(rowsOf(plan.input), all(plan.types), plan.types).map(g => g[0]!);
    case 'union':
      return plan.inputs.flatMap(rowsOf);
    case 'set-operation': {
      const count = (rows: readonly Row[], row: Row) => rows.filter(r => sameRow(r, row, plan.types)).length;
      const [left, right] = [rowsOf(plan.left), rowsOf(plan.right)];
      return groupRows(left, all(plan.types), plan.types).flatMap(([row]) => {
        const [l, r] = [count(left, row!), count(right, row!)];
        const n = plan.operation === 'except' ? (plan.all ? l - r : r > 0 ? 0 : 1) : plan.all ? Math.min(l, r) : r > 0 ? 1 : 0;
        return Array.from({length: Math.max(0, n)}, () => row!);
      });
    }
    case 'top': {
      const number = (e: TypedExpression | undefined, missing: number) => {
        const n = e === undefined ? null : value(e, []);
        return n === null ? missing : Number(n);
      };
      const groups = plan.partition === undefined ? [rowsOf(plan.input)] : groupRows(rowsOf(plan.input), plan.partition, plan.types);
      const from = number(plan.offset, 0);
      const limit = number(plan.limit, Infinity);
      const {rank} = plan;
      if (rank !== undefined) return groups.flatMap(g => ranked(sortRows(g, plan.sort, plan.types), plan.sort, plan.types, rank, limit));
      return groups.flatMap(g => sortRows(g, plan.sort, plan.types).slice(from, from + limit));
    }
    case 'unnest': {
      const definition = setReturningById(plan.function);
      const argTypes = plan.args.map(a => a.type);
      const width = plan.types.length - plan.input.types.length;
      return rowsOf(plan.input).flatMap((row): readonly Row[] => {
        const args = plan.args.map(a => value(a, row));
        const skip = definition.strict && args.includes(null);
        const found = skip ? [] : [...definition.evaluate(args, context, {args: argTypes, returns: {kind: 'record'}})];
        if (found.length === 0 && plan.outer) return [[...row, ...Array.from({length: width}, () => null)]];
        return found.map((r, i) => [...row, ...r, ...(plan.ordinality ? [BigInt(i + 1)] : [])]);
      });
    }
    case 'hop':
    case 'partial-aggregate':
    case 'session':
    case 'session-aggregate':
    case 'analytic':
    case 'asof-join':
    case 'temporal-join':
    case 'temporal-filter':
    case 'window-close':
    case 'late-gate':
      return evaluateWindow(plan, {rowsOf, value, now: context.now});
    default:
      return unreachable(plan);
  }
}

/** Sorted rows whose rank is at most `limit`, with the rank if asked for. */
function ranked(
  rows: readonly Row[],
  sort: readonly SortKey[],
  types: DataflowPlan['types'],
  rank: TopRank,
  limit: number,
): readonly Row[] {
  const isPeer = (a: Row, b: Row) => sort.every(({column}) => same(types[column]!, a[column] ?? null, b[column] ?? null));
  let [first, dense] = [0, 0];
  return rows.flatMap((row, i): readonly Row[] => {
    if (i === 0 || !isPeer(rows[i - 1]!, row)) [first, dense] = [i + 1, dense + 1];
    const value = rank.function === 'row-number' ? i + 1 : rank.function === 'rank' ? first : dense;
    return value > limit ? [] : [rank.output ? [...row, BigInt(value)] : row];
  });
}
