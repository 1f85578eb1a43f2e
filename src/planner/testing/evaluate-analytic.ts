import type {WindowPartition} from '../../functions/definition.ts';
import {callableById} from '../../functions/registry.ts';
import {compareDatums} from '../../types/compare.ts';
import type {Datum} from '../../types/datum.ts';
import type {AnalyticCall, DataflowAnalytic, DataflowFrameBound} from '../dataflow/dataflow-plan.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {aggregate, groupRows, same, sortRows, type Row} from './row-sets.ts';

type Value = (e: TypedExpression, row: Row) => Datum;

/** Window function calls by their definition. */
export function evaluateAnalytic(plan: DataflowAnalytic, input: readonly Row[], value: Value): readonly Row[] {
  return groupRows(input, plan.partition, plan.input.types).flatMap(group => {
    const rows = sortRows(group, plan.sort, plan.input.types);
    const partitions = plan.calls.map(call => new Partition(plan, rows, call, value));
    return rows.map((row, i) => [...row, ...plan.calls.map((call, c) => valueOf(call, partitions[c]!, i, rows, plan))]);
  });
}

function valueOf(call: AnalyticCall, partition: Partition, row: number, rows: readonly Row[], plan: DataflowAnalytic): Datum {
  const definition = callableById(call.function);
  if (definition.kind === 'window') return definition.evaluate(row, partition);
  const framed = partition.frame(row).map(i => rows[i]!);
  return aggregate({...call, distinct: false}, framed, plan.input.types);
}

class Partition implements WindowPartition {
  readonly length: number;
  readonly #plan: DataflowAnalytic;
  readonly #rows: readonly Row[];
  readonly #call: AnalyticCall;
  readonly #value: Value;

  constructor(plan: DataflowAnalytic, rows: readonly Row[], call: AnalyticCall, value: Value) {
    this.#plan = plan;
    this.#rows = rows;
    this.#call = call;
    this.#value = value;
    this.length = rows.length;
  }

  firstPeer(row: number): number {
    let first = row;
    while (first > 0 && this.#arePeers(first - 1, row)) first--;
    return first;
  }

  afterPeers(row: number): number {
    let after = row + 1;
    while (after < this.length && this.#arePeers(after, row)) after++;
    return after;
  }

  groupsBefore(row: number): number {
    let groups = 0;
    for (let i = this.firstPeer(row); i > 0; i = this.firstPeer(i - 1)) groups++;
    return groups;
  }

  frame(row: number): readonly number[] {
    const {start, end, exclude} = this.#call.frame;
    const [peer, after] = [this.firstPeer(row), this.afterPeers(row)];
    const excluded = (i: number) => {
      const isPeer = i >= peer && i < after;
      if (exclude === 'current-row') return i === row;
      return exclude === 'group' ? isPeer : exclude === 'ties' && isPeer && i !== row;
    };
    return this.#rows.map((_, i) => i).filter(i => this.#isNotBefore(i, row, start) && this.#isNotAfter(i, row, end) && !excluded(i));
  }

  argument(index: number, row: number): Datum {
    return this.#rows[row]?.[this.#call.args[index]!] ?? null;
  }

  /** Whether row `i` is in the frame of `row` as far as its start is concerned. */
  #isNotBefore(i: number, row: number, bound: DataflowFrameBound): boolean {
    const distance = this.#distance(i, row, bound);
    return distance >= 0;
  }

  #isNotAfter(i: number, row: number, bound: DataflowFrameBound): boolean {
    return this.#distance(i, row, bound) <= 0;
  }

  /** Negative where `i` lies before the bound, positive where it lies behind. */
  #distance(i: number, row: number, {bound, offset, edge}: DataflowFrameBound): number {
    const {mode} = this.#call.frame;
    if (bound === 'unbounded-preceding') return 1;
    if (bound === 'unbounded-following') return -1;
    if (edge !== undefined) return this.#distanceFromEdge(i, row, edge);
    const number = offset === undefined ? 0 : Number(this.#value(offset, []));
    const steps = bound === 'preceding' ? -number : number;
    if (mode === 'rows') return i - (row + steps);
    return this.groupsBefore(i) - (this.groupsBefore(row) + steps);
  }

  #distanceFromEdge(i: number, row: number, edge: number): number {
    const [key] = this.#plan.sort;
    if (key === undefined) throw new Error('RANGE without order');
    const reach = this.#rows[row]?.[edge] ?? null;
    const at = this.#rows[i]?.[key.column] ?? null;
    if (reach === null) return this.groupsBefore(i) - this.groupsBefore(row);
    if (at === null) return key.nullsFirst ? -1 : 1;
    const order = compareDatums(this.#plan.input.types[key.column]!, at, reach);
    return key.descending ? -order : order;
  }

  #arePeers(a: number, b: number): boolean {
    return this.#plan.sort.every(({column}) =>
      same(this.#plan.input.types[column]!, this.#rows[a]?.[column] ?? null, this.#rows[b]?.[column] ?? null),
    );
  }
}
