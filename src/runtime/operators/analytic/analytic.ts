import {unreachable} from '../../../common/unreachable.ts';
import type {Batch, Schema} from '../../batch/batch.ts';
import {BatchBuilder} from '../../batch/batch-builder.ts';
import {NO_SLICES} from '../../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../../graph/operator.ts';
import {OrderedCursor} from '../../rows/ordered-index.ts';
import type {RowExpiry} from '../../rows/chained-rows.ts';
import type {SnapshotBudget} from '../../rows/pin.ts';
import type {RowStore} from '../../rows/row-store.ts';
import {timeOf} from '../../time/stored-time.ts';
import {PartitionedRows} from '../partitioned-rows.ts';
import type {SortColumn} from '../sort-order.ts';
import {storedOrder, totalSort} from '../stored-order.ts';
import {AnalyticCall, type Predecessor} from './analytic-call.ts';
import {AnalyticResults} from './analytic-results.ts';
import {columnsOf, type AnalyticSpec, type Reach} from './analytic-spec.ts';
import {PartitionSlice} from './partition-slice.ts';
import {areLinked} from './session-bounds.ts';
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
  /** Rows that are dropped without a change of the output, by a column of the input or the value of a call: their values stay as they are. */
  readonly expiry?: (RowExpiry & {readonly of: 'input' | 'values'}) | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: window functions over partitions. Output: input ++ one column per call. Rows that tie are in the order of their other columns, so that
 *   the result depends on the rows alone.
 * Law: Δout = −old values + new values of the rows whose values changed, and of those that came and went.
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
  /** Of each call: its values for the rows at hand, and that for the row before them. */
  readonly #values: readonly BatchBuilder[];
  readonly #before: readonly BatchBuilder[];
  readonly #reach: PartitionReach;
  readonly #valueReach: ValueReach | null;
  readonly #rowNumber: number;
  readonly #cursor = new OrderedCursor();
  readonly #builder: BatchBuilder;

  constructor({label, input, partition, sort, calls, expiry, budget, hashMask}: AnalyticArgs) {
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
    this.#valueReach = values.length === 0 || sort[0] === undefined ? null : new ValueReach(store, sort[0], values);
    const outputs = this.#calls.map(call => call.output);
    this.#results = new AnalyticResults({
      label,
      source: this.#rows,
      headAt: this.#rows.rowExtras[0]!.at,
      outputs,
      expiry: expiry?.of === 'values' ? expiry : undefined,
      budget,
    });
    const ranged = specs.some(({frame}) => 'edge' in frame.start || 'edge' in frame.end);
    const needed = [...specs.flatMap(columnsOf), ...(ranged ? sort.map(key => key.column) : [])];
    this.#slice = new PartitionSlice(this.#rows, input, [...new Set(needed)], storedOrder(store, sort));
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
    if (out.wanted) yield* this.#results.emitChanges(this.#builder, out);
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
        return this.#updateAll(group);
      case 'tail':
        return this.#updateTail(changed[0]!, reach);
      case 'near':
        this.#updateNear(changed, reach);
        return null;
      case 'linked':
        this.#updateLinked(changed, reach.time, reach.gap);
        return null;
      default:
        return unreachable(reach);
    }
  }

  *#updateAll(group: number): Slices {
    this.#slice.clear();
    this.#rows.index.seekGroup(this.#cursor, group);
    yield* this.#takeRest();
    this.#slice.load();
    yield* this.#evaluateMany(0, this.#slice.count, null);
  }

  /** Everything from the first change on, its peers included, and what the calls with near reach want. */
  *#updateTail(first: number, {before, back}: NearReach): Slices {
    const slice = this.#slice;
    slice.clear();
    this.#rows.seek(this.#cursor, first);
    let copies = 0;
    let row = this.#cursor.previous();
    let last = first;
    // To the beginning of a group of peers.
    while (row >= 0 && (copies < before || slice.areRowsPeers(row, last))) {
      copies += this.#pushBackwards(row);
      last = row;
      row = this.#cursor.previous();
    }
    const evaluated = slice.count;
    const previous = row < 0 ? -1 : this.#lastResult(row);
    let context = 0;
    for (; row >= 0 && context < back; row = this.#cursor.previous()) context += this.#pushBackwards(row);
    slice.reverse(0);
    const from = slice.count - evaluated;
    this.#rows.seek(this.#cursor, first);
    yield* this.#takeRest();
    if (from === slice.count) return;
    slice.load();
    yield* this.#evaluateMany(from, slice.count, previous < 0 ? null : previous);
  }

  /** Runs of rows around the changes. */
  #updateNear(changed: Int32Array, {before, after, back, ahead}: NearReach): void {
    const slice = this.#slice;
    const values = this.#valueReach;
    for (let next = 0; next < changed.length;) {
      const first = changed[next]!;
      slice.clear();
      this.#rows.seek(this.#cursor, first);
      // What the first change reaches before itself, then what is read there.
      let earliest = first;
      let copies = 0;
      let row = this.#cursor.previous();
      for (; row >= 0 && (copies < before || values?.endsBehind(row, first) === true); row = this.#cursor.previous()) {
        copies += this.#pushBackwards(row);
        earliest = row;
      }
      for (let read = 0; row >= 0 && (read < back || values?.beginsBefore(earliest, row) === true); row = this.#cursor.previous()) {
        read += this.#pushBackwards(row);
      }
      slice.reverse(0);
      this.#rows.seek(this.#cursor, first);
      const runs: {readonly from: number; to: number}[] = [];
      let change = first;
      let latest = first;
      for (row = this.#cursor.peek(); ; row = this.#cursor.peek()) {
        for (; next < changed.length && (row < 0 || this.#comesUpTo(changed[next]!, row)); next++) {
          change = latest = changed[next]!;
          const own = change === row ? this.#rows.weightOf(this.#rows.store.pages, row) : 0;
          let from = Math.max(0, slice.count - before);
          while (from > 0 && values?.endsBehind(slice.rows[from - 1]!, change) === true) from--;
          const to = slice.count + own + after;
          const last = runs.at(-1);
          if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
          else runs.push({from, to});
        }
        if (row < 0) break;
        const run = runs.at(-1)!;
        if (slice.count < run.to || values?.beginsBefore(row, change) === true) {
          this.#pushCopies(row);
          run.to = Math.max(run.to, slice.count);
          latest = row;
        } else if (slice.count < run.to + ahead || values?.endsBehind(latest, row) === true) this.#pushCopies(row);
        else break;
        this.#cursor.next();
      }
      slice.load();
      for (const {from, to} of runs) this.#evaluate(from, Math.min(to, slice.count), null);
    }
  }

  /** The rows before and behind each change as far as they are linked; a row that went has left two ends. */
  #updateLinked(changed: Int32Array, time: number, gap: number): void {
    const slice = this.#slice;
    const {pages, layout} = this.#rows.store;
    const field = layout.fields[time]!;
    let evaluated = -1;
    for (let c = 0; c < changed.length; c++) {
      const id = changed[c]!;
      // In the order of the changes: what has been evaluated reaches to there.
      if (evaluated >= 0 && this.#comesUpTo(id, evaluated)) continue;
      slice.clear();
      for (let side = 0; side < 2; side++) {
        this.#rows.seek(this.#cursor, id);
        let last = NaN;
        for (;;) {
          const row = side === 0 ? this.#cursor.previous() : this.#cursor.peek();
          if (row < 0) break;
          const at = timeOf(pages, field, row);
          if (!Number.isNaN(last) && !areLinked(last, at, gap)) break;
          if (Number.isNaN(at) && row !== id) break;
          if (side === 0) this.#pushBackwards(row);
          else {
            this.#pushCopies(row);
            this.#cursor.next();
          }
          last = at;
          evaluated = side === 0 ? evaluated : row;
          if (Number.isNaN(at)) break;
        }
        if (side === 0) slice.reverse(0);
      }
      if (slice.count === 0) continue;
      slice.load();
      this.#evaluate(0, slice.count, null);
    }
  }

  #comesUpTo(changed: number, row: number): boolean {
    return changed === row || (this.#rows.order(changed, row) || changed - row) < 0;
  }

  /** As pushCopies, for slices that will be reversed. */
  #pushBackwards(row: number): number {
    const from = this.#slice.count;
    const copies = this.#pushCopies(row);
    if (copies > 1) this.#slice.reverse(from);
    return copies;
  }

  /** Puts the copies of a row into the slice; returns their number. */
  #pushCopies(row: number): number {
    let copies = 0;
    for (let result = this.#results.first(row); result >= 0; result = this.#results.next(result), copies++) this.#slice.push(row, result);
    return copies;
  }

  #lastResult(row: number): number {
    let result = this.#results.first(row);
    for (let next = result; next >= 0; next = this.#results.next(next)) result = next;
    return result;
  }

  /** The rest of the partition, from the cursor on. */
  *#takeRest(): Slices {
    let due = this.#slice.count + ROWS_AT_ONCE;
    for (let row = this.#cursor.peek(); row >= 0; row = this.#cursor.peek()) {
      this.#pushCopies(row);
      this.#cursor.next();
      if (this.#slice.count < due) continue;
      due += ROWS_AT_ONCE;
      yield;
    }
  }

  /** As #evaluate, with pauses. */
  *#evaluateMany(from: number, to: number, previous: number | null): Slices {
    if (to - from <= ROWS_AT_ONCE) {
      this.#evaluate(from, to, previous);
      return;
    }
    const rowNumber = previous === null || this.#rowNumber < 0 ? 0 : this.#numberOf(previous);
    for (let c = 0; c < this.#calls.length; c++) {
      this.#evaluateCall(c, from, to, previous, rowNumber);
      yield;
    }
  }

  /** Computes positions `from … to` of the loaded slice and stores what is new; `previous` = where the values of the row before are. */
  #evaluate(from: number, to: number, previous: number | null): void {
    if (to <= from) return;
    const rowNumber = previous === null || this.#rowNumber < 0 ? 0 : this.#numberOf(previous);
    for (let c = 0; c < this.#calls.length; c++) this.#evaluateCall(c, from, to, previous, rowNumber);
  }

  #evaluateCall(c: number, from: number, to: number, previous: number | null, rowNumber: number): void {
    const call = this.#calls[c]!;
    const values = this.#values[c]!;
    let before: Predecessor | null = null;
    if (previous !== null && call.reach.kind === 'tail') {
      const own = this.#before[c]!;
      own.reset();
      this.#results.read(c, previous, own);
      before = {own: own.columns[0]!.build(), rowNumber};
    }
    values.reset();
    call.evaluate(this.#slice, from, to, before, values.columns[0]!);
    this.#results.write(c, values.columns[0]!.build(), this.#slice.results, from, to - from);
  }

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

type NearReach = {readonly before: number; readonly after: number; readonly back: number; readonly ahead: number};
type PartitionReach = ({readonly kind: 'near' | 'tail'} & NearReach) | Extract<Reach, {kind: 'linked' | 'all'}>;

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
