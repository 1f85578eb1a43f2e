import {detachedContext} from '../../functions/evaluation-context.ts';
import {aggregateById} from '../../functions/registry.ts';
import {compareDatums} from '../../types/compare.ts';
import type {Datum} from '../../types/datum.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {AggregateCall, SortKey} from '../dataflow/dataflow-plan.ts';

export type Row = readonly Datum[];

const context = detachedContext();

export const all = (types: readonly SqlType[]) => types.map((_, i) => i);

export function same(type: SqlType, a: Datum, b: Datum): boolean {
  return a === null || b === null ? a === b : compareDatums(type, a, b) === 0;
}

export const sameRow = (a: Row, b: Row, types: readonly SqlType[]) => types.every((t, i) => same(t, a[i] ?? null, b[i] ?? null));

export function groupRows(rows: readonly Row[], keys: readonly number[], types: readonly SqlType[]): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const group = groups.find(([first]) => keys.every(k => same(types[k]!, first![k] ?? null, row[k] ?? null)));
    if (group === undefined) groups.push([row]);
    else group.push(row);
  }
  return groups;
}

export function sortRows(rows: readonly Row[], sort: readonly SortKey[], types: readonly SqlType[]): readonly Row[] {
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

export function aggregate(call: AggregateCall, group: readonly Row[], types: readonly SqlType[]): Datum {
  const definition = aggregateById(call.function);
  let rows = call.filter === undefined ? group : group.filter(row => row[call.filter!] === true);
  rows = sortRows(rows, call.orderBy ?? [], types);
  if (call.distinct) rows = groupRows(rows, call.args, types).map(g => g[0]!);
  const args = rows.map(row => call.args.map(c => row[c] ?? null));
  return definition.evaluate(args, context, {args: call.argTypes, returns: call.type});
}
