import {decimalAdd, decimalToText, parseDecimal, DECIMAL_ZERO} from '../../types/decimal.ts';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Schema} from '../batch/batch.ts';
import type {AggregateSpec} from '../operators/aggregate-spec.ts';
import {compareCells} from './compare-cells.ts';
import type {Cell, ZRow} from './zset.ts';

/** GROUP BY the plain way, over text cells. */
export function aggregateOracle(input: Schema, keys: readonly number[], calls: readonly AggregateSpec[], rows: readonly ZRow[]): ZRow[] {
  const groups = new Map<string, {cells: Cell[]; rows: Cell[][]}>();
  if (keys.length === 0) groups.set('[]', {cells: [], rows: []});
  for (const {cells, weight} of rows) {
    const key = keys.map(k => cells[k]!);
    const name = JSON.stringify(key);
    const group = groups.get(name) ?? {cells: key, rows: []};
    groups.set(name, group);
    for (let i = 0; i < weight; i++) group.rows.push([...cells]);
  }
  return [...groups.values()].map(group => ({cells: [...group.cells, ...calls.map(call => evaluate(input, call, group.rows))], weight: 1}));
}

function evaluate(input: Schema, call: AggregateSpec, rows: readonly Cell[][]): Cell {
  const passing = rows.filter(row => call.filter === undefined || row[call.filter] === 't');
  if (call.column === undefined) return String(passing.length);
  const column = call.column;
  let values = passing.map(row => row[column]!).filter(cell => cell !== null);
  if (call.distinct === true) values = [...new Set(values)];
  if (call.kind === 'count') return String(values.length);
  if (values.length === 0) return null;
  const kind = input[column]!;
  switch (call.kind) {
    case 'bool-and':
      return values.includes('f') ? 'f' : 't';
    case 'bool-or':
      return values.includes('t') ? 't' : 'f';
    case 'min':
      return values.reduce((a, b) => (compareCells(kind, b, a) < 0 ? b : a));
    case 'max':
      return values.reduce((a, b) => (compareCells(kind, b, a) > 0 ? b : a));
    case 'sum':
    case 'sum-counts':
      return sum(kind, values);
  }
}

function sum(kind: PhysicalKind, values: readonly string[]): string {
  if (kind === 'f64') return String(values.reduce((a, b) => a + Number(b), 0));
  if (kind === 'decimal') return decimalToText(values.map(v => parseDecimal(v)!).reduce(decimalAdd, DECIMAL_ZERO));
  return String(values.reduce((a, b) => a + BigInt(b), 0n));
}
