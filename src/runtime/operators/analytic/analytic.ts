import {unreachable} from '../../../common/unreachable.ts';
import type {Batch, Schema} from '../../batch/batch.ts';
import {BatchBuilder} from '../../batch/batch-builder.ts';
import {NO_SLICES} from '../../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../../graph/operator.ts';
import type {RowExpiry} from '../../time/expiry-index.ts';
import type {SnapshotBudget} from '../../rows/pin.ts';
import {readField} from '../../rows/read-field.ts';
import type {RowStore} from '../../rows/row-store.ts';
import type {ErrorSink} from '../map.ts';
import {PartitionedRows} from '../partitioned-rows.ts';
import type {SortColumn} from '../sort-order.ts';
import {storedOrder, totalSort} from '../stored-order.ts';
import {AnalyticCall, type Predecessor} from './analytic-call.ts';
import {AnalyticResults} from './analytic-results.ts';
import {columnsOf, type AnalyticSpec, type Reach} from './analytic-spec.ts';
import {PartitionSlice} from './partition-slice.ts';
import {PartitionWalk, type LinkedReach, type Loaded, type NearReach} from './partition-walk.ts';
import {ValueReach} from './value-reach.ts';

const GROUPS_AT_ONCE = 16;
/** Rows of one partition worked on between two pauses. */
const ROWS_AT_ONCE = 8192;

