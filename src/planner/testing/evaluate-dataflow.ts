import {compareDatums} from '../../types/compare.ts';
import type {Datum} from '../../types/datum.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {unreachable} from '../../common/unreachable.ts';
import {interpret} from '../../codegen/interpret.ts';
import {detachedContext} from '../../functions/evaluation-context.ts';
import {aggregateById, setReturningById} from '../../functions/registry.ts';
import type {AggregateCall, DataflowPlan, SortKey} from '../dataflow/dataflow-plan.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';

export type Row = readonly Datum[];
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
      return groups.flatMap(g => sortRows(g, plan.sort, plan.types).slice(from, from + number(plan.limit, Infinity)));
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
    default:
      return unreachable(plan);
  }
}

const all = (types: readonly SqlType[]) => types.map((_, i) => i);

function same(type: SqlType, a: Datum, b: Datum): boolean {
  return a === null || b === null ? a === b : compareDatums(type, a, b) === 0;
}

const sameRow = (a: Row, b: Row, types: readonly SqlType[]) => types.every((t, i) => same(t, a[i] ?? null, b[i] ?? null));

function groupRows(rows: readonly Row[], keys: readonly number[], types: readonly SqlType[]): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const group = groups.find(([first]) => keys.every(k => same(types[k]!, first![k] ?? null, row[k] ?? null)));
    if (group === undefined) groups.push([row]);
    else group.push(row);
  }
  return groups;
}

function sortRows(rows: readonly Row[], sort: readonly SortKey[], types: readonly SqlType[]): readonly Row[] {
  return [...rows].sort((x, y) => {
    for (const {column, descending, nullsFirst} of sort) {
      const [a = null, b = null] = [x[column], y[column]];
      if (a === null && b === null) continue;
      if (a === null || b === null) return (a === null) === nullsFirst ? -1 : 1;
      const order = compareDatums(types[column]!, a, b);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

function aggregate(call: AggregateCall, group: readonly Row[], types: readonly SqlType[]): Datum {
  const definition = aggregateById(call.function);
  let rows = call.filter === undefined ? group : group.filter(row => row[call.filter!] === true);
  rows = sortRows(rows, call.orderBy ?? [], types);
  if (call.distinct) rows = groupRows(rows, call.args, types).map(g => g[0]!);
  const args = rows.map(row => call.args.map(c => row[c] ?? null));
  return definition.evaluate(args, context, {args: call.argTypes, returns: call.type});
}
