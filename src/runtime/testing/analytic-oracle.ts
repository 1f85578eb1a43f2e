import {decimalAdd, decimalToText, parseDecimal, DECIMAL_ZERO} from '../../types/decimal.ts';
import type {Schema} from '../batch/batch.ts';
import type {AnalyticSpec, FrameBound} from '../operators/analytic/analytic-spec.ts';
import type {SortColumn} from '../operators/sort-order.ts';
import {totalSort} from '../operators/stored-order.ts';
import {compareCells, compareRows, partitionRows} from './compare-cells.ts';
import type {Cell, ZRow} from './zset.ts';

type Row = readonly Cell[];
export type AnalyticRule = {
  readonly partition: readonly number[];
  readonly sort: readonly SortColumn[];
  readonly calls: readonly AnalyticSpec[];
};

/** Window functions the plain way: every frame is found and evaluated row by row. */
export function analyticOracle(schema: Schema, {partition, sort, calls}: AnalyticRule, rows: readonly ZRow[]): ZRow[] {
  const total = totalSort(schema, sort);
  return partitionRows(rows, partition).flatMap(group => {
    const all: Row[] = group.flatMap(row => Array.from({length: row.weight}, () => row.cells));
    all.sort((a, b) => compareRows(schema, total, a, b));
    return all.map((row, i) => ({cells: [...row, ...calls.map(call => value(schema, sort, call, all, i))], weight: 1}));
  });
}

function value(schema: Schema, sort: readonly SortColumn[], call: AnalyticSpec, all: readonly Row[], i: number): Cell {
  const peers = (j: number) => compareRows(schema, sort, all[i]!, all[j]!) === 0;
  const before = all.filter((_, j) => compareRows(schema, sort, all[j]!, all[i]!) < 0);
  const upTo = all.filter((_, j) => compareRows(schema, sort, all[j]!, all[i]!) <= 0);
  const row = all[i]!;
  switch (call.function) {
    case 'row-number':
      return String(i + 1);
    case 'rank':
      return String(before.length + 1);
    case 'dense-rank': {
      const distinct = before.filter((r, j) => j === 0 || compareRows(schema, sort, before[j - 1]!, r) !== 0);
      return String(distinct.length + 1);
    }
    case 'percent-rank':
      return String(all.length <= 1 ? 0 : before.length / (all.length - 1));
    case 'cume-dist':
      return String(upTo.length / all.length);
    case 'ntile': {
      const first = all.findIndex(r => r[call.column!] != null);
      if (first < 0 || i < first) return null;
      const n = all[first]![call.column!];
      // Deal out the rows: bucket k gets one more than others while there is a rest.
      const sizes = Array.from({length: Number(n)}, (_, k) => Math.floor(all.length / Number(n)) + (k < all.length % Number(n) ? 1 : 0));
      let end = 0;
      return String(sizes.findIndex(size => (end += size) > i - first) + 1);
    }
    case 'lag':
    case 'lead': {
      const by = call.distance ?? row[call.second!];
      if (by == null) return null;
      const other = all[i + Number(by) * (call.function === 'lag' ? -1 : 1)];
      return other !== undefined ? other[call.column!]! : call.fallback === undefined ? null : row[call.fallback]!;
    }
    default: {
      const framed = frameOf(schema, sort, call, all, i).filter(j => {
        if (call.frame.exclude === 'current-row') return j !== i;
        if (call.frame.exclude === 'group') return !peers(j);
        return call.frame.exclude !== 'ties' || j === i || !peers(j);
      });
      const values = framed.map(j => (call.column === undefined ? '' : all[j]![call.column]!));
      if (call.function === 'first-value') return values[0] ?? null;
      if (call.function === 'last-value') return values.at(-1) ?? null;
      if (call.function === 'nth-value') return row[call.second!] == null ? null : (values[Number(row[call.second!]) - 1] ?? null);
      const passing = framed.map(j => all[j]!).filter(r => call.filter === undefined || r[call.filter] === 't');
      return aggregate(schema, call, passing);
    }
  }
}

function frameOf(schema: Schema, sort: readonly SortColumn[], {frame}: AnalyticSpec, all: readonly Row[], i: number): number[] {
  const groups: number[] = [];
  all.forEach((row, j) => groups.push(j === 0 ? 0 : groups[j - 1]! + (compareRows(schema, sort, all[j - 1]!, row) === 0 ? 0 : 1)));
  const inside = (bound: FrameBound, j: number, side: -1 | 1): boolean => {
    // side −1: j is not before the bound; 1: not behind it.
    if (bound.bound === 'unbounded-preceding') return side === -1;
    if (bound.bound === 'unbounded-following') return side === 1;
    const sign = bound.bound === 'preceding' ? -1 : 1;
    if (frame.mode === 'range' && 'edge' in bound) {
      const key = sort[0]!;
      if (all[i]![key.column] === null) return side * (groups[j]! - groups[i]!) <= 0;
      const edge = all[i]!.with(key.column, all[i]![bound.edge]!);
      return side * compareRows(schema, [key], all[j]!, edge) <= 0;
    }
    const distance = 'offset' in bound ? sign * bound.offset : 0;
    if (frame.mode === 'rows') return side * (j - (i + distance)) <= 0;
    return side * (groups[j]! - (groups[i]! + distance)) <= 0;
  };
  return all.map((_, j) => j).filter(j => inside(frame.start, j, -1) && inside(frame.end, j, 1));
}

function aggregate(schema: Schema, call: AnalyticSpec, rows: readonly Row[]): Cell {
  if (call.column === undefined) return String(rows.length);
  const values = rows.map(row => row[call.column!]!).filter(cell => cell !== null);
  if (call.function === 'count') return String(values.length);
  if (values.length === 0) return null;
  const kind = schema[call.column]!;
  switch (call.function) {
    case 'min':
      return values.reduce((a, b) => (compareCells(kind, b, a) < 0 ? b : a));
    case 'max':
      return values.reduce((a, b) => (compareCells(kind, b, a) > 0 ? b : a));
    case 'bool-and':
      return values.includes('f') ? 'f' : 't';
    case 'bool-or':
      return values.includes('t') ? 't' : 'f';
    default:
      if (kind === 'f64') return String(values.reduce((a, b) => a + Number(b), 0));
      if (kind === 'decimal') return decimalToText(values.map(v => parseDecimal(v)!).reduce(decimalAdd, DECIMAL_ZERO));
      return String(values.reduce((a, b) => a + BigInt(b), 0n));
  }
}