export type AnalyticArgs = {
  readonly label: string;
  readonly input: Schema;
  readonly partition: readonly number[];
  readonly sort: readonly SortColumn[];
  readonly calls: readonly AnalyticSpec[];
  /** Takes the errors of rows that have no value, given with these columns of the input; without it the first one is thrown. */
  readonly errors?: {readonly sink: ErrorSink; readonly columns: readonly number[]} | undefined;
  /** Rows that are dropped without a change of the output, by a column of the input or the value of a call: their values stay as they are. */
  readonly expiry?: (RowExpiry & {readonly of: 'input' | 'values'}) | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: window functions over partitions. Output: input ++ one column per call. Rows that tie are in the order of their other columns, so that
 *   the result depends on the rows alone.
 * Law: Δout = −old values + new values of the rows whose values changed, and of those that came and went. A row for which a call is an error
 *   has none.
 * State: every row with its weight, in the order of its partition (partitioned-rows.ts); the values of each copy of it (analytic-results.ts).
 * Invariants: between steps the stored values are those of the calls over the whole partition. A step computes again what its changes can
 *   reach: some rows around them (ROWS and RANGE frames with two ends, lag, lead), those linked with them (sessions), all rows behind the first of them, from the values of the row
 *   before (ranks, running aggregates), or else the partition.
 * Cost: O(|Δ| · log rows), plus the rows reached times their frames; aggregates that rows can leave move along with the frame.
 */
export class AnalyticOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly #rows: PartitionedRows;
  readonly #calls: readonly AnalyticCall[];
  readonly #results: AnalyticResults;
  readonly #slice: PartitionSlice;
  readonly #isFallible: boolean;
  readonly #errors: AnalyticArgs['errors'];
  readonly #failedRow: BatchBuilder;
  /** By position: whether the call at hand has no value. */
  #failed = new Uint8Array(0);
  /** Of each call: its values for the rows at hand, and that for the row before them. */
  readonly #values: readonly BatchBuilder[];
  readonly #before: readonly BatchBuilder[];
  readonly #reach: PartitionReach;
  readonly #walk: PartitionWalk;
  readonly #rowNumber: number;
  readonly #builder: BatchBuilder;

  constructor({label, input, partition, sort, calls, errors, expiry, budget, hashMask}: AnalyticArgs) {
    this.label = label;
    // Ranks go on from the number of the row before.
    const ranks = calls.some(call => call.function === 'rank' || call.function === 'row-number');
    const numbered = calls.findIndex(call => call.function === 'row-number');
    const specs = ranks && numbered < 0 ? [...calls, {function: 'row-number', frame: calls[0]!.frame} as const] : calls;
    this.#rowNumber = numbered < 0 && ranks ? calls.length : numbered;
    this.#calls = specs.map(spec => new AnalyticCall(input, spec, sort));
    this.#reach = reachOfAll(this.#calls);
    this.#rows = new PartitionedRows({
      label,
      schema: input,
      partition,
      sort: totalSort(input, sort),
      rowExtras: ['word'],
      expiry: expiry?.of === 'input' ? expiry : undefined,
      budget,
      hashMask,
    });
    const {store} = this.#rows;
    const values = this.#calls.map(call => call.reach).filter(reach => reach.kind === 'values');
    const outputs = this.#calls.map(call => call.output);
    this.#isFallible = this.#calls.some(call => call.failure !== null);
    this.#errors = errors;
    this.#failedRow = new BatchBuilder((errors?.columns ?? []).map(c => input[c]!));
    this.#results = new AnalyticResults({
      label,
      source: this.#rows,
      headAt: this.#rows.rowExtras[0]!.at,
      outputs,
      fallible: [...this.#calls.keys()].filter(c => this.#calls[c]!.failure !== null),
      expiry: expiry?.of === 'values' ? expiry : undefined,
      budget,
    });
    const ranged = specs.some(({frame}) => 'edge' in frame.start || 'edge' in frame.end);
    const needed = [...specs.flatMap(columnsOf), ...(ranged ? sort.map(key => key.column) : [])];
    this.#slice = new PartitionSlice(this.#rows, input, [...new Set(needed)], storedOrder(store, sort));
    this.#walk = new PartitionWalk({
      rows: this.#rows,
      results: this.#results,
      slice: this.#slice,
      values: values.length === 0 || sort[0] === undefined ? null : new ValueReach(store, sort[0], values),
    });
    this.#values = outputs.map(kind => new BatchBuilder([kind]));
    this.#before = outputs.map(kind => new BatchBuilder([kind]));
    this.stores = [...this.#rows.stores, this.#results.store];
    this.schema = [...input, ...outputs.slice(0, calls.length)];
    this.#builder = new BatchBuilder(this.schema);
  }

  push(_input: number, batch: Batch): Slices {
    this.#rows.add(batch);
    return NO_SLICES;
  }

  *flush(out: BatchSink): Slices {
    const changed = yield* this.#settle();
    for (let from = 0, groups = 1; from < changed.length; groups++) {
      const group = this.#rows.groupOf(changed[from]!);
      let to = from + 1;
      while (to < changed.length && this.#rows.groupOf(changed[to]!) === group) to++;
      const pause = this.#update(changed.subarray(from, to), group);
      if (pause !== null) yield* pause;
      from = to;
      if (groups % GROUPS_AT_ONCE === 0) yield;
    }
    if (out.wanted || this.#isFallible) yield* this.#results.emitChanges(this.#builder, out, this.#raise);
    yield* this.#rows.expire(id => this.#results.resize(id, 0));
    yield* this.#results.expire(id => {
      if (this.#rows.weightOf(this.#rows.store.pages, id) === 0) return;
      this.#rows.store.touch(id);
      this.#results.resize(id, 0);
      this.#rows.discard(id);
    });
    yield* this.#rows.freeGone();
  }

  isDue(): boolean {
    return this.#rows.isDue() || this.#results.isDue();
  }

  /** Rows whose number of copies has changed, by partition and in order. */
  *#settle(): Generator<void, Int32Array, void> {
    const {store} = this.#rows;
    const {undo} = store;
    const changed = new Int32Array(undo.count);
    let count = 0;
    let slot = 0;
    yield* this.#rows.settle((id, was) => {
      const before = was ? this.#rows.weightOf(undo.pages, slot) : 0;
      slot++;
      const weight = this.#rows.weightOf(store.pages, id);
      if (weight === before) return;
      this.#results.resize(id, weight);
      changed[count++] = id;
    });
    const rows = this.#rows;
    return changed.subarray(0, count).sort((a, b) => rows.groupOf(a) - rows.groupOf(b) || rows.order(a, b) || a - b);
  }

  /** Computes what the changes of a partition reach; what is left to be done when that may be much. */
  #update(changed: Int32Array, group: number): Slices | null {
    const reach = this.#reach;
    switch (reach.kind) {
      case 'all':
        return this.#evaluateLoaded(this.#walk.all(group));
      case 'tail':
        return this.#evaluateLoaded(this.#walk.tail(changed[0]!, reach));
      case 'near':
        this.#walk.near(changed, reach, this.#evaluateRun);
        return null;
      case 'linked':
        this.#walk.linked(changed, reach, this.#evaluateRun);
        return null;
      default:
        return unreachable(reach);
    }
  }

  readonly #evaluateRun = (from: number, to: number): void => {
    for (let c = 0; c < this.#calls.length; c++) this.#evaluate(c, from, to, null, 0);
  };

  *#evaluateLoaded(loading: Generator<void, Loaded, void>): Slices {
    const {from, previous} = yield* loading;
    const to = this.#slice.count;
    const rowNumber = previous === null || this.#rowNumber < 0 ? 0 : this.#numberOf(previous);
    for (let c = 0; c < this.#calls.length; c++) {
      this.#evaluate(c, from, to, previous, rowNumber);
      if (to - from > ROWS_AT_ONCE) yield;
    }
  }

  /**
   * Computes positions `from … to` of the loaded slice for call `c` and stores what is new; `previous` = where the values of the row before are,
   * which is number `rowNumber`.
   */
  #evaluate(c: number, from: number, to: number, previous: number | null, rowNumber: number): void {
    if (to <= from) return;
    const call = this.#calls[c]!;
    const values = this.#values[c]!;
    let before: Predecessor | null = null;
    if (previous !== null && call.reach.kind === 'tail') {
      const own = this.#before[c]!;
      own.reset();
      this.#results.read(c, previous, own);
      before = {own: own.columns[0]!.build(), failed: this.#results.hasFailed(c, previous), rowNumber};
    }
    values.reset();
    if (call.failure !== null) {
      if (this.#failed.length < to - from) this.#failed = new Uint8Array(2 * (to - from));
      this.#failed.fill(0, 0, to - from);
    }
    call.evaluate(this.#slice, from, to, before, values.columns[0]!, this.#failed);
    this.#results.write(c, values.columns[0]!.build(), this.#slice.results, from, to - from);
    if (call.failure !== null) this.#results.writeFailures(c, this.#failed, this.#slice.results, from, to - from);
  }

  readonly #raise = (call: number, inputRow: number, weight: number): void => {
    const {failure} = this.#calls[call]!;
    if (failure === null) return;
    if (this.#errors === undefined) throw failure;
    const {sink, columns} = this.#errors;
    const {pages, arena, layout} = this.#rows.store;
    const rows = Int32Array.of(inputRow);
    this.#failedRow.reset();
    for (const [i, c] of columns.entries()) readField(pages, arena, layout.fields[c]!, rows, 0, 1, this.#failedRow.columns[i]!);
    this.#failedRow.added(1, weight);
    sink.add(failure, weight, this.#failedRow.build(), 0);
  };

  #numberOf(result: number): number {
    const number = this.#before[this.#rowNumber]!;
    number.reset();
    this.#results.read(this.#rowNumber, result, number);
    const column = number.columns[0]!.build();
    return column.form === 'i64n' ? column.values[0]! : 0;
  }

  rollback(): void {
    this.#builder.reset();
  }
}

type PartitionReach = ({readonly kind: 'near' | 'tail'} & NearReach) | LinkedReach | Extract<Reach, {kind: 'all'}>;

/** What has to be looked at for all calls. */
function reachOfAll(calls: readonly AnalyticCall[]): PartitionReach {
  const [first] = calls;
  if (first?.reach.kind === 'linked') return first.reach;
  const near = {before: 0, after: 0, back: 0, ahead: 0};
  const kinds = new Set(calls.map(call => call.reach.kind));
  // Values are looked for around a change, tails are not.
  if (kinds.has('all') || kinds.has('linked') || (kinds.has('tail') && kinds.has('values'))) return {kind: 'all'};
  for (const {reach} of calls) {
    if (reach.kind !== 'near') continue;
    near.before = Math.max(near.before, reach.before);
    near.after = Math.max(near.after, reach.after);
    near.back = Math.max(near.back, reach.back);
    near.ahead = Math.max(near.ahead, reach.ahead);
  }
  return {kind: kinds.has('tail') ? 'tail' : 'near', ...near};
}
